"""No child order is larger than the order limit."""

from oracle_core.guardrails.case import Case, CaseLeg
from oracle_core.guardrails.flow import Use, flow_rail, of_equity


def _largest_child(leg: CaseLeg) -> float | None:
    if leg.notional_usd is None or not leg.contracts or not leg.contracts.is_finite():
        return None
    largest = max((abs(child) for child in leg.children), default=abs(leg.contracts))
    return abs(leg.notional_usd) * float(largest / abs(leg.contracts))


def measure(case: Case) -> Use:
    """The largest child order, in per cent of equity."""
    children = [_largest_child(leg) for leg in case.legs]
    known = [child for child in children if child is not None]
    largest = max(known) if known and len(known) == len(children) else None
    return Use(before=0.0, plan=of_equity(case, largest, 100.0))


RAIL = flow_rail("order_notional", "order_notional_pct_equity", measure)
