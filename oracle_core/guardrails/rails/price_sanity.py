"""Prices and sizes are numbers above zero before anything is compared with them."""

import math

from oracle_core.guardrails.case import Case, CaseLeg
from oracle_core.guardrails.legs import leg_rail


def objection(_case: Case, leg: CaseLeg) -> str | None:
    """The first of a leg's prices that is not one."""
    prices = {"price": leg.price, "limit price": leg.limit_price, "notional": leg.notional_usd}
    for name, value in prices.items():
        if value is None or not math.isfinite(value) or value <= 0.0:
            return f"the {name} is `{value!r}`, not a number above 0"
    return None


RAIL = leg_rail("price_sanity", "every price is a number above 0", objection)
