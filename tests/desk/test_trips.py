"""A day's loss reduces the desk, a drawdown halts it, and only a person lifts either."""

from collections.abc import Callable
from pathlib import Path

import pytest

from oracle_core.desk.control import halt
from oracle_core.desk.desk import Desk
from oracle_core.desk.requests import HaltRequest
from oracle_core.domain.trading import TradingState
from oracle_core.errors import JournalError

MARKET = "eth-straddle.market.json"


def moved(example: Callable[..., Path], price: float, hours: float) -> Path:
    """The example's market with ether elsewhere, later. The book is short a straddle."""
    from datetime import datetime, timedelta

    def change(tree: dict) -> None:
        def later(text: str) -> str:
            return (datetime.fromisoformat(text) + timedelta(hours=hours)).isoformat()

        ratio = price / 1900.0
        tree["as_of"] = later(tree["as_of"])
        for quote in tree["quotes"]:
            quote["as_of"] = later(quote["as_of"])
            quote["index"] *= ratio
            if "forward" in quote:
                quote["forward"] = price
                quote.pop("bid", None), quote.pop("ask", None), quote.pop("bids", None), quote.pop("asks", None)
                quote["mark"] = 500.0 if quote["symbol"].endswith("C") and price > 2_200 else quote["mark"]
            else:
                for side in ("bid", "ask", "mark", "last"):
                    quote[side] = quote[side] * ratio
                for side in ("bids", "asks"):
                    quote[side] = [[level * ratio, size] for level, size in quote[side]]

    return example(MARKET, change)


@pytest.mark.requirement("RSK-19")
@pytest.mark.parametrize(
    ("hours", "persona", "state"),
    [(1, "balanced", "reducing"), (1, "cautious", "halted"), (1, "degen", "active"), (30, "balanced", "active")],
)
def test_a_loss_trips_the_persona_whose_limit_it_passes(
    ask, desk: Desk, example: Callable[..., Path], hours: float, persona: str, state: str
) -> None:
    ask("approve", subject=ask("advise")["cycle_id"])
    ask("advise", persona=persona)  # the first mark of the day
    ask("advise", persona=persona, market=moved(example, 2_250.0, hours))
    assert desk.trading_state().value == state


def test_a_trip_is_latched_until_a_person_resumes_and_does_not_trip_again_at_once(ask, desk: Desk, example) -> None:
    ask("approve", subject=ask("advise")["cycle_id"])
    ask("advise", persona="cautious")
    ask("advise", persona="cautious", market=moved(example, 2_250.0, 1.0))
    assert desk.trading_state() is TradingState.HALTED
    ask("advise", persona="cautious")
    assert desk.trading_state() is TradingState.HALTED
    ask("resume")
    ask("advise", persona="cautious", market=moved(example, 2_250.0, 2.0))
    assert desk.trading_state() is TradingState.ACTIVE


def test_looking_never_trips_the_desk(ask, desk: Desk, example) -> None:
    ask("approve", subject=ask("advise")["cycle_id"])
    ask("advise", persona="degen")
    for look in ("compare", "candidates", "exposures"):
        ask(look, market=moved(example, 2_250.0, 1.0))
    assert desk.trading_state() is TradingState.ACTIVE


def test_a_desk_whose_journal_cannot_be_read_is_halted_by_its_flag(desk: Desk) -> None:
    desk.journal_path.parent.mkdir(parents=True)
    desk.journal_path.write_bytes(b"this is no journal" * 100)
    with pytest.raises(JournalError):
        halt(desk, HaltRequest())
    desk.journal_path.unlink()
    assert desk.trading_state() is TradingState.HALTED
