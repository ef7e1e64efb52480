"""No hour sends more orders than the trade limit."""

from oracle_core.guardrails.case import Case
from oracle_core.guardrails.flow import Use, flow_rail
from oracle_core.guardrails.orders import fit_orders, order_count


def measure(case: Case) -> Use:
    """Orders traded in the last hour, and the child orders of the plan."""
    return Use(before=case.recent.trades_last_hour, plan=float(order_count(case)))


RAIL = flow_rail("trades_per_hour", "trades_per_hour", measure, fit_orders)
