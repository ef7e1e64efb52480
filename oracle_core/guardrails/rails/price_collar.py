"""No leg is expected to fill, or allowed to fill, further from the mark than the collar, on either side."""

import math

from oracle_core.guardrails.case import Case, CaseLeg
from oracle_core.guardrails.factors import NOISE
from oracle_core.guardrails.legs import leg_rail


def objection(case: Case, leg: CaseLeg) -> str | None:
    """How far the leg's prices stand from its mark. The collar gives way to nothing, a cure included."""
    mark, listed = leg.mark, leg.instrument
    if mark is None or listed is None or not math.isfinite(mark) or mark <= 0.0:
        return f"cannot check the collar: the mark is `{mark!r}`"
    name = "option_collar_bps" if listed.is_option else "collar_bps"
    collar = case.desk.collar(listed)
    for what, price in (("price", leg.price), ("limit price", leg.limit_price)):
        if price is None or not math.isfinite(price) or not math.isfinite(collar):
            return f"`{name}`: cannot check: the {what} is `{price!r}`, the collar `{collar!r}`"
        away = 10_000.0 * abs(price / mark - 1.0)
        if away > collar * (1.0 + NOISE) + NOISE:
            return f"`{name}`: the {what} {price:g} is {away:.1f} bps from the mark {mark:g}, above {collar:g}"
    return None


RAIL = leg_rail(
    "price_collar", "every price is inside its collar", objection, limits=("collar_bps", "option_collar_bps")
)
