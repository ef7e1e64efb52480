"""Funding, basis, crowding, liquidity, market gamma, events and prices: what is read, and what is absent."""

import gzip
import json
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
import worlds

from oracle_core.domain.instrument import OptionType
from oracle_core.domain.market import Event, MarketSnapshot, Quote
from oracle_core.reading.basis import Basis, basis
from oracle_core.reading.crowding import Crowding, crowding
from oracle_core.reading.events import events_ahead
from oracle_core.reading.funding import Funding, funding, percentile
from oracle_core.reading.gamma_exposure import GammaExposure, gamma_exposure
from oracle_core.reading.liquidity import Liquidity, liquidity
from oracle_core.reading.prices import CrossCheck, cross_check
from oracle_core.reading.reading import Absent
from oracle_core.venues.candle_file import read_funding
from oracle_core.venues.chain_table import import_chain

PERPETUAL = worlds.perpetual()
HOUR_MS = 3_600_000
NOW_MS = int(worlds.NOW.timestamp() * 1000)


def funded(rate: float, past: list[float], *, hours: float = 8.0) -> MarketSnapshot:
    history = tuple((NOW_MS - int((len(past) - n) * hours * HOUR_MS), value) for n, value in enumerate(past))
    quote = worlds.quoted(PERPETUAL, 1e5, funding_rate=rate, funding_interval_hours=hours)
    return worlds.market([(PERPETUAL, quote)], funding_history={PERPETUAL.id: history})


def read(market: MarketSnapshot) -> Funding:
    found = funding(market, PERPETUAL.id, 168.0)
    assert isinstance(found, Funding)
    return found


@pytest.mark.requirement("MKT-07")
@pytest.mark.parametrize(
    ("hours", "simple", "compounded"), [(8.0, 0.1095, 0.1157), (4.0, 0.219, 0.2448), (1.0, 0.876, 1.4012)]
)
def test_funding_is_annualised_by_its_own_interval_simple_and_compounded(
    hours: float, simple: float, compounded: float
) -> None:
    """T29: 0.01 % is 10.95 % a year every eight hours, and 87.6 % every hour."""
    found = read(funded(0.0001, [], hours=hours))
    assert found.simple == pytest.approx(simple, abs=5e-5)
    assert found.compounded == pytest.approx(compounded, abs=5e-5)


@pytest.mark.requirement("MKT-06")
def test_the_percentile_is_taken_over_ninety_days_of_settled_rates_and_no_more() -> None:
    old = [0.01] * 30  # more than 90 days ago: not counted
    year = [*old, *(0.00001 * n for n in range(269))]
    assert read(funded(0.0026, year)).percentile == pytest.approx(100.0 * 260.5 / 269)
    assert read(funded(0.0026, year)).settled == 269
    assert isinstance(read(funded(0.0026, [0.0001] * 20)).percentile, Absent)
    assert percentile(0.5, [0.5] * 30) == 50.0


@pytest.mark.requirement("MKT-06")
def test_the_largest_rates_of_recorded_history_are_extremes_and_its_median_is_none(reference_dir: Path) -> None:
    series = read_funding(reference_dir / "data/funding/BTC-USDT_binance_8h.parquet")
    bull = series.times < np.datetime64("2021-05-01", "ms").astype(np.int64)
    place = int(np.argmax(np.where(bull, series.rates, 0.0)[1000:])) + 1000  # W18's window; March 2020 reached the cap
    past = series.rates[place - 270 : place].tolist()
    loud, usual = read(funded(float(series.rates[place]), past)), read(funded(float(np.median(past)), past))
    assert loud.percentile > 99.0
    assert loud.flag in ("spike", "extreme")
    assert usual.flag == ""
    assert loud.simple == pytest.approx(2.72, abs=0.05)  # W18: the highest interval, 272 % a year


@pytest.mark.requirement("W18")
def test_the_funding_of_early_2021_was_what_is_told_and_of_february_2024_was_not(reference_dir: Path) -> None:
    """W18: a mean of 43.8 % from October 2020 to April 2021. T28: February 2024 reached 83.6 %, not more than 100."""
    series = read_funding(reference_dir / "data/funding/BTC-USDT_binance_8h.parquet")
    days = series.times.astype("datetime64[ms]")
    carry = (days >= np.datetime64("2020-10-01")) & (days < np.datetime64("2021-05-01"))
    assert float(series.rates[carry].mean()) * 1095 == pytest.approx(0.438, abs=0.005)
    february = (days >= np.datetime64("2024-02-01")) & (days < np.datetime64("2024-03-01"))
    assert float(series.rates[february].max()) * 1095 == pytest.approx(0.836, abs=0.001)


def test_a_change_of_sign_is_a_flip_once_and_a_rate_of_nothing_flips_nothing() -> None:
    turned = read(funded(-0.0001, [0.0001, 0.0001]))
    assert (turned.flipped, turned.flips, turned.flag) == (True, 1, "flipped sign")
    assert not read(funded(0.0, [0.0001, 0.0001])).flipped
    assert read(funded(-0.0001, [-0.0001, -0.0001])).flips == 0


