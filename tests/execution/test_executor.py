"""One order per child, whatever happens in between: the crash matrix, and every way a plan may stop."""

import contextlib
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oracle_core.domain.trading import OrderReport, OrderStatus, TradingState
from oracle_core.errors import JournalError, RefusedError
from oracle_core.execution.approve import commit
from oracle_core.execution.memory import JournalMemory
from oracle_core.execution.records import announce
from oracle_core.journal.fills import fills
from oracle_core.journal.states import halt, reduce, resume, trading_state
from oracle_core.journal.store import Journal
from tests.execution.plans import (
    BTC,
    NOW,
    Crash,
    Exchange,
    FragileJournal,
    carry_out,
    full_fill,
    intent,
    leg,
    market,
    paper,
    plan,
    quote,
    timeout,
)

ROOT = Path(__file__).resolve().parents[2]
APPENDS = 11
"""approved, then sending, fill and order for each of three children, then executed."""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal.sqlite"


def approved(path: Path) -> Journal:
    journal = Journal(path)
    commit(journal, intent(), NOW)
    return journal


def attempt(journal: Journal, exchange: Exchange | None) -> None:
    """What a process does: approve if nobody has, and carry on."""
    with contextlib.suppress(RefusedError):
        commit(journal, intent(), NOW)
    carry_out(journal, exchange or paper(journal))


def finish(path: Path, exchange: Exchange | None) -> None:
    """What the last process does."""
    with Journal(path) as journal:
        with contextlib.suppress(RefusedError):
            commit(journal, intent(), NOW)
        outcome = carry_out(journal, exchange or paper(journal))
        assert outcome.final
        assert outcome.stopped is None


def filled(path: Path) -> list[tuple[str, Decimal]]:
    with Journal(path, read_only=True) as journal:
        assert journal.verify()[0] == APPENDS
        return sorted((line.fill.symbol, line.fill.contracts) for line in fills(journal))


WHOLE = sorted((order.symbol, order.contracts) for order in intent().orders)


def test_a_plan_is_carried_out_and_written_down(path: Path) -> None:
    exchange = Exchange()
    finish(path, exchange)
    assert filled(path) == WHOLE
    with Journal(path) as journal:
        kinds = [entry.kind for entry in journal.entries()]
        assert kinds == ["approved", *["sending", "fill", "order"] * 3, "executed"]


def test_carrying_it_out_again_changes_nothing(path: Path) -> None:
    exchange = Exchange()
    finish(path, exchange)
    finish(path, exchange)
    assert filled(path) == WHOLE
    assert len(exchange.sent) == 3


@pytest.mark.requirement("OPS-01")
@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("boundary", range(1, APPENDS + 1))
@pytest.mark.parametrize("on_paper", [False, True], ids=["exchange", "paper"])
def test_a_crash_at_any_write_leaves_one_fill_per_child(path: Path, boundary: int, moment: str, on_paper: bool) -> None:
    exchange = None if on_paper else Exchange()
    with FragileJournal(path, boundary, moment) as journal, pytest.raises(Crash):
        attempt(journal, exchange)
    finish(path, exchange)
    assert filled(path) == WHOLE
    assert exchange is None or len(exchange.sent) == len(set(exchange.sent)) == 3


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("call", [1, 2, 3])
def test_a_crash_around_the_venue_leaves_one_order_per_child(path: Path, call: int, moment: str) -> None:
    exchange = Exchange(trouble={("submit", call): (moment, Crash())})
    with approved(path) as journal, pytest.raises(Crash):
        carry_out(journal, exchange)
    finish(path, exchange)
    assert filled(path) == WHOLE
    assert len(exchange.sent) == 3


@given(crashes=st.lists(st.tuples(st.integers(1, 6), st.sampled_from(["before", "after"])), max_size=6))
def test_any_series_of_crashes_ends_in_one_fill_per_child(
    tmp_path_factory: pytest.TempPathFactory, crashes: list[tuple[int, str]]
) -> None:
    path, exchange = tmp_path_factory.mktemp("journal") / "j.sqlite", Exchange()
    for boundary, moment in crashes:
        with FragileJournal(path, boundary, moment) as journal, contextlib.suppress(Crash):
            attempt(journal, exchange)
    finish(path, exchange)
    assert filled(path) == WHOLE
    assert len(exchange.sent) == 3


