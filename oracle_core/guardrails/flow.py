"""Flow limits: what a plan uses of its order, hour, day or week. They clip where a smaller plan would pass."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias

from oracle_core.domain.verdict import Finding
from oracle_core.guardrails.case import Case
from oracle_core.guardrails.factors import NOISE, cures, deleverages
from oracle_core.guardrails.rail import Rail, allow, cannot_check, clip, deny

CURE_COST_FACTOR = 5.0
"""How far a cure may exceed its persona's cost limit; every other flow limit gives way up to the global cap."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """What was used before the plan and what the plan adds, in the limit's own unit. None or NaN is unknown."""

    before: float | None
    plan: float | None


Measure: TypeAlias = Callable[[Case], Use]
Fit: TypeAlias = Callable[[Case, float], float]
"""The share of the plan that fits into the room a limit leaves."""


def flow_rail(name: str, limit: str, measure: Measure, fit: Fit | None = None) -> Rail:
    """A rail that holds one flow limit: the persona's, or the global cap for a plan that cures.

    `fit` says which share of a plan fits where its use does not shrink in proportion to it.
    """

    def check(case: Case) -> tuple[Finding, ...]:
        return (within(name, limit, case, bound=flow_bound(case, limit), measure=measure, fit=fit),)

    return Rail(name=name, limits=(limit,), check=check)


def flow_bound(case: Case, limit: str) -> float:
    """What a flow limit allows this plan. The global cap binds whatever the persona says."""
    persona: float = getattr(case.flow, limit)
    cap: float = getattr(case.caps.flow, limit)
    if cures(case):
        return persona * CURE_COST_FACTOR if limit == "plan_cost_bps_equity" else cap
    return min(persona, cap)


def within(
    rail: str, limit: str, case: Case, *, bound: float, measure: Measure, fit: Fit | None = None
) -> Finding:  # fmt: skip
    """The finding on one use of one limit."""
    spared = exempt(case)
    if spared is not None:
        return allow(rail, f"`{limit}`: {spared}", limit=bound)
    use = measure(case)
    plan, before = _known(use.plan), _known(use.before)
    if plan is None or not math.isfinite(bound):
        return cannot_check(rail, "the limit, or what the plan uses of it,", (bound, use.plan), (limit,))
    if plan <= 0.0:
        return allow(rail, f"`{limit}`: the plan uses none of it", limit=bound)
    if before is None:
        return cannot_check(rail, "what was used before", use.before, (limit,))
    total = before + plan
    if total <= bound + NOISE * max(1.0, bound):
        cure = " (cure)" if cures(case) else ""
        return allow(rail, f"`{limit}`: {total:.6g} of {bound:.6g}{cure}", value=total, limit=bound)
    scale = room_share(bound - before, plan) if fit is None else fit(case, bound - before)
    used = f", {before:.6g} of it before" if before else ""
    return shrunk(rail, scale, f"`{limit}`: {total:.6g} is above {bound:.6g}{used}", case, value=total, limit=bound)


def exempt(case: Case) -> str | None:
    """Why limits in per cent of equity do not bind this plan, or None."""
    if not case.legs:
        return "nothing is traded"
    return "equity is gone, and this only reduces" if deleverages(case) else None


def room_share(room: float, plan: float) -> float:
    """The share of a plan whose use shrinks in proportion to it that fits into the room."""
    return min(1.0, max(0.0, room / plan))


def of_equity(case: Case, dollars: float | None, unit: float) -> float | None:
    """USD as a part of equity (`unit` 100 for per cent, 10,000 for basis points). None without equity."""
    if dollars is None or not case.equity_usd > 0.0:
        return None
    return unit * dollars / case.equity_usd


def plan_notional(case: Case) -> float | None:
    """USD notional of all legs; None if one is unknown."""
    sizes = [leg.notional_usd for leg in case.legs]
    return None if any(size is None for size in sizes) else math.fsum(abs(size) for size in sizes if size is not None)


def tradable(case: Case, scale: float) -> bool:
    """Whether every leg still trades something on its grid at that share of the plan."""
    return all(
        leg.instrument is not None
        and leg.contracts.is_finite()
        and leg.instrument.grid.toward_zero(leg.contracts * Decimal(repr(scale))) != 0
        for leg in case.legs
    )


def shrunk(rail: str, scale: float, why: str, case: Case, *, value: float, limit: float) -> Finding:
    """A clip to `scale`, or a refusal where nothing is left on the grid."""
    if scale > 0.0 and tradable(case, scale):
        return clip(rail, scale, f"{why}; {100.0 * scale:.4g} % of the plan passes", value=value, limit=limit)
    return deny(rail, f"{why}; no smaller plan passes", value=value, limit=limit)


def _known(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None
