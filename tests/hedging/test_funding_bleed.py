"""Funding beyond the persona's week asks for a reduction, with its reason, and never strips a pair of one leg."""

import pytest
import worlds

from oracle_core.domain.hedge import ActionKind, CandidateAction
from oracle_core.hedging.candidates import Proposal
from oracle_core.pricing.carry import reverting_hours

YEARLY = 8_760.0
PERPETUAL, OWNED = worlds.perpetual(), worlds.spot()


def proposal(yearly: float, *positions) -> Proposal:
    rate = {"funding_rate": 8.0 * yearly / YEARLY, "funding_interval_hours": 8.0}
    snapshot = worlds.market(
        [(PERPETUAL, worlds.quoted(PERPETUAL, 100_000.0, **rate)), (OWNED, worlds.quoted(OWNED, 100_000.0))],
        volatility_index={"BTC": 0.5},
    )
    return worlds.proposed(worlds.book({"USD": 1e6}, *positions), snapshot, worlds.who(), worlds.rules("funding_carry"))


def reductions(found: Proposal) -> list[CandidateAction]:
    return [item for item in found.candidates if any("funding_cost_week" in note for note in item.notes)]


def week(coins: float, yearly: float) -> float:
    """USD paid over a week by a long, mean rate 0."""
    return coins * 100_000.0 * yearly / YEARLY * reverting_hours(168.0)


@pytest.mark.requirement("GRD-07")
def test_a_leg_that_pays_beyond_the_week_is_reduced_to_it_by_the_smallest_step() -> None:
    (action,) = reductions(proposal(0.50, worlds.held(PERPETUAL, 10.0)))
    assert action.kind is ActionKind.REDUCE
    left = 10.0 + float(action.legs[0].contracts)
    # Balanced allows 10 basis points of $1m a week.
    assert week(left, 0.50) <= 1_000.0 < week(left + 0.001, 0.50)
    assert any(note.startswith("funding_cost_week_bps_equity: 19.61, limit 10 of balanced") for note in action.notes)


@pytest.mark.parametrize("yearly", [0.25, -0.50])
def test_within_the_week_or_paid_nothing_is_reduced(yearly: float) -> None:
    assert reductions(proposal(yearly, worlds.held(PERPETUAL, 10.0))) == []


@pytest.mark.requirement("RSK-20")
def test_a_bleeding_leg_of_a_pair_takes_the_other_leg_with_it() -> None:
    (action,) = reductions(proposal(-0.50, worlds.held(PERPETUAL, -10.0), worlds.held(OWNED, 10.0)))
    assert {leg.symbol for leg in action.legs} == {PERPETUAL.symbol, OWNED.symbol}
    assert action.after.exposures[0].net_delta == pytest.approx(0.0, abs=1e-9)
