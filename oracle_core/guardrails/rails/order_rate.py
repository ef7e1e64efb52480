"""No minute sends more orders than the desk allows: a fault that repeats itself is stopped here."""

from oracle_core.domain.verdict import Finding
from oracle_core.guardrails.case import Case
from oracle_core.guardrails.flow import Use, within
from oracle_core.guardrails.orders import fit_orders, order_count
from oracle_core.guardrails.rail import Rail

NAME = "order_rate"
LIMIT = "orders_per_minute"


def measure(case: Case) -> Use:
    """Orders sent in the last minute, and the child orders of the plan."""
    return Use(before=case.recent.orders_last_minute, plan=float(order_count(case)))


def check(case: Case) -> tuple[Finding, ...]:
    """Orders against the desk's own rule, which no label lifts."""
    bound = float(case.desk.orders_per_minute)
    return (within(NAME, LIMIT, case, bound=bound, measure=measure, fit=fit_orders),)


RAIL = Rail(name=NAME, limits=(LIMIT,), check=check)
