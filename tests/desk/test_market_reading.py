"""The desk reads a market: indicators with a book and histories, the screen, break-even, and caution before events."""

import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
import worlds

from oracle_core.domain.instrument import InstrumentId, Kind
from oracle_core.domain.market import Event, MarketSnapshot
from oracle_core.errors import InputError
from oracle_core.journal.cycles import cycles, load_cycle
from oracle_core.reading.break_even import break_even
from oracle_core.reading.reading import Absent
from oracle_core.reading.screen import screen
from oracle_core.reading.volatility_index import IndexLevel, volatility_index
from oracle_core.venues.candle_file import read_volatility_index
from oracle_core.venues.market_file import market_json, parse_market, read_market

ROOT = Path(__file__).resolve().parents[2]
BOOK, MARKET = (ROOT / "examples" / f"three-coins.{kind}.json" for kind in ("book", "market"))
PRICES = {"BTC": 92_400.0, "ETH": 2_950.0, "SOL": 138.0}


def with_candles(vols: Mapping[str, float] | None = None) -> MarketSnapshot:
    """The market of three coins with four months of hourly bars, open interest and volume."""
    bare = read_market(MARKET)
    candles = {
        first(bare, coin): worlds.walk(days=120, vol=vol, start=PRICES[coin], until=bare.as_of, shock=0.2, seed=seed)
        for seed, (coin, vol) in enumerate((vols or {"BTC": 0.5, "ETH": 0.7, "SOL": 0.9}).items(), start=3)
    }
    quotes = {
        key: replace(quote, open_interest=1_000.0, volume_24h=5e6 / PRICES[bare.instruments[key].base])
        for key, quote in bare.quotes.items()
    }
    return replace(bare, candles=candles, quotes=quotes)


def first(market: MarketSnapshot, coin: str) -> InstrumentId:
    return min(key for key, item in market.instruments.items() if item.base == coin and item.kind is Kind.PERPETUAL)


def written(folder: Path, market: MarketSnapshot) -> Path:
    path = folder / "market.json"
    path.write_bytes(market_json(market))
    return path


@pytest.mark.requirement("REP-05")
def test_the_table_has_volatilities_liquidity_funding_and_greeks_with_their_values(ask, tmp_path: Path) -> None:
    found = ask("indicators", book=BOOK, market=written(tmp_path, with_candles()))
    rows = {row["name"]: row for row in found["rows"] if row["coin"] == "BTC"}
    read = {
        "Realised volatility 7 d", "Volatility forecast 7 d", "Implied volatility 7 d", "Volatility index",
        "Realised / implied", "Volatility risk premium", "Variance ratio", "Trend score", "Jump share",
        "Funding, deribit", "· percentile, deribit", "Basis, deribit", "Spread, deribit", "· depth in 10 bp",
        "· depth in 50 bp", "· volume of a day", "· open interest", "· time for 100,000 USD", "Market gamma for 1 %",
        "Net delta", "Gamma for 1 %", "Vega", "Theta", "Index price", "Price sources",
    }  # fmt: skip
    assert {name for name in read if rows[name]["value"] is None} == set()
    assert rows["Regime"]["word"] in ("quiet", "choppy", "trending", "crash")
    assert all(row["role"] and row["source"] for row in found["rows"])
    premium = rows["Volatility risk premium"]
    expected = rows["Implied volatility 7 d"]["value"] - rows["Volatility forecast 7 d"]["value"]
    assert premium["value"] == pytest.approx(expected)
    assert premium["error"] == rows["Volatility forecast 7 d"]["error"] > 0.0


@pytest.mark.requirement("HED-12")
def test_the_signal_shows_estimator_window_implied_difference_and_error(ask, tmp_path: Path) -> None:
    rows = {row["name"]: row for row in ask("indicators", market=written(tmp_path, with_candles()))["rows"][:40]}
    assert rows["Realised volatility 7 d"]["source"] == "root mean square of 1 h returns, 7 d"
    assert "log-HAR on 120 days of 1h bars" in rows["Volatility forecast 7 d"]["source"]
    assert rows["Implied volatility 7 d"]["source"] == "at-the-money implied volatility"
    assert rows["Realised / implied"]["value"] > 0.0
    assert rows["Volatility risk premium"]["error"] > 0.0


