"""A hedge needs collateral where it is opened: a venue without a pool has only the equity that no pool holds."""

import pytest
import worlds

from oracle_core.domain.hedge import ActionKind, CandidateAction, Status
from oracle_core.domain.instrument import MarginTier
from oracle_core.domain.portfolio import Portfolio
from oracle_core.hedging.screen import screen
from oracle_core.hedging.select import select

TIERS = (MarginTier(up_to_notional=None, initial=0.05, maintenance=0.01),)
HERE = worlds.perpetual(venue="a", fee=1e-3, tiers=TIERS)
THERE = worlds.perpetual(venue="b", tiers=TIERS)


def hedged(book: Portfolio) -> tuple[list[CandidateAction], CandidateAction]:
    """Every hedge that opens something on the cheaper venue, and what is chosen."""
    pairs = [(listed, worlds.quoted(listed, 100_000.0)) for listed in (HERE, THERE)]
    snapshot = worlds.market(pairs, volatility_index={"BTC": 0.5})
    found = worlds.proposed(book, snapshot, worlds.unlimited("cautious"))
    actions = screen(found.case, found.candidates)
    (pick,) = select(found.case, actions)
    return [item for item in actions if {leg.venue for leg in item.legs} == {"b"}], next(
        item for item in actions if item.id == pick.id
    )


@pytest.mark.parametrize(("equity", "opens"), [(500_000.0, False), (500_100.0, False), (600_000.0, True)])
def test_a_venue_without_a_pool_is_hedged_on_only_with_equity_that_no_pool_holds(equity: float, opens: bool) -> None:
    # To the edge of the band 2.956 BTC are sold: 5 % of that are 14,780 USD of initial margin.
    book = worlds.book({"USD": equity}, worlds.held(HERE, 3.0), pools=(worlds.pool("main", "a", 500_000.0),))
    there, chosen = hedged(book)
    assert there
    assert all(any("no pool on b" in reason for reason in item.reasons) is not opens for item in there)
    assert {leg.venue for leg in chosen.legs} == ({"b"} if opens else {"a"})


def test_what_is_held_there_may_always_be_reduced() -> None:
    book = worlds.book({"USD": 5e5}, worlds.held(THERE, 3.0), pools=(worlds.pool("main", "a", 5e5),))
    there, chosen = hedged(book)
    edge = next(item for item in there if item.kind is ActionKind.TO_EDGE)
    assert edge.status is not Status.REFUSED
    assert chosen.id == edge.id


def test_a_book_without_pools_says_nothing_of_where_its_equity_stands() -> None:
    there, _ = hedged(worlds.book({"USD": 5e5}, worlds.held(HERE, 3.0)))
    assert not any("no pool" in reason for item in there for reason in item.reasons)
