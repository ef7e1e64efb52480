"""What the journal remembers, what it makes of it, and that a decision can be followed from trigger to card."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from oracle_core.console.render.page import render
from oracle_core.desk.desk import Desk
from oracle_core.domain.canonical import canonical_json
from oracle_core.journal.cycles import find_cycle

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
MARKET = "eth-straddle.market.json"
PERPETUAL = "ETH/USDC:USDC"


def moved(tree: dict, *, minutes: float, price: float = 1_900.0, vol: float = 0.0, rate: float | None = None) -> None:
    """The example's market so many minutes later, at another price, volatility and funding."""
    from datetime import datetime, timedelta

    def later(text: str) -> str:
        return (datetime.fromisoformat(text) + timedelta(minutes=minutes)).isoformat()

    tree["as_of"] = later(tree["as_of"])
    for item in tree["quotes"]:
        item["as_of"] = later(item["as_of"])
        if item.get("mark_iv"):
            item["mark_iv"] += vol
            item["forward"] = item["index"] = price
        elif item["symbol"] == PERPETUAL:
            item.update(bid=price - 0.1, ask=price + 0.1, mark=price, index=price)
            item.update(bids=[[price - 0.1, 1e4]], asks=[[price + 0.1, 1e4]])
            item.update({} if rate is None else {"funding_rate": rate})


def at(example: Callable[..., Path], folder: Path, **change: float) -> Path:
    made = example(MARKET, lambda tree: moved(tree, **change))
    return made.rename(folder / f"{len(list(folder.iterdir()))}.json")


def names(document: dict) -> list[str]:
    return [item["trigger"] for item in document["occasions"]["fired"]]


def test_a_hedge_is_what_the_next_price_move_is_measured_from(ask, example, tmp_path: Path) -> None:
    cycle = ask("advise")["cycle_id"]
    ask("approve", subject=cycle)
    quiet = ask("advise", market=at(example, tmp_path, minutes=30.0, price=1_920.0))
    assert "price_move" not in names(quiet)
    loud = ask("advise", market=at(example, tmp_path, minutes=61.0, price=1_939.0))
    (found,) = [item for item in loud["occasions"]["fired"] if item["trigger"] == "price_move"]
    assert found["reason"] == "ETH moved +39.00 USD (+2.05 %) since its last hedge, rule 2 %"
    assert "interval" in names(loud)
    assert ask("replay", cycle=loud["cycle_id"])["same_decision"] is True


def test_another_book_does_not_see_the_hedges_of_the_paper_account(ask, example, tmp_path: Path) -> None:
    ask("approve", subject=ask("advise")["cycle_id"])
    book = EXAMPLES / "eth-straddle.book.json"
    shown = ask("advise", book=book, market=at(example, tmp_path, minutes=61.0, price=1_939.0))
    assert shown["occasions"]["silent"]["price_move ETH"] == "no hedge of ETH is known"


@pytest.mark.requirement("HED-24")
def test_a_change_of_sign_of_funding_is_one_alert_and_one_journal_entry(ask, desk: Desk, example, tmp_path) -> None:
    markets = [at(example, tmp_path, minutes=60.0 * n, rate=rate) for n, rate in enumerate((1e-4, -1e-4, -1e-4, -2e-4))]
    shown = [ask("advise", strategy="funding_carry", market=market) for market in (*markets, markets[1])]
    flips = [item for one in shown[:4] for item in one["occasions"]["fired"] if item["trigger"] == "funding"]
    assert len(flips) == 1
    entries = [entry.value for entry in desk.journal.entries("alert")]
    assert [(entry["trigger"], "shorts pay now" in entry["reason"]) for entry in entries] == [("funding", True)]


@pytest.mark.requirement("RSK-21")
def test_pnl_that_falls_below_zero_is_one_alert(ask, desk: Desk, example, tmp_path: Path) -> None:
    ask("approve", subject=ask("advise")["cycle_id"])
    for number, price in enumerate((1_915.0, 1_880.0, 1_870.0), start=1):
        ask("advise", market=at(example, tmp_path, minutes=60.0 * number, price=price))
    alerts = [entry.value for entry in desk.journal.entries("alert")]
    assert [entry["trigger"] for entry in alerts] == ["pnl_negative"]
    assert "have lost" in alerts[0]["reason"]


def test_what_was_remembered_is_stored_and_decides_again_to_the_byte(ask, desk: Desk, example, tmp_path: Path) -> None:
    ask("approve", subject=ask("advise")["cycle_id"])
    cycle = ask("advise", market=at(example, tmp_path, minutes=90.0, price=1_950.0))["cycle_id"]
    record = find_cycle(desk.journal, cycle).record
    again = desk.stored_brief(record)
    assert again.since.hedged["ETH"].prices["ETH"] == pytest.approx(1_900.0, rel=1e-3)
    assert canonical_json(again.since) == desk.journal.blob(record.inputs["since"])
    assert ask("replay", cycle=cycle)["same_numbers"] is True


@pytest.mark.requirement("RSK-14")
def test_a_gate_binds_the_plan_that_a_person_would_approve_too(ask, desk: Desk) -> None:
    ask("halt", why="drill")
    shown = ask("advise")
    assert names(shown)[0] == "halted"
    pause = next(item for item in shown["candidates"] if item["kind"] == "pause")
    assert pause["status"] == "offered"
    assert shown["verdict"]["ruling"] == "refuse"


def test_one_decision_can_be_followed_from_trigger_to_card_within_a_hundred_columns(ask, example, tmp_path) -> None:
    ask("approve", subject=ask("advise")["cycle_id"])
    cycle = ask("advise", market=at(example, tmp_path, minutes=61.0, price=1_990.0))["cycle_id"]
    text = render(ask("explain", subject=cycle), 100)
    assert max(map(len, text.splitlines())) <= 100
    wanted = ("Why now", "price move", "The way of this decision", "candidates weighed", "chose c", "guardrails:",
              "The terms (USD over the horizon)", "Limits of the persona")  # fmt: skip
    places = [text.find(words) for words in wanted]
    assert -1 not in places
    assert places == sorted(places)
    assert json.loads(json.dumps(ask("explain", subject=cycle)))["way"]