def test_what_a_market_does_not_say_is_absent_with_its_reason(ask) -> None:
    found = ask("indicators", market=MARKET)
    silent = [row for row in found["rows"] if row["value"] is None and not row["word"]]
    assert silent
    assert all(row["source"] for row in silent)
    assert next(row for row in silent if row["name"] == "Jump share")["source"] == "no candles of BTC"


def test_candles_and_the_volatility_index_may_come_from_files_of_their_own(ask, tmp_path: Path) -> None:
    candles, dvol = tmp_path / "eth.csv", tmp_path / "dvol.csv"
    rows = worlds.walk(days=100, vol=0.6, start=2_950.0, until=read_market(MARKET).as_of + timedelta(days=5)).rows
    candles.write_text("timestamp,open,high,low,close,volume\n" + "".join(
        f"{int(row[0])},{','.join(map(str, row[1:]))}\n" for row in rows))  # fmt: skip
    moments = [read_market(MARKET).as_of - timedelta(days=40 - n) for n in range(40)]
    dvol.write_text("ts,dvol\n" + "".join(f"{at.isoformat()},{50 + n}\n" for n, at in enumerate(moments)))
    found = ask("indicators", market=MARKET, candles=(f"ETH={candles}",), dvol=(f"ETH={dvol}",))
    eth = {row["name"]: row for row in found["rows"] if row["coin"] == "ETH"}
    assert "log-HAR on 95 days" in eth["Volatility forecast 7 d"]["source"]  # the five days ahead are not seen
    assert "percentile" in eth["Volatility index"]["source"]
    with pytest.raises(InputError, match="COIN=FILE with a coin of the market: BTC, ETH, SOL"):
        ask("indicators", market=MARKET, candles=(str(candles),))
    with pytest.raises(InputError, match="DOGE"):
        ask("screen", market=MARKET, dvol=(f"DOGE={dvol}",))


@pytest.mark.requirement("MKT-04")
def test_a_snapshot_carries_the_volatility_index_and_its_age_and_the_recorded_one_loads(reference_dir: Path) -> None:
    history = read_volatility_index(reference_dir / "data/volatility/BTC_DVOL_daily_2023-08_2026-08.parquet")
    assert len(history) == 1_095
    assert history[0] == (1_692_748_800_000, pytest.approx(0.4338))
    past = [(at, value) for at, value in history if at <= worlds.NOW.timestamp() * 1000]
    market = worlds.market([], volatility_history={"BTC": history})
    assert dict(parse_market(market_json(market), "m").volatility_history) == {"BTC": history}
    found = volatility_index(market, "BTC")
    assert isinstance(found, IndexLevel)
    assert found.value == past[-1][1]
    assert found.age_hours == pytest.approx(8.0)  # NOW is 08:00, the recording of midnight
    assert found.change_week == pytest.approx(past[-1][1] - past[-8][1])
    assert isinstance(volatility_index(market, "ETH"), Absent)


@pytest.mark.requirement("HED-13")
def test_the_book_keeps_the_volatility_paid_and_what_is_needed_stands_beside_it_and_the_present_one(ask) -> None:
    found = ask("exposures", book=BOOK, market=MARKET)["break_even"]
    eth = next(row for row in found if row["coin"] == "ETH")
    assert 0.62 < eth["entry_vol"] < 0.655  # bought at 62 and 65.5 %
    assert eth["current_vol"] == pytest.approx(0.647, abs=0.001)
    assert eth["needed_vol"] == pytest.approx(0.631, abs=0.001)
    assert eth["entry_move"] == pytest.approx(eth["entry_vol"] / 365**0.5)


@pytest.mark.requirement("HED-14")
@pytest.mark.parametrize(("vol", "move"), [(0.6, 3.14), (1.0, 5.23)])
def test_a_theta_of_500_a_day_breaks_even_at_sigma_over_the_root_of_365(vol: float, move: float) -> None:
    """Gamma that goes with this theta: 1/2 Gamma S^2 sigma^2 / 365 = 500."""
    gamma_1pct = 500.0 * 2.0 * 365.0 / vol**2 / 100.0
    found = break_even(
        "BTC", theta_usd_per_day=-500.0, funding_usd_per_day=None, gamma_1pct_usd=gamma_1pct, entry_vol=vol,
        current_vol=vol, bars=Absent("none"),
    )  # fmt: skip
    assert found.needed_vol == pytest.approx(vol)
    for shown in (found.needed_move, found.entry_move, found.current_move):
        assert 100.0 * shown == pytest.approx(move, abs=0.005)
    scalped = 50.0 * gamma_1pct * found.needed_move**2
    assert scalped == pytest.approx(500.0)


