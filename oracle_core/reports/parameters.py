"""Whether the band is too narrow or too wide, from what a day of hedging cost and missed; advice, never applied."""

from enum import StrEnum
from typing import NamedTuple

from oracle_core.domain.record import CycleRecord
from oracle_core.reports.advice import picked
from oracle_core.reports.figures import counted
from oracle_core.reports.inputs import DailyInputs
from oracle_core.reports.outcome import fills_of
from oracle_core.reports.section import Section

FEWEST_LOOKS = 4
MANY_TRADES = 12
"""Hedges a day from which there may be too many."""
DEAR, CHEAP = 0.5, 0.25
"""The share of what hedging is worth that its cost takes."""
OFTEN_OUTSIDE = 0.25
"""The share of looks that found delta outside its band, from which hedges are missed."""
BAND = "delta_band"


class Direction(StrEnum):
    WIDEN = "widen"
    TIGHTEN = "tighten"
    KEEP = "keep"


class Effort(NamedTuple):
    """A day of hedging. looks: cycles.  outside: those that found delta outside its band and left it there.

    trades: plans filled.  cost_usd, worth_usd: what they were expected to cost, and to be worth after it.
    """

    looks: int
    outside: int
    trades: int
    cost_usd: float
    worth_usd: float

    @property
    def cost_share(self) -> float | None:
        """Cost over cost and worth; None without either."""
        whole = self.cost_usd + max(self.worth_usd, 0.0)
        return self.cost_usd / whole if whole > 0.0 else None


class Refinement(NamedTuple):
    direction: Direction
    reason: str


def refine(effort: Effort) -> Refinement:
    """Many trades that cost most of what they are worth: widen. Delta left outside, hedges cheap: tighten.

    A hedge less often trades variance for cost and promises no profit either way.

    >>> refine(Effort(looks=24, outside=2, trades=20, cost_usd=90.0, worth_usd=30.0)).direction.value
    'widen'
    """
    if effort.looks < FEWEST_LOOKS:
        return Refinement(Direction.KEEP, f"{counted(effort.looks, 'cycle')} say too little; {FEWEST_LOOKS} are needed")
    share, missed = effort.cost_share, effort.outside / effort.looks
    cost = "no hedge was paid for" if share is None else f"cost took {100.0 * share:.0f} % of what hedging was worth"
    left = f"delta was left outside its band in {100.0 * missed:.0f} % of cycles"
    said = f"{counted(effort.trades, 'hedge')}, {cost}, {left}" if effort.trades else f"{cost}, {left}"
    too_many = effort.trades >= MANY_TRADES and share is not None and share > DEAR
    too_few = missed > OFTEN_OUTSIDE and (share is None or share < CHEAP)
    if too_many:
        return Refinement(Direction.WIDEN, said)
    return Refinement(Direction.TIGHTEN if too_few else Direction.KEEP, said)


def effort(inputs: DailyInputs) -> Effort:
    """What the day's cycles and fills come to."""
    filled = [record for record in inputs.records if record.plan and fills_of(inputs, record.plan.hash)]
    return Effort(
        looks=len(inputs.records),
        outside=sum(_outside(record) for record in inputs.records if record not in filled),
        trades=len(filled),
        cost_usd=sum(record.plan.cost_usd for record in filled if record.plan),
        worth_usd=sum(found.benefit for record in filled for _, found in picked(record)),
    )


def parameter_section(inputs: DailyInputs) -> Section:
    """The advice in a sentence."""
    found = refine(effort(inputs))
    words = {
        Direction.WIDEN: "Widen the band, or lengthen the interval",
        Direction.TIGHTEN: "Tighten the band, or shorten the interval",
        Direction.KEEP: "Keep the band",
    }
    return Section(title="Parameters", sentences=(f"{words[found.direction]}: {found.reason}.",))


def _outside(record: CycleRecord) -> bool:
    return any(item.trigger == BAND for item in record.recommendation.occasions.fired)
