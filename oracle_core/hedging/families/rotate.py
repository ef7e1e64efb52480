"""Rotation: a perpetual that is held moves to a venue whose funding is kinder, if that pays for both legs."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from functools import partial
from typing import NamedTuple

from oracle_core.domain.hedge import ActionKind, CandidateAction, Detail
from oracle_core.domain.instrument import Instrument, InstrumentId, Kind
from oracle_core.hedging.carry import break_even_hours, kept
from oracle_core.hedging.evaluate import UntradableError, evaluate
from oracle_core.hedging.families.family import Family, Found
from oracle_core.hedging.figures import linear_details, rate_a_year
from oracle_core.hedging.situation import Situation
from oracle_core.hedging.two_legs import is_open
from oracle_core.playbook.persona import Objective

MOST_OF_A_POSITION = 3
MOST = 30


class _Move(NamedTuple):
    """One position moved: what is closed and what is opened, signed contracts by row, and the USD it gains."""

    gain: float
    old: int
    closed: Decimal
    new: int
    opened: Decimal

    def gained(self, case: Situation, hours: float) -> float | None:
        """USD over some hours: what the new leg brings less what the old one would have brought."""
        new = kept(case, self.new, float(self.opened), hours)
        old = kept(case, self.old, -float(self.closed), hours)
        return None if new is None or old is None else new - old

    def trades(self, case: Situation) -> dict[InstrumentId, Decimal]:
        listed = case.view.table.instruments
        return {listed[self.old].id: self.closed, listed[self.new].id: self.opened}


def rotations(case: Situation) -> Found:
    """Every perpetual that is held, to every other perpetual of its coin that is expected to carry better."""
    made: list[CandidateAction] = []
    left_out: dict[str, str] = {}
    for coin in case.view.coins:
        perpetuals = [(row, listed) for row, listed in case.hedges(coin) if listed.kind is Kind.PERPETUAL]
        if not case.may_open(coin):
            continue
        for row, listed in perpetuals:
            if not case.view.effective[row]:
                continue
            for move in _moves(case, row, listed, perpetuals, left_out)[:MOST_OF_A_POSITION]:
                try:
                    made.append(_weigh(case, coin, move))
                except UntradableError as reason:
                    left_out[f"rotation to {case.view.table.instruments[move.new].id}"] = str(reason)
    made.sort(key=lambda action: (-action.benefit, action.id))
    return Found(candidates=tuple(made[:MOST]), left_out=left_out)


def _moves(
    case: Situation, row: int, listed: Instrument, perpetuals: list[tuple[int, Instrument]], left_out: dict[str, str]
) -> list[_Move]:
    """The moves of one position that gain carry, the best first; to what is held the other way it would be a close."""
    if not is_open(case, listed):
        return []
    found: list[_Move] = []
    side = float(case.view.effective[row] * case.view.table.delta[row])
    for other, target in perpetuals:
        closes_both = side * float(case.view.effective[other] * case.view.table.delta[other]) < 0.0
        if other == row or closes_both or not is_open(case, target):
            continue
        for closed, opened in _sizes(case, row, other):
            move = _Move(0.0, row, closed, other, opened)
            gain = move.gained(case, case.hours)
            if gain is None:
                left_out[f"rotation to {target.id}"] = "funding is not quoted on both venues"
            elif gain > 0.0:
                found.append(move._replace(gain=gain))
    return sorted(found, key=lambda move: (-move.gain, move.new))


def _sizes(case: Situation, row: int, other: int) -> Iterator[tuple[Decimal, Decimal]]:
    """Contracts to close and to open, as equal in coins as both grids allow; nothing where one is below its minimum."""
    delta, listed = case.view.table.delta, case.view.table.instruments
    held = float(case.view.effective[row])
    opened = listed[other].grid.toward_zero(held * float(delta[row]) / float(delta[other]))
    closed = listed[row].grid.toward_zero(-float(opened) * float(delta[other]) / float(delta[row]))
    if opened and closed:
        yield closed, opened


def _weigh(case: Situation, coin: str, move: _Move) -> CandidateAction:
    trades = move.trades(case)
    bare = evaluate(case, ActionKind.FUNDING_ROTATE, coin, trades)
    hours = break_even_hours(partial(_gained, case, move), bare.cost.total)
    listed = case.view.table.instruments
    rates = [rate for row in (move.old, move.new) if (rate := rate_a_year(case, listed[row])) is not None]
    details = (
        Detail("gain over horizon", move.gain, "USD"),
        Detail("cost of both legs", bare.cost.total, "USD"),
        *((Detail("break-even", hours, "hours"),) if hours is not None else ()),
        *rates,
        *linear_details(case, trades),
    )
    never = () if hours is not None else ("its cost is not earned back: rates revert to their means before",)
    return replace(bare, details=details, notes=(*bare.notes, *never))


def _gained(case: Situation, move: _Move, hours: float) -> float:
    return move.gained(case, hours) or 0.0


FAMILY = Family(
    name="rotate", kinds=frozenset({ActionKind.FUNDING_ROTATE}), aim=Objective.CARRY, propose=rotations,
)  # fmt: skip
