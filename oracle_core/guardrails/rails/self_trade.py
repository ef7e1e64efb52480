"""No order may meet one of the desk's own working orders."""

import math

from oracle_core.guardrails.case import Case, CaseLeg
from oracle_core.guardrails.legs import leg_rail


def objection(case: Case, leg: CaseLeg) -> str | None:
    """The working order that the leg would trade with."""
    for order in case.open_orders:
        if order.id != leg.id or (order.contracts > 0) == (leg.contracts > 0):
            continue
        if leg.limit_price is None or not math.isfinite(leg.limit_price):
            return f"cannot check against the working order at {order.price:g}: the limit is `{leg.limit_price!r}`"
        meets = leg.limit_price >= order.price if leg.contracts > 0 else leg.limit_price <= order.price
        if meets:
            return f"would trade with the desk's own order of {order.contracts:g} at {order.price:g}"
    return None


RAIL = leg_rail("self_trade", "no leg meets a working order of the desk", objection)
