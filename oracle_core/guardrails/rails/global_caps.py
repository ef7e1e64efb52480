"""The desk's own caps, checked again on their own: a persona or a label that got past its rail ends here."""

from oracle_core.domain.limits import FLOW_LIMITS, STATE_LIMITS
from oracle_core.domain.verdict import Finding
from oracle_core.guardrails.case import Case
from oracle_core.guardrails.factors import cures
from oracle_core.guardrails.flow import CURE_COST_FACTOR, Fit, Measure, within
from oracle_core.guardrails.orders import fit_orders
from oracle_core.guardrails.rail import Rail
from oracle_core.guardrails.rails import (
    day_turnover,
    funding_cost_week,
    hedge_bias,
    order_notional,
    plan_cost,
    plan_notional,
    premium_week,
    state_limits,
    trades_per_hour,
)

NAME = "global_caps"
MEASURES: tuple[tuple[str, Measure, Fit | None], ...] = (
    ("order_notional_pct_equity", order_notional.measure, None),
    ("plan_notional_pct_equity", plan_notional.measure, None),
    ("day_turnover_pct_equity", day_turnover.measure, None),
    ("plan_cost_bps_equity", plan_cost.measure, None),
    ("premium_week_bps_equity", premium_week.measure, None),
    ("funding_cost_week_bps_equity", funding_cost_week.measure, None),
    ("trades_per_hour", trades_per_hour.measure, fit_orders),
)


def check(case: Case) -> tuple[Finding, ...]:
    """Every state and flow limit at the global cap."""
    state = state_limits.findings(NAME, case, case.caps.state)
    flow = (
        within(NAME, limit, case, bound=_cap(case, limit), measure=measure, fit=fit) for limit, measure, fit in MEASURES
    )
    bias = hedge_bias.findings(NAME, case, case.caps.flow.hedge_bias_pct_max)
    return (*state, *flow, *bias)


def _cap(case: Case, limit: str) -> float:
    cap: float = getattr(case.caps.flow, limit)
    costly = limit == "plan_cost_bps_equity" and cures(case)
    return cap * CURE_COST_FACTOR if costly else cap


RAIL = Rail(name=NAME, limits=tuple(f"caps.{name}" for name in (*STATE_LIMITS, *FLOW_LIMITS)), check=check)
