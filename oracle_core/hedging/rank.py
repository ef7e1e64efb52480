"""The one order: offered before refused, then breach, benefit, size and name."""

from collections.abc import Iterable
from dataclasses import replace
from decimal import ROUND_CEILING, ROUND_HALF_EVEN, Decimal

from oracle_core.domain.hedge import CandidateAction, Status
from oracle_core.hedging.families.table import aim
from oracle_core.playbook.persona import Objective

RankKey = tuple[Decimal, Decimal, bool, float, str]


def rank_key(action: CandidateAction, objective: Objective, *, without_equity: bool = False) -> RankKey:
    """(breach rounded up to 0.001, -benefit to the cent, the persona's aim, gross notional, id): smaller first.

    Of actions with the same breach and benefit those lead that serve the objective of the persona. Without equity
    a benefit means nothing: what costs less leads.
    """
    return (
        _to(action.breach, "0.001", ROUND_CEILING),
        _to(action.cost.total if without_equity else -action.benefit, "0.01", ROUND_HALF_EVEN),
        aim(action.kind) not in (None, objective),
        action.notional_usd,
        action.id,
    )


def ranked(
    actions: Iterable[CandidateAction], objective: Objective, *, without_equity: bool = False
) -> tuple[CandidateAction, ...]:
    """The actions in order, numbered from 1; what is refused stands last, in the same order."""
    ordered = sorted(
        actions,
        key=lambda action: (
            action.status is Status.REFUSED,
            rank_key(action, objective, without_equity=without_equity),
        ),
    )
    return tuple(replace(action, rank=number) for number, action in enumerate(ordered, start=1))


def _to(value: float, step: str, rounding: str) -> Decimal:
    # Below 1e-9 of a step a float is noise; it must not lift a breach by a whole step.
    return Decimal(repr(round(value, 12))).quantize(Decimal(step), rounding=rounding)
