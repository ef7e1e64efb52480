"""No plan worsens a breached limit of the book, or makes a new breach: every field of `StateLimits` is bound here."""

import math

from oracle_core.domain.limits import FLOORS, STATE_LIMITS, StateLimits
from oracle_core.domain.verdict import Finding
from oracle_core.guardrails.case import Case
from oracle_core.guardrails.factors import worsened
from oracle_core.guardrails.flow import exempt
from oracle_core.guardrails.rail import Rail, allow, cannot_check, deny

NAME = "state_limits"


def check(case: Case) -> tuple[Finding, ...]:
    """A refusal for every state limit of the persona that the plan breaks."""
    return findings(NAME, case, case.state)


def findings(rail: str, case: Case, limits: StateLimits) -> tuple[Finding, ...]:
    """The findings under given limits."""
    spared = exempt(case)
    if spared is not None:
        return (allow(rail, spared),)
    found = [_limit(rail, case, name, getattr(limits, name)) for name in STATE_LIMITS]
    return tuple(item for item in found if item is not None) or (
        allow(rail, "no limit of the book is worsened or newly breached"),
    )


def _limit(rail: str, case: Case, name: str, bound: float) -> Finding | None:
    was, will = case.before.measures.value(name), case.after.measures.value(name)
    values = [value for value in (was, will, bound) if value is not None]
    if not all(math.isfinite(value) for value in values) or not math.isfinite(case.equity_usd):
        return cannot_check(rail, "before, after and limit", (was, will, bound), (name,))
    if not worsened(case, name, bound):
        return None
    side = "below" if name in FLOORS else "above"
    start = "nothing" if was is None else f"{was:.6g}"
    return deny(rail, f"`{name}`: {start} → {will:.6g} is {side} {bound:.6g}", value=will, limit=bound)


RAIL = Rail(name=NAME, limits=STATE_LIMITS, check=check)
