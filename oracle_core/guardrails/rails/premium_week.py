"""No week pays more option premium than the premium limit."""

import math

from oracle_core.guardrails.case import Case
from oracle_core.guardrails.flow import Use, flow_rail, of_equity


def measure(case: Case) -> Use:
    """Premium paid in the last seven days and by the plan, in basis points of equity. What is sold gives no room."""
    paid = [leg.premium_usd for leg in case.legs]
    known = [max(premium, 0.0) if math.isfinite(premium) else math.nan for premium in paid if premium is not None]
    plan = math.fsum(known) if len(known) == len(paid) else None
    before = of_equity(case, case.recent.premium_week_usd, 10_000.0)
    return Use(before=before, plan=of_equity(case, plan, 10_000.0))


RAIL = flow_rail("premium_week", "premium_week_bps_equity", measure)