def test_what_has_not_settled_yet_is_not_history() -> None:
    market = funded(0.0001, [0.0001] * 30)
    later = tuple((NOW_MS + n * HOUR_MS, -0.05) for n in range(1, 40))
    ahead = worlds.replace(market, funding_history={PERPETUAL.id: (*market.funding_history[PERPETUAL.id], *later)})
    assert read(ahead) == read(market)


@pytest.mark.requirement("MKT-08")
def test_the_basis_is_mark_less_index_in_basis_points_and_beyond_its_limit_it_is_flagged() -> None:
    for mark, bps, flag in ((100_100.0, 10.0, ""), (99_300.0, -70.0, "beyond 50 bp")):
        quote = worlds.quoted(PERPETUAL, 1e5, mark=mark, index=1e5)
        found = basis(worlds.market([(PERPETUAL, quote)]), PERPETUAL.id)
        assert isinstance(found, Basis)
        assert (found.bps, found.flag, found.annual) == (pytest.approx(bps), flag, None)


def test_a_future_s_basis_is_by_the_year_of_its_life() -> None:
    listed = worlds.future(days=73.0)
    quote = worlds.quoted(listed, 102_000.0, index=1e5)
    found = basis(worlds.market([(listed, quote)]), listed.id)
    assert isinstance(found, Basis)
    assert found.annual == pytest.approx(0.02 * 365 / 73)


def test_who_pays_the_dearest_funding_of_ninety_days_is_crowded() -> None:
    """HED-33's flag: beyond the 95th percentile; signs that contradict each other are no crowd."""
    long_side = read(funded(0.01, [0.0001 * n for n in range(-10, 80)]))
    short_side = read(funded(-0.01, [0.0001 * n for n in range(-80, 10)]))
    quiet = read(funded(0.0001, [0.0001 * n for n in range(-10, 80)]))
    assert isinstance(crowd := crowding([long_side], []), Crowding)
    assert crowd.side == 1
    assert "100th percentile" in crowd.reasons[0]
    assert crowding([short_side], []).side == -1  # type: ignore[union-attr]
    assert crowding([quiet], []).side == 0  # type: ignore[union-attr]
    least_paid = read(funded(-0.0001, [-0.0002 * n for n in range(2, 90)]))
    assert least_paid.percentile == 100.0
    assert crowding([least_paid], []).side == 0  # type: ignore[union-attr]
    assert crowding([long_side, short_side], []).side == 0  # type: ignore[union-attr]
    steep = Basis(PERPETUAL.id, 500.0, 0.45, 40.0, "")
    assert crowding([], [steep]).side == 1  # type: ignore[union-attr]
    assert isinstance(crowding([read(funded(0.01, []))], []), Absent)


@pytest.mark.requirement("MKT-05")
def test_depth_counts_what_stands_within_ten_and_fifty_basis_points_of_the_middle_on_each_venue() -> None:
    markets = []
    for venue, sizes in (("deribit", (1.0, 4.0)), ("bybit", (2.0, 8.0))):
        listed = worlds.perpetual(venue=venue)
        bids = ((99_995.0, sizes[0]), (99_700.0, sizes[1]), (99_000.0, 50.0))
        asks = ((100_005.0, sizes[0]), (100_300.0, sizes[1]), (101_000.0, 50.0))
        quote = worlds.quoted(listed, 1e5, bids=bids, asks=asks, volume_24h=144.0, open_interest=10.0)
        markets.append((listed, quote))
    snapshot = worlds.market(markets)
    found = {venue: liquidity(snapshot, listed.id) for (listed, _), venue in zip(markets, "AB", strict=True)}
    for name, first, second in (("A", 1.0, 4.0), ("B", 2.0, 8.0)):
        read_ = found[name]
        assert isinstance(read_, Liquidity)
        assert read_.spread_bps == pytest.approx(1.0)
        assert read_.near.usd == pytest.approx(99_995.0 * first)  # type: ignore[union-attr]
        assert read_.far.usd == pytest.approx(99_995.0 * first + 99_700.0 * second)  # type: ignore[union-attr]
        assert read_.far.reached  # type: ignore[union-attr]
        assert read_.interest_usd == pytest.approx(1e6)
        assert read_.minutes == pytest.approx(100.0)  # 0.1 of 14.4m a day is 1,000 USD a minute


def test_what_is_not_quoted_is_absent_and_not_zero() -> None:
    bare = Quote(venue=PERPETUAL.venue, symbol=PERPETUAL.symbol, as_of=worlds.NOW, mark=1e5, index=1e5)
    found = liquidity(worlds.market([(PERPETUAL, bare)]), PERPETUAL.id)
    assert isinstance(found, Liquidity)
    parts = (found.spread_bps, found.near, found.far, found.volume_usd, found.interest_usd, found.minutes,
             found.cost_bps)  # fmt: skip
    assert all(isinstance(part, Absent) and part.why for part in parts)
    stale = worlds.quoted(PERPETUAL, 1e5, as_of=worlds.NOW - timedelta(hours=1))
    assert isinstance(liquidity(worlds.market([(PERPETUAL, stale)]), PERPETUAL.id), Absent)