@pytest.mark.requirement("OPS-01")
@pytest.mark.parametrize("boundary", [1, 3, 5, 7, 10])
def test_a_kill_9_leaves_one_fill_per_child(path: Path, boundary: int) -> None:
    program = """
import sys
from pathlib import Path
from oracle_core.execution.approve import commit
from tests.execution.plans import NOW, FragileJournal, carry_out, intent, paper
with FragileJournal(Path(sys.argv[1]), int(sys.argv[2]), "after", kill=True) as journal:
    commit(journal, intent(), NOW)
    carry_out(journal, paper(journal))
"""
    done = subprocess.run([sys.executable, "-c", program, str(path), str(boundary)], cwd=ROOT, check=False, timeout=60)
    assert done.returncode == -9
    finish(path, None)
    assert filled(path) == WHOLE


def test_a_timeout_is_not_a_failure_the_venue_is_asked(path: Path) -> None:
    exchange = Exchange(trouble={("submit", 2): ("after", timeout())})
    with approved(path) as journal:
        outcome = carry_out(journal, exchange)
        assert not outcome.final
        assert outcome.stopped == "BTC/USDT:USDT: the venue's answer is not known: no answer within 10 s"
        assert len(exchange.sent) == 2
    finish(path, exchange)
    assert filled(path) == WHOLE
    assert len(exchange.sent) == 3


def test_while_the_venue_cannot_be_asked_nothing_is_sent_again(path: Path) -> None:
    trouble = {("submit", 1): ("before", timeout()), ("lookup", 1): ("before", timeout())}
    exchange = Exchange(trouble=trouble)
    with approved(path) as journal:
        assert not carry_out(journal, exchange).final
        assert not carry_out(journal, exchange).final
        assert exchange.calls == {"submit": 1, "lookup": 1}
    finish(path, exchange)
    assert filled(path) == WHOLE


def test_a_run_that_waits_sends_nothing_that_another_announced(path: Path) -> None:
    exchange = Exchange(trouble={("lookup", 1): ("before", timeout())})
    with approved(path) as journal:
        for order in intent().orders[:2]:
            announce(journal, order, NOW)
        outcome = carry_out(journal, exchange)
        assert not outcome.final
        assert exchange.sent == []
    finish(path, exchange)
    assert filled(path) == WHOLE


def test_an_order_whose_end_is_written_down_is_not_asked_for_again(path: Path) -> None:
    exchange = Exchange(trouble={("submit", 3): ("before", Crash())})
    with approved(path) as journal, pytest.raises(Crash):
        carry_out(journal, exchange)
    finish(path, exchange)
    assert exchange.calls == {"submit": 4, "lookup": 1}


def test_a_refused_order_stops_the_rest(path: Path) -> None:
    refused = quote(BTC, bid=99_000.0)
    with approved(path) as journal:
        outcome = carry_out(journal, paper(journal, market(refused)))
        assert outcome.final
        assert [report.status for report in outcome.reports] == [OrderStatus.FILLED, OrderStatus.REFUSED]
        assert "nothing among the bids" in (outcome.stopped or "")
        assert carry_out(journal, paper(journal)) == outcome


def test_a_thin_book_fills_what_it_shows_and_the_next_child_finds_it_gone(path: Path) -> None:
    thin = market(quote(BTC, bids=((99_999.0, 1.2),)))
    with approved(path) as journal:
        outcome = carry_out(journal, paper(journal, thin))
        assert [report.status for report in outcome.reports] == [
            OrderStatus.FILLED, OrderStatus.FILLED, OrderStatus.PARTIAL,
        ]  # fmt: skip
        assert [line.fill.contracts for line in fills(journal)] == [Decimal(3), Decimal(-1), Decimal("-0.2")]


