"""Approval means this plan, now, once."""

import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oracle_core.domain.market import VenueStatus
from oracle_core.domain.plan import Plan
from oracle_core.domain.trading import TradingState
from oracle_core.errors import JournalError, RefusedError
from oracle_core.execution.approve import APPROVED, approval_name, commit, load_intent, orders
from oracle_core.journal.states import halt
from oracle_core.journal.store import Journal
from tests.execution.plans import BTC, NOW, intent, leg, market, plan, quote

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(tmp_path / "journal.sqlite")


def test_an_approval_is_bound_to_its_plan_and_its_time() -> None:
    given_ = intent().approval
    assert (given_.plan_hash, given_.actor, given_.approved_at) == (plan().hash, "ann", NOW)
    assert given_.expires_at == plan().expires_at


def test_orders_are_the_children_and_what_only_reduces_goes_first() -> None:
    made = intent().orders
    assert [(order.symbol[:3], order.contracts) for order in made] == [
        ("ETH", Decimal(3)), ("BTC", Decimal(-1)), ("BTC", Decimal("-0.5")),
    ]  # fmt: skip
    assert len({order.client_id for order in made}) == 3
    assert all(len(order.client_id) == 32 and order.client_id.startswith("p") for order in made)


@given(size=st.integers(1, 9_999), price=st.floats(1.0, 1e6))
def test_the_same_plan_has_the_same_client_ids_and_any_other_has_others(size: int, price: float) -> None:
    other = plan(replace(leg(BTC, f"-{size}.5"), limit_price=price))
    ids = {order.client_id for order in orders(other, "paper")}
    assert ids == {order.client_id for order in orders(other, "paper")}
    assert not ids & {order.client_id for order in orders(other, "live")}
    assert not ids & {order.client_id for order in orders(replace(other, cost_usd=81.0), "paper")}


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"now": NOW + timedelta(minutes=5)}, "the plan expired at 2026-01-02T00:05:00"),
        ({"plan_hash": "beef"}, "it was given to plan `beef`"),
        ({"state": TradingState.HALTED}, "the desk is `halted`"),
        ({"market": market(quote(BTC, bid=None))}, "nobody stands on the bid any more"),
        ({"market": market(quote(BTC, bid=100_600.0, ask=100_601.0, mark=100_600.0))}, "the price moved 60.1 bps"),
        ({"market": market(quote(BTC, bid=99_400.0, ask=99_402.0))}, "99400 is beyond the limit price 99500"),
        ({"market": market(quote(BTC, as_of=NOW - timedelta(minutes=2)))}, "no usable quote (stale"),
        ({"market": market(quote(BTC, bid=100_002.0))}, "no usable quote (crossed"),
        ({"market": market(instruments={BTC.id: BTC}, quotes={BTC.id: quote(BTC)})}, "no usable quote (missing)"),
    ],
)
def test_an_approval_is_void_when_the_world_is_another(changed: dict[str, object], why: str) -> None:
    with pytest.raises(RefusedError) as caught:
        intent(**changed)
    assert why in str(caught.value)


def test_changed_terms_of_a_contract_make_an_approval_void() -> None:
    found = market()
    doubled = replace(found, instruments={**found.instruments, BTC.id: replace(BTC, contract_size=2.0)})
    with pytest.raises(RefusedError, match="the terms of a contract changed"):
        intent(market=doubled)


def test_every_reason_is_told_at_once() -> None:
    with pytest.raises(RefusedError, match=r"expired.*halted"):
        intent(now=NOW + timedelta(hours=1), state=TradingState.HALTED)


@pytest.mark.parametrize(
    "change",
    [
        lambda made: replace(made, cost_usd=made.cost_usd + 0.01),
        lambda made: replace(made, cure=True),
        lambda made: replace(made, expires_at=made.expires_at + timedelta(seconds=1)),
        lambda made: replace(made, legs=made.legs[:1]),
        lambda made: replace(made, legs=(replace(made.legs[0], limit_price=99_499.5), *made.legs[1:])),
        lambda made: replace(made, legs=(replace(made.legs[0], children=(made.legs[0].contracts,)), *made.legs[1:])),
    ],
)
def test_any_change_of_the_plan_voids_its_approval(change: Callable[[Plan], Plan]) -> None:
    changed = change(plan())
    with pytest.raises(RefusedError, match="it was given to plan"):
        intent(changed, plan_hash=plan().hash)


def test_an_approval_is_used_once(journal: Journal) -> None:
    commit(journal, intent(), NOW)
    with pytest.raises(RefusedError, match="already in the journal, entry 1"):
        commit(journal, intent(), NOW)
    assert load_intent(journal, plan().hash) == intent()


def test_what_was_not_approved_is_not_loaded(journal: Journal) -> None:
    with pytest.raises(RefusedError, match="was not approved: nothing is sent"):
        load_intent(journal, "beef")
    journal.append(APPROVED, {"other": 1}, NOW, once=approval_name("beef"))
    with pytest.raises(JournalError, match="entry 1 is no approval"):
        load_intent(journal, "beef")


def test_a_halt_between_the_question_and_the_answer_refuses(journal: Journal) -> None:
    asked = intent()
    halt(journal, NOW, actor="bob", reason="news")
    with pytest.raises(RefusedError, match="is `halted`, and was `active`"):
        commit(journal, asked, NOW)


def test_of_many_processes_that_use_one_approval_one_does(tmp_path: Path) -> None:
    program = """
import sys
from pathlib import Path
from oracle_core.errors import RefusedError
from oracle_core.execution.approve import commit
from oracle_core.journal.store import Journal
from tests.execution.plans import NOW, intent
try:
    print(commit(Journal(Path(sys.argv[1])), intent(), NOW).seq)
except RefusedError:
    print("refused")
"""
    command = [sys.executable, "-c", program, str(tmp_path / "journal.sqlite")]
    running = [subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(4)]
    assert sorted(process.communicate(timeout=60)[0].strip() for process in running) == ["1"] + 3 * ["refused"]


def test_a_closed_venue_is_the_rails_to_refuse_and_the_venues() -> None:
    assert intent(market=market(venue_status={"paper": VenueStatus.HALTED})).orders
