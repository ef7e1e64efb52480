"""No plan costs more than the cost limit; a cure may cost five times as much."""

from oracle_core.guardrails.case import Case
from oracle_core.guardrails.flow import Use, flow_rail, of_equity


def measure(case: Case) -> Use:
    """The cost of the plan now, in basis points of equity. A rebate uses nothing."""
    return Use(before=0.0, plan=of_equity(case, case.cost.total, 10_000.0))


RAIL = flow_rail("plan_cost", "plan_cost_bps_equity", measure)
