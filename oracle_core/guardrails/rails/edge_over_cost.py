"""A plan is worth its while: its benefit, cost already paid, reaches the minimum. Duties and cures need none."""

import math

from oracle_core.domain.verdict import Finding
from oracle_core.guardrails.case import Case
from oracle_core.guardrails.factors import cures
from oracle_core.guardrails.rail import Rail, allow, cannot_check, deny

NAME = "edge_over_cost"
LIMIT = "min_benefit_bps_equity"


def check(case: Case) -> tuple[Finding, ...]:
    """Benefit against the minimum, in USD."""
    if not case.legs:
        return (allow(NAME, f"`{LIMIT}`: nothing is traded"),)
    least = case.min_benefit_bps_equity / 10_000.0 * case.equity_usd
    if case.benefit is None or not math.isfinite(case.benefit) or not math.isfinite(least):
        return (cannot_check(NAME, "the benefit", (case.benefit, least), (LIMIT,)),)
    if case.duty or cures(case):
        return (allow(NAME, f"`{LIMIT}`: a duty is done whatever it earns", value=case.benefit, limit=least),)
    if case.equity_usd <= 0.0:
        return (deny(NAME, f"`{LIMIT}`: equity is `{case.equity_usd:,.2f}`: only duties pass"),)
    if case.benefit < least:
        why = f"`{LIMIT}`: the benefit {case.benefit:,.2f} USD is below {least:,.2f}"
        return (deny(NAME, why, value=case.benefit, limit=least),)
    return (allow(NAME, f"`{LIMIT}`: the benefit reaches the minimum", value=case.benefit, limit=least),)


RAIL = Rail(name=NAME, limits=(LIMIT,), check=check)
