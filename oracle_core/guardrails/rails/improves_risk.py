"""What claims to hedge lowers the risk it hedges."""

import math

from oracle_core.domain.verdict import Finding
from oracle_core.guardrails.case import Case
from oracle_core.guardrails.factors import adds_risk, cures
from oracle_core.guardrails.rail import Rail, allow, cannot_check, deny

NAME = "improves_risk"


def check(case: Case) -> tuple[Finding, ...]:
    """The objective's risk term before and after; where no volatility is known, every risk factor."""
    if not case.legs or not case.hedge:
        return (allow(NAME, "the plan claims no hedge"),)
    if cures(case):
        return (allow(NAME, "the plan cures a breach (cure); the limits of the book judge it"),)
    for value in (case.risk_before, case.risk_after):
        if value is not None and not math.isfinite(value):
            return (cannot_check(NAME, "the risk term", (case.risk_before, case.risk_after)),)
    risen = adds_risk(case)
    if risen is not None:
        return (deny(NAME, f"a hedge may not add risk: {risen}", value=case.risk_after, limit=case.risk_before),)
    return (allow(NAME, "the plan adds no risk", value=case.risk_after, limit=case.risk_before),)


RAIL = Rail(name=NAME, limits=(), check=check)
