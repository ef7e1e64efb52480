"""A gap between venues is traded when it pays for both legs, valued with its exit, and left when it is gone."""

import pytest
import worlds

from oracle_core.domain.hedge import ActionKind, CandidateAction
from oracle_core.domain.instrument import MarginTier
from oracle_core.domain.market import VenueStatus
from oracle_core.hedging.candidates import Proposal
from oracle_core.hedging.screen import screen
from oracle_core.hedging.select import select

TIERS = (MarginTier(up_to_notional=None, initial=0.05, maintenance=0.01),)
CHEAP, DEAR = (worlds.perpetual(venue=venue, fee=0.001, tiers=TIERS) for venue in "ab")
FREE = {"funding_rate": 0.0, "funding_interval_hours": 8.0}


def proposal(gap: float, *positions, strategy: str = "venue_spread", low=None, high=None, **more) -> Proposal:
    """Two venues `gap` (a fraction of the mean price) apart; each leg costs 0.1 %."""
    pairs = [
        (CHEAP, worlds.quoted(CHEAP, 100_000.0 * (1.0 - gap / 2.0), **FREE, **(low or {}))),
        (DEAR, worlds.quoted(DEAR, 100_000.0 * (1.0 + gap / 2.0), **FREE, **(high or {}))),
    ]
    snapshot = worlds.market(pairs, volatility_index={"BTC": 0.5}, **more)
    pools = tuple(worlds.pool(venue, venue, 5e5) for venue in "ab")
    book = worlds.book({"USD": 1e6}, *positions, pools=pools)
    return worlds.proposed(book, snapshot, worlds.who("aggressive"), worlds.rules(strategy))


def spreads(found: Proposal) -> list[CandidateAction]:
    return [item for item in found.candidates if item.kind is ActionKind.VENUE_SPREAD]


def figure(action: CandidateAction, name: str) -> float:
    return next(item.value for item in action.details if item.name == name)


@pytest.mark.requirement("HED-19")
def test_quotes_0_3_per_cent_apart_net_0_1_after_0_1_per_cent_a_leg() -> None:
    (action,) = spreads(proposal(0.003))
    assert figure(action, "gap") == pytest.approx(0.30)
    assert figure(action, "net of cost") == pytest.approx(0.10, abs=0.001)
    assert figure(action, "net of cost, once left") == pytest.approx(-0.10, abs=0.001)
    assert {leg.venue: leg.coins > 0.0 for leg in action.legs} == {"a": True, "b": False}
    assert action.after.exposures[0].net_delta == pytest.approx(0.0, abs=1e-9)


@pytest.mark.requirement("HED-19")
@pytest.mark.parametrize("gap", [0.0019, 0.0, -0.0019])
def test_below_what_both_legs_cost_there_is_none(gap: float) -> None:
    found = proposal(gap)
    assert spreads(found) == []
    assert "no gap" in found.left_out["venue spread of BTC (perpetual)"]


@pytest.mark.parametrize(("gap", "done"), [(0.003, False), (0.006, False), (0.012, True)])
def test_a_gap_is_worth_it_only_when_half_of_it_pays_to_enter_and_to_leave(gap: float, done: bool) -> None:
    found = proposal(gap)
    (action,) = spreads(found)
    size = min(abs(leg.notional_usd) for leg in action.legs)
    edge = (action.terms.edge or 0.0) - (found.case.resting.edge or 0.0)
    assert edge == pytest.approx(size * ((1 - 2**-4) * 0.5 * gap - 0.002), rel=0.02)
    picked = {pick.id for pick in select(found.case, screen(found.case, found.candidates))}
    assert (action.id in picked) is done


def test_a_pair_whose_gap_has_turned_is_left_with_both_legs() -> None:
    closed = spreads(proposal(0.001, worlds.held(CHEAP, -1.0), worlds.held(DEAR, 1.0)))
    assert [{leg.venue: float(leg.contracts) for leg in item.legs} for item in closed] == [{"a": 1.0, "b": -1.0}]
    assert closed[0].benefit == pytest.approx(200.0 - closed[0].cost.total + 1e5 * 0.001 * (1 - 2**-4), abs=1.0)


def test_only_the_depth_that_still_pays_is_taken() -> None:
    low = {"asks": ((99_400.0, 0.2), (99_900.0, 0.5)), "bids": ((99_390.0, 9.0),), "ask": 99_400.0, "bid": 99_390.0}
    high = {
        "bids": ((100_600.0, 0.3), (100_000.0, 9.0)),
        "asks": ((100_610.0, 9.0),),
        "bid": 100_600.0,
        "ask": 100_610.0,
    }
    (action,) = spreads(proposal(0.012, low=low, high=high))
    # 0.2 and 0.1 more against 100,600; then 99,900 against 100,000 no longer pays two fees of 0.1 %.
    assert {leg.venue: float(leg.contracts) for leg in action.legs} == {"a": 0.3, "b": -0.3}


def test_a_halted_venue_has_no_gap() -> None:
    assert spreads(proposal(0.012, venue_status={"b": VenueStatus.HALTED})) == []


def test_a_strategy_that_does_not_trade_gaps_has_no_edge_in_them() -> None:
    found = proposal(0.012, worlds.held(CHEAP, 1.0), worlds.held(DEAR, -1.0), strategy="funding_carry")
    assert found.case.resting.edge is None
    assert spreads(found) == []


@pytest.mark.requirement("PST-06")
def test_venue_spread_yields_its_own_candidates() -> None:
    assert {item.kind for item in proposal(0.012).candidates} == {ActionKind.HOLD, ActionKind.VENUE_SPREAD}