def test_a_recorded_book_of_binance_reads_as_a_tight_and_deep_one(reference_dir: Path) -> None:
    """The first snapshot of the recorded feed of 8 August 2024: a tick of spread, millions within 10 bp."""
    with gzip.open(reference_dir / "data/depth/binance_usdm_btcusdt_2024-08-08.gz", "rt") as lines:
        snapshot = next(book for line in lines if "lastUpdateId" in (book := json.loads(line.split(" ", 1)[1])))
    bids, asks = (
        tuple((float(price), float(size)) for price, size in snapshot[side][:1000]) for side in ("bids", "asks")
    )
    middle = 0.5 * (bids[0][0] + asks[0][0])
    quote = worlds.quoted(PERPETUAL, middle, bids=bids, asks=asks)
    found = liquidity(worlds.market([(PERPETUAL, quote)]), PERPETUAL.id)
    assert isinstance(found, Liquidity)
    assert found.spread_bps < 0.1
    assert found.near.usd > 1e6  # type: ignore[union-attr]
    assert found.cost_bps == pytest.approx(5.5, abs=0.2)


@pytest.mark.requirement("RSK-17")
def test_market_gamma_is_open_interest_times_gamma_by_strike_under_the_assumption_that_is_said(
    reference_dir: Path,
) -> None:
    market = import_chain(reference_dir / "data/options/deribit_eth_chain_2024-01-08.json").admit(timedelta(hours=1))
    found = gamma_exposure(market, "ETH", worlds.seen(worlds.book({"USD": 1e6}), market).forwards)
    assert isinstance(found, GammaExposure)
    assert "long every call and short every put" in found.assumption
    assert sum(found.by_strike.values()) == pytest.approx(found.total, rel=1e-9)
    assert abs(found.total) < found.gross
    assert list(found.by_strike) == sorted(found.by_strike)
    assert len(found.by_strike) > 30
    assert 1e7 < found.gross < 1e10


def test_market_gamma_of_one_call_and_one_put_by_hand() -> None:
    call, put = (worlds.option("BTC", 1e5, right, days=30.0) for right in (OptionType.CALL, OptionType.PUT))
    pairs = [(call, worlds.marked(call, 1e5, 0.5, open_interest=100.0)),
             (put, worlds.marked(put, 1e5, 0.5, open_interest=40.0))]  # fmt: skip
    market = worlds.market(pairs)
    found = gamma_exposure(market, "BTC", worlds.seen(worlds.book({"USD": 1e6}), market).forwards)
    assert isinstance(found, GammaExposure)
    years = 30.0 / 365.0
    d1 = 0.5 * 0.5 * years**0.5
    cash = np.exp(-0.5 * d1**2) / np.sqrt(2 * np.pi) / (1e5 * 0.5 * years**0.5) * 1e10 / 100.0
    assert found.total == pytest.approx(60.0 * cash, rel=1e-9)
    assert found.largest == 1e5
    assert isinstance(gamma_exposure(market, "ETH", worlds.seen(worlds.book({"USD": 1e6}), market).forwards), Absent)


def test_an_event_asks_for_caution_from_a_day_before_to_an_hour_after() -> None:
    def at(hours: float, coins: tuple[str, ...] = ("BTC",)) -> Event:
        return Event(at=worlds.NOW + timedelta(hours=hours), name=f"{hours:g}", underlyings=coins)

    market = worlds.market([], events=(at(30.0), at(2.0), at(-0.5), at(-2.0), at(1.0, ("ETH",)), at(20.0, ())))
    assert [item.event.name for item in events_ahead(market, "BTC")] == ["-0.5", "2", "20"]
    assert events_ahead(market, "BTC")[1].said == "2 in 2.0 h"


@pytest.mark.requirement("MKT-17")
def test_three_venues_price_the_same_coin_and_the_one_that_is_two_per_cent_off_is_named() -> None:
    perpetuals = [worlds.perpetual(venue=venue) for venue in ("deribit", "binanceusdm", "bybit")]
    prices = dict(zip(perpetuals, (100_000.0, 100_100.0, 103_000.0), strict=True))
    market = worlds.market([(listed, worlds.quoted(listed, price)) for listed, price in prices.items()])
    assert {key.venue for key in market.quotes} == {"deribit", "binanceusdm", "bybit"}
    found = cross_check(market, "BTC")
    assert isinstance(found, CrossCheck)
    assert not found.agrees
    assert all("bybit" in name for name in found.outliers)
    assert found.outliers
    close = worlds.market([(listed, worlds.quoted(listed, 1e5 + 100.0 * n)) for n, listed in enumerate(perpetuals)])
    assert cross_check(close, "BTC").agrees  # type: ignore[union-attr]
    assert isinstance(cross_check(close, "SOL"), Absent)