@pytest.mark.requirement("HED-15")
def test_a_week_of_theta_and_funding_stands_beside_what_moves_paid_and_a_losing_week_alerts(
    ask, tmp_path: Path
) -> None:
    for vol, loses in ((0.2, True), (2.5, False)):
        market = with_candles({"ETH": vol})
        found = ask("exposures", book=BOOK, market=written(tmp_path, market))["break_even"]
        eth = next(row for row in found if row["coin"] == "ETH")
        closes = [row[4] for row in market.candles[first(market, "ETH")].rows][-169::24]
        squares = float(np.sum((np.diff(closes) / closes[:-1]) ** 2))
        assert eth["gains_usd_week"] == pytest.approx(50.0 * eth["gamma_1pct_usd"] * squares, rel=1e-9)
        assert eth["bleed_usd_per_week"] == pytest.approx(7 * (eth["theta_usd_per_day"] + eth["funding_usd_per_day"]))
        assert eth["net_usd_week"] == pytest.approx(eth["gains_usd_week"] + eth["bleed_usd_per_week"])
        assert (eth["alert"] == "net negative over 7 days") is loses


@pytest.mark.requirement("ENG-15")
def test_the_screen_ranks_three_coins_with_stated_scores(ask, tmp_path: Path) -> None:
    found = ask("screen", market=written(tmp_path, with_candles()))
    assert {row["name"] for row in found["rows"]} == {"BTC", "ETH", "SOL"}
    totals = [row["total"] for row in found["rows"]]
    assert totals == sorted(totals, reverse=True)
    assert "0 for the worst and 100 for the best" in found["method"]
    for row in found["rows"]:
        assert set(row["scores"]) == {"volatility", "liquidity", "cost", "choppiness"}
        assert row["total"] == pytest.approx(np.mean(list(row["scores"].values())))
    best = {name: max(found["rows"], key=lambda row, name=name: row["scores"][name]) for name in ("cost", "volatility")}
    assert best["cost"]["cost"] == min(row["cost"] for row in found["rows"])
    assert best["volatility"]["volatility"] == max(row["volatility"] for row in found["rows"])
    contracts = ask("screen", market=MARKET, contracts=True)["rows"]
    assert len(contracts) == 6
    assert all(row["scores"]["choppiness"] is None and row["absent"] for row in contracts)


@pytest.mark.requirement("ENG-21")
def test_the_same_dollars_cost_more_basis_points_in_sol_than_in_btc_on_each_venue() -> None:
    """On the books of the example: no book of SOL is recorded (docs/decisions/0044)."""
    rows = screen(read_market(MARKET).admit(timedelta(minutes=1)), contracts=True)
    costs = {(row.key.venue, row.coin): row.cost for row in rows}
    for venue in ("deribit", "binanceusdm"):
        assert costs[venue, "SOL"] > costs[venue, "BTC"]


@pytest.mark.requirement("MKT-14")
def test_an_event_in_two_hours_asks_for_caution_in_the_advice_and_is_journalled(ask, desk, tmp_path: Path) -> None:
    bare = read_market(MARKET)
    near = Event(at=bare.as_of + timedelta(hours=2), name="US consumer prices", underlyings=("BTC", "ETH"))
    market = written(tmp_path, replace(bare, events=(near,)))
    wanted = "caution, event ahead: US consumer prices in 2.0 h (BTC, ETH)"
    shown = ask("advise", book=BOOK, market=market)
    assert wanted in shown["assumptions"]
    (line,) = cycles(desk.journal)
    assert wanted in load_cycle(desk.journal, line).recommendation.assumptions
    rows = ask("indicators", market=market)["rows"]
    flags = {row["coin"]: row["flag"] for row in rows if row["name"] == "Event"}
    assert flags == {"BTC": "event: caution", "ETH": "event: caution", "SOL": ""}
    assert not any("event ahead" in said for said in ask("advise", book=BOOK, market=MARKET)["assumptions"])


def test_looking_at_indicators_loads_nothing_heavy() -> None:
    code = (
        "import sys; from oracle_core.desk.use_cases import USE_CASES; import oracle_core.reading.indicators;"
        "print({'pandas', 'arch', 'matplotlib', 'openai', 'ccxt', 'scipy.optimize'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "set()"