@pytest.mark.requirement("GRD-05")
@pytest.mark.parametrize("stricter", [halt, reduce])
def test_a_desk_that_turns_stricter_sends_no_further_order(path: Path, stricter) -> None:
    class Interrupted(Exchange):
        def submit(self, order):
            report = super().submit(order)
            if len(self.sent) == 1:
                stricter(journal, NOW, actor="bob", reason="news")
            return report

    exchange = Interrupted()
    with approved(path) as journal:
        outcome = carry_out(journal, exchange)
        assert len(exchange.sent) == 1
        assert not outcome.final
        assert "when the plan was approved" in (outcome.stopped or "")
        assert len(carry_out(journal, exchange).reports) == 1
        resume(journal, NOW, actor="ann", reason="over")
        assert carry_out(journal, exchange).final
        assert len(exchange.sent) == 3


def test_after_the_approval_expired_nothing_is_sent_and_the_plan_is_closed(path: Path) -> None:
    exchange = Exchange(trouble={("submit", 2): ("after", Crash())})
    with approved(path) as journal:
        with pytest.raises(Crash):
            carry_out(journal, exchange)
        late = carry_out(journal, exchange, now=NOW + timedelta(minutes=5))
        assert late.final
        assert "the approval expired" in (late.stopped or "")
        assert [report.status for report in late.reports] == 2 * [OrderStatus.FILLED]
        assert len(exchange.sent) == 2


def test_an_order_that_works_at_the_venue_keeps_the_plan_open(path: Path) -> None:
    class Rests(Exchange):
        def submit(self, order):
            self.sent.append(order.client_id)
            return OrderReport(client_id=order.client_id, status=OrderStatus.WORKING)

    with approved(path) as journal:
        outcome = carry_out(journal, Rests())
        assert not outcome.final
        assert outcome.stopped == "ETH/USDT:USDT: the order is `working` at the venue"


def test_a_fill_beyond_its_order_is_kept_and_halts_the_desk(path: Path) -> None:
    class Generous(Exchange):
        def submit(self, order):
            report = full_fill(order)
            return replace(report, fills=(replace(report.fills[0], contracts=order.contracts * 2),))

    with approved(path) as journal:
        outcome = carry_out(journal, Generous())
        assert "was filled 6: the desk is halted" in (outcome.stopped or "")
        assert trading_state(journal) is TradingState.HALTED
        assert [line.fill.contracts for line in fills(journal)] == [Decimal(6)]


def test_what_was_not_approved_is_not_sent(path: Path) -> None:
    exchange = Exchange()
    with Journal(path) as journal, pytest.raises(RefusedError, match="was not approved"):
        carry_out(journal, exchange)
    assert exchange.sent == []


def test_without_a_journal_to_write_to_nothing_is_sent(path: Path) -> None:
    approved(path).close()
    exchange = Exchange()
    with Journal(path, read_only=True) as journal, pytest.raises(JournalError, match="reading only"):
        carry_out(journal, exchange)
    assert exchange.sent == []


def test_the_paper_venue_remembers_by_side_and_by_quote(path: Path) -> None:
    finish(path, None)
    with Journal(path) as journal:
        memory = JournalMemory(journal)
        assert memory.taken(BTC.id, "another", NOW, buys=False) == 1.5
        assert memory.taken(BTC.id, "another", NOW, buys=True) == 0.0
        assert memory.taken(BTC.id, "another", NOW + timedelta(seconds=1), buys=False) == 0.0


def test_a_fill_is_described_by_its_market(path: Path) -> None:
    finish(path, None)
    with Journal(path) as journal:
        line = next(line for line in fills(journal) if line.fill.contracts == Decimal(-1))
        assert (line.mark, line.index, line.notional_usd, line.premium_usd) == (100_000.0, 100_000.0, 99_999.0, 0.0)
        assert line.plan_hash == plan().hash


def test_a_leg_without_children_is_one_order() -> None:
    one = plan(replace(leg(BTC, "-1"), children=()))
    assert [order.contracts for order in intent(one).orders] == [Decimal(-1)]
