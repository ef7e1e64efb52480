"""A plan can be approved while it is fresh, and no plan asks for longer than the desk allows."""

from oracle_core.domain.verdict import Finding
from oracle_core.guardrails.case import Case
from oracle_core.guardrails.rail import Rail, allow, deny

NAME = "approval_window"
LIMIT = "approval_ttl"


def check(case: Case) -> tuple[Finding, ...]:
    """The time left until the plan expires, against the desk's longest."""
    left, longest = (case.expires_at - case.now).total_seconds(), case.desk.approval_ttl.total_seconds()
    if left <= 0.0:
        return (deny(NAME, f"`{LIMIT}`: the plan expired {-left:,.0f} s ago", value=left, limit=longest),)
    if left > longest:
        why = f"`{LIMIT}`: the plan asks for {left:,.0f} s, above {longest:,.0f}"
        return (deny(NAME, why, value=left, limit=longest),)
    return (allow(NAME, f"`{LIMIT}`: {left:,.0f} s left", value=left, limit=longest),)


RAIL = Rail(name=NAME, limits=(LIMIT,), check=check)
