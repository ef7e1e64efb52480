"""A position moves to a kinder venue only where reverting funding pays for both legs."""

import pytest
import worlds

from oracle_core.domain.hedge import ActionKind, CandidateAction
from oracle_core.domain.market import VenueStatus
from oracle_core.hedging.candidates import Proposal
from oracle_core.hedging.screen import screen
from oracle_core.hedging.select import select

A, B, OWNED = worlds.perpetual(venue="a"), worlds.perpetual(venue="b"), worlds.spot(venue="a")
MS = 3_600_000
YEARLY = 8_760.0


def rates(yearly: float) -> dict[str, float]:
    return {"funding_rate": 8.0 * yearly / YEARLY, "funding_interval_hours": 8.0}


def proposal(
    *, haircut: float = 0.0, mean_b: float = 0.0, now: tuple[float, float] = (-0.20, 0.05), **more
) -> Proposal:
    """Short $1m on A against $1m of spot; a leg costs 5.5 bp, both $1,100; rates per year, above 0 longs pay."""
    at = worlds.NOW.timestamp() * 1000.0
    past = tuple((int(at - 8 * MS * n), 8.0 * mean_b / YEARLY) for n in range(21))
    snapshot = worlds.market(
        [
            (A, worlds.quoted(A, 100_000.0, **rates(now[0]))), (B, worlds.quoted(B, 100_000.0, **rates(now[1]))),
            (OWNED, worlds.quoted(OWNED, 100_000.0)),
        ],
        volatility_index={"BTC": 0.5}, funding_history={B.id: past}, **more,
    )  # fmt: skip
    persona = worlds.unlimited("balanced").model_copy(update={"funding_income_haircut": haircut})
    book = worlds.book({"USD": 5e6}, worlds.held(A, -10.0), worlds.held(OWNED, 10.0))
    return worlds.proposed(book, snapshot, persona, worlds.rules("funding_carry"))


def rotated(found: Proposal) -> CandidateAction | None:
    return next((item for item in found.candidates if item.kind is ActionKind.FUNDING_ROTATE), None)


def figure(action: CandidateAction, name: str) -> float | None:
    return next((item.value for item in action.details if item.name == name), None)


@pytest.mark.requirement("HED-23")
@pytest.mark.parametrize(
    ("haircut", "mean_b", "gain", "rotates"),
    [(0.0, 0.0, 980.43, False), (0.25, 0.0, 931.41, False), (0.0, 0.10, 2_506.06, True)],
)
def test_example_3_a_week_of_reverting_funding_pays_for_the_move_only_where_the_means_differ(
    haircut: float, mean_b: float, gain: float, rotates: bool
) -> None:
    found = proposal(haircut=haircut, mean_b=mean_b)
    action = rotated(found)
    assert action is not None
    assert figure(action, "gain over horizon") == pytest.approx(gain, abs=0.005)
    assert action.cost.total == pytest.approx(1_100.0, abs=0.005)
    assert action.benefit == pytest.approx(gain - 1_100.0, abs=0.01)
    assert {leg.venue: float(leg.contracts) for leg in action.legs} == {"a": 10.0, "b": -10.0}
    picked = {pick.id for pick in select(found.case, screen(found.case, found.candidates))}
    assert (action.id in picked) is rotates


@pytest.mark.requirement("HED-23")
def test_break_even_is_when_the_gain_has_paid_for_both_legs_and_absent_where_it_never_does() -> None:
    paid = rotated(proposal(mean_b=0.10))
    assert paid is not None
    hours = figure(paid, "break-even")
    assert hours is not None
    # 25 %/y now, of which 10 %/y stays and 15 %/y fades with a half-life of a day.
    fading = 24.0 / 0.6931471805599453 * (1.0 - 2.0 ** (-hours / 24.0))
    assert 1e6 * (0.10 * hours + 0.15 * fading) / YEARLY == pytest.approx(1_100.0, abs=0.01)
    never = rotated(proposal())
    assert never is not None
    assert figure(never, "break-even") is None
    assert any("not earned back" in note for note in never.notes)


@pytest.mark.parametrize("now", [(0.20, 0.05), (0.05, 0.05)])
def test_nothing_moves_to_a_venue_that_pays_less(now: tuple[float, float]) -> None:
    assert rotated(proposal(now=now)) is None


def test_a_short_earns_more_where_longs_pay_more_and_the_mirrored_long_moves_the_other_way() -> None:
    action = rotated(proposal(now=(0.05, 0.30)))
    assert action is not None
    snapshot = worlds.market(
        [
            (A, worlds.quoted(A, 100_000.0, **rates(-0.05))), (B, worlds.quoted(B, 100_000.0, **rates(-0.30))),
            (OWNED, worlds.quoted(OWNED, 100_000.0, borrow_rate=0.0)),
        ],
        volatility_index={"BTC": 0.5},
    )  # fmt: skip
    persona = worlds.unlimited("balanced").model_copy(update={"funding_income_haircut": 0.0})
    book = worlds.book({"USD": 5e6}, worlds.held(A, 10.0), worlds.held(OWNED, -10.0))
    mirrored = rotated(worlds.proposed(book, snapshot, persona, worlds.rules("funding_carry")))
    assert mirrored is not None
    assert {leg.id: -leg.contracts for leg in mirrored.legs} == {leg.id: leg.contracts for leg in action.legs}
    assert mirrored.benefit == pytest.approx(action.benefit, abs=1e-6)


def test_a_leg_is_not_moved_onto_its_own_other_leg_for_that_closes_the_pair() -> None:
    snapshot = worlds.market(
        [(A, worlds.quoted(A, 100_000.0, **rates(0.05))), (B, worlds.quoted(B, 100_000.0, **rates(0.30)))],
        volatility_index={"BTC": 0.5},
    )  # fmt: skip
    book = worlds.book({"USD": 5e6}, worlds.held(A, -10.0), worlds.held(B, 10.0))
    found = worlds.proposed(book, snapshot, worlds.unlimited("balanced"), worlds.rules("funding_carry"))
    assert rotated(found) is None
    (closed,) = [item for item in found.candidates if item.kind is ActionKind.CARRY_CLOSE]
    assert {leg.venue: float(leg.contracts) for leg in closed.legs} == {"a": 10.0, "b": -10.0}
    assert any("below the 0 that it is held for" in note for note in closed.notes)


def test_a_position_on_a_closed_venue_cannot_be_moved() -> None:
    assert rotated(proposal(mean_b=0.10, venue_status={"b": VenueStatus.HALTED})) is None
