"""No plan takes on more funding than a week's funding limit. A plan that lowers the funding paid uses nothing."""

import math

from oracle_core.guardrails.case import Case
from oracle_core.guardrails.flow import Use, flow_rail, of_equity


def measure(case: Case) -> Use:
    """Funding paid in the last seven days, and expected of the plan's legs over the next, in basis points of equity."""
    expected = [leg.funding_week_usd for leg in case.legs]
    known = [cost for cost in expected if cost is not None]
    plan = math.fsum(known) if len(known) == len(expected) else None
    paid = case.recent.funding_cost_week_usd
    before = None if paid is None else of_equity(case, max(paid, 0.0) if math.isfinite(paid) else paid, 10_000.0)
    return Use(before=before, plan=of_equity(case, plan, 10_000.0))


RAIL = flow_rail("funding_cost_week", "funding_cost_week_bps_equity", measure)
