"""While margin or another measure of the book is unknown, nothing may add risk."""

from oracle_core.domain.limits import STATE_LIMITS
from oracle_core.domain.verdict import Finding
from oracle_core.guardrails.case import Case
from oracle_core.guardrails.factors import adds_risk
from oracle_core.guardrails.rail import Rail, allow, deny

NAME = "margin_known"


def check(case: Case) -> tuple[Finding, ...]:
    """What is unknown of the book after the plan, and whether the plan adds risk to it."""
    unknown = _unknown(case)
    if not unknown or not case.legs:
        return (allow(NAME, "every measure of the book is known"),)
    risen = adds_risk(case)
    if risen is None:
        return (allow(NAME, f"unknown: {unknown[0]}; the plan adds no risk"),)
    return (deny(NAME, f"unknown: {unknown[0]}; and the plan adds risk: {risen}"),)


def _unknown(case: Case) -> list[str]:
    pools = [reason for pool in case.after.pools for reason in pool.unknown]
    lost = [
        f"`{name}` after the plan"
        for name in STATE_LIMITS
        if case.before.measures.value(name) is not None
        and case.after.measures.value(name) is None
        and case.after.measures.unknown
    ]
    return [*case.after.measures.unknown, *pools, *lost]


RAIL = Rail(name=NAME, limits=(), check=check)
