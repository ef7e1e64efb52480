"""No plan is larger than the plan limit."""

from oracle_core.guardrails.case import Case
from oracle_core.guardrails.flow import Use, flow_rail, of_equity, plan_notional


def measure(case: Case) -> Use:
    """The notional of all legs, in per cent of equity."""
    return Use(before=0.0, plan=of_equity(case, plan_notional(case), 100.0))


RAIL = flow_rail("plan_notional", "plan_notional_pct_equity", measure)
