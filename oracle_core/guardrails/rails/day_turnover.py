"""No day trades more than the turnover limit, working orders counted as traded."""

from oracle_core.guardrails.case import Case
from oracle_core.guardrails.flow import Use, flow_rail, of_equity, plan_notional


def measure(case: Case) -> Use:
    """The notional traded in the last 24 hours and working now, and that of the plan, in per cent of equity."""
    traded, working = case.recent.turnover_day_usd, case.recent.working_usd
    before = None if traded is None or working is None else traded + working
    return Use(before=of_equity(case, before, 100.0), plan=of_equity(case, plan_notional(case), 100.0))


RAIL = flow_rail("day_turnover", "day_turnover_pct_equity", measure)
