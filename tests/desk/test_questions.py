"""The questions of a desk: why, what waiting costs, what changed, convexity, what is due, prices, alerts."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from oracle_core.errors import InputError

ROOT = Path(__file__).resolve().parents[2]
THREE = {kind: ROOT / "examples" / f"three-coins.{kind}.json" for kind in ("book", "market")}


PRICES = ("index", "forward", "bid", "ask", "mark", "last")


def later(hours: float, share: float):
    """The market of the straddle some hours later, ETH moved by a share of its price; volatilities stay."""

    def quote_after(quote: dict, at: datetime) -> dict:
        option = quote.get("mark_iv") is not None
        gone = {"bids", "asks", *(("bid", "ask", "mark", "last") if option else ())}
        kept = {name: value for name, value in quote.items() if name not in gone}
        moved = {name: (1.0 + share) * kept[name] for name in PRICES if kept.get(name) is not None}
        funded = {"next_funding_at": (at + timedelta(hours=8)).isoformat()} if kept.get("next_funding_at") else {}
        return {**kept, **moved, **funded, "as_of": at.isoformat()}

    def change(tree: dict) -> None:
        at = datetime.fromisoformat(tree["as_of"]) + timedelta(hours=hours)
        tree["as_of"] = at.isoformat()
        tree["quotes"] = [quote_after(quote, at) for quote in tree["quotes"]]

    return change


@pytest.mark.requirement("AGT-07")
def test_what_waiting_costs_is_what_the_engine_says_of_hold_over_each_span(ask, desk) -> None:
    found = ask("wait", hours=8.0, persona="balanced", strategy="delta_neutral")
    assert [row["hours"] for row in found["rows"]] == [8.0, 168.0]
    cycle = ask("advise", persona="balanced", strategy="delta_neutral")
    hold = next(item for item in cycle["candidates"] if item["kind"] == "hold")
    short, whole = found["rows"]
    assert {key: whole[key] for key in ("risk", "carry", "capital")} == {
        key: hold["terms"][key] for key in ("risk", "carry", "capital")
    }
    assert 0.0 > short["risk"] > whole["risk"]
    assert short["theta_usd"] == pytest.approx(whole["theta_usd"] * 8.0 / 168.0)
    assert found["acting"]["benefit"] == next(item for item in cycle["candidates"] if item["label"] == "c1")["benefit"]


def test_waiting_keeps_and_sends_nothing(ask, desk) -> None:
    ask("wait")
    assert not desk.journal_path.exists()


@pytest.mark.requirement("AGT-07")
def test_what_changed_compares_a_day_old_cycle_with_the_newest_and_its_parts_add_up(ask, example) -> None:
    first = ask("advise")["cycle_id"]
    moved = example("eth-straddle.market.json", later(26.0, 0.02))
    book = example("eth-straddle.book.json", lambda tree: None)
    second = ask("advise", market=moved, book=book)["cycle_id"]
    found = ask("changes")
    assert (found["then"]["cycle_id"], found["now"]["cycle_id"]) == (first, second)
    assert found["hours"] == 26.0
    eth = found["coins"]["ETH"]
    assert eth["now"]["price_usd"] == pytest.approx(1.02 * eth["then"]["price_usd"])
    assert eth["now"]["net_delta"] < eth["then"]["net_delta"], "short gamma: delta falls as the price rises"
    parts = {name: usd for name, usd in found["drivers"].items() if name != "total"}
    assert sum(parts.values()) == pytest.approx(found["drivers"]["total"], abs=1e-9)
    assert parts["delta"] < 0.0 < parts["theta"]
    assert parts["gamma"] < 0.0


def test_a_week_without_a_week_old_cycle_compares_the_oldest_and_says_so(ask, example) -> None:
    first = ask("advise")["cycle_id"]
    book = example("eth-straddle.book.json", lambda tree: None)
    ask("advise", market=example("eth-straddle.market.json", later(26.0, 0.02)), book=book)
    found = ask("changes", hours=168.0)
    assert found["then"]["cycle_id"] == first
    assert any("no cycle of 168 h ago" in note for note in found["notes"])


def test_nothing_to_compare_with_is_an_error_that_says_what_to_do(ask) -> None:
    ask("advise")
    with pytest.raises(InputError, match="`advise` stores one"):
        ask("changes")


@pytest.mark.requirement("AGT-07")
def test_convexity_says_the_side_and_which_way_its_hedge_trades(ask) -> None:
    found = ask("convexity", **THREE)["coins"]
    assert {coin: row["side"] for coin, row in found.items()} == {"BTC": "short", "ETH": "long", "SOL": "short"}
    for row in found.values():
        sign = 1.0 if row["side"] == "long" else -1.0
        for move in row["moves"]:
            assert sign * move["beyond_delta_usd"] > 0.0
            assert sign * move["spot_pct"] * move["hedge_coins"] < 0.0, "long sells high, short buys high"
        assert sign * row["theta_usd_per_day"] < 0.0


def test_a_coin_that_the_book_has_not_is_refused_by_name(ask) -> None:
    for name in ("convexity", "prices"):
        with pytest.raises(InputError, match="a coin of the book: ETH"):
            ask(name, coin="DOGE")
    with pytest.raises(InputError, match="a coin of the book: ETH"):
        ask("stress", spot=-10.0, coin="BTC")


@pytest.mark.requirement("AGT-07")
def test_a_move_of_one_coin_leaves_the_others_and_together_they_are_the_move_of_all(ask) -> None:
    whole = ask("stress", spot=-10.0, vol=15.0, **THREE)["scenario"]
    alone = {
        coin: ask("stress", spot=-10.0, vol=15.0, coin=coin, **THREE)["scenario"] for coin in ("BTC", "ETH", "SOL")
    }
    assert sum(part["pnl_usd"] for part in alone.values()) == pytest.approx(whole["pnl_usd"], abs=1e-6)
    assert {coin: part["pnl_usd"] for coin, part in alone.items()} == whole["by_coin"]
    assert alone["BTC"]["moved"] == ["BTC"]


@pytest.mark.requirement("AGT-07")
@pytest.mark.parametrize("beside", [{"days": (5.0,)}, {"scenario": "depeg"}])
@pytest.mark.parametrize("moved", [{"spot": -12.0}, {"vol": 5.0}, {"coin": "ETH"}])
def test_a_move_beside_days_or_a_scenario_is_refused_and_not_left_out(ask, beside, moved) -> None:
    with pytest.raises(InputError, match=next(iter(moved))):
        ask("stress", **beside, **moved)


def test_the_calendar_has_expiries_soonest_first_and_the_next_funding(ask) -> None:
    found = ask("calendar", **THREE)
    hours = [row["hours"] for row in found["expiries"]]
    assert hours == sorted(hours)
    assert found["expiries"][0]["hours"] == 480.0
    assert all(row["hours"] == 8.0 for row in found["funding"])
    assert found["events"][0]["name"] == "US consumer prices"


def test_prices_are_those_of_the_market_file_with_their_age(ask) -> None:
    found = ask("prices", coin="BTC", **THREE)
    assert found["coins"] == {"BTC": {"index_usd": 92_400.0}}
    assert {row["symbol"] for row in found["rows"]} >= {"BTC/USD:BTC", "BTC/USDT:USDT"}
    assert all(row["age_seconds"] == 0.0 for row in found["rows"])


def test_alerts_name_a_breached_limit_a_halt_and_what_expires(ask, example) -> None:
    quiet = ask("alerts")["rows"]
    assert not [row for row in quiet if row["level"] == "breach"]
    ask("halt")
    found = ask("alerts", persona="cautious")["rows"]
    levels = [row["about"] for row in found if row["level"] == "breach"]
    assert levels[0] == "desk"
    assert "limit" in levels
    assert any("stress_loss_pct_equity" in row["said"] for row in found)


@pytest.mark.requirement("AGT-07")
def test_why_is_read_off_the_stored_cycle_for_each_question(ask) -> None:
    cycle = ask("advise")["cycle_id"]
    now, venue, style, risk = (ask("why", subject=cycle, about=about) for about in ("now", "venue", "style", "risk"))
    assert now["band"]["net_delta"] == pytest.approx(-3.554, abs=1e-3)
    assert now["benefit"] > 0.0
    assert now["hold_terms"]["risk"] < now["terms"]["risk"]
    assert {row["label"] for row in venue["others"]} >= {"c2", "c3"}
    (order,) = style["rows"]
    assert style["style"] == "maker_then_taker"
    assert order["taker_fee_usd"] == pytest.approx(now["cost"]["fee"])
    assert order["half_spread_usd"] == pytest.approx(now["cost"]["half_spread"], rel=1e-3)
    assert order["maker_fee_usd"] <= order["taker_fee_usd"]
    assert any(row["kind"] == "worst_stress" for row in risk["risks"])


def test_why_of_a_cycle_nobody_stored_is_an_error(ask) -> None:
    with pytest.raises(InputError):
        ask("why", subject="0123456789ab")
