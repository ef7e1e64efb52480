"""No single position grows beyond the position cap."""

import math

from oracle_core.domain.verdict import Finding
from oracle_core.guardrails.case import Case, CaseLeg
from oracle_core.guardrails.factors import NOISE
from oracle_core.guardrails.flow import exempt, of_equity, shrunk
from oracle_core.guardrails.rail import Rail, allow, cannot_check

NAME = "position_cap"
LIMIT = "position_pct_equity"


def check(case: Case) -> tuple[Finding, ...]:
    """A clip for every leg whose position would grow beyond the cap; making one smaller is always allowed."""
    spared = exempt(case)
    if spared is not None:
        return (allow(NAME, f"`{LIMIT}`: {spared}"),)
    found = [_leg(case, leg) for leg in case.legs]
    return tuple(item for item in found if item is not None) or (
        allow(NAME, f"`{LIMIT}`: no position grows beyond {case.desk.position_pct_equity:g} % of equity"),
    )


def _leg(case: Case, leg: CaseLeg) -> Finding | None:
    size, held, cap = leg.notional_usd, leg.held, case.desk.position_pct_equity
    if size is None or held is None or not leg.contracts.is_finite() or not leg.contracts:
        return cannot_check(NAME, f"the size of {leg.symbol}", (size, held, leg.contracts), (LIMIT,))
    trade = float(leg.contracts)
    value = of_equity(case, abs(held + trade) * abs(size / trade), 100.0)
    if value is None or not math.isfinite(value) or not math.isfinite(cap):
        return cannot_check(NAME, f"the position in {leg.symbol}", value, (LIMIT,))
    if value <= cap * (1.0 + NOISE) or abs(held + trade) <= abs(held):
        return None
    room = cap / value * abs(held + trade)
    share = (room - math.copysign(held, held * trade)) / abs(trade) if held else room / abs(trade)
    why = f"`{LIMIT}`: the position in {leg.symbol} becomes {value:.4g} % of equity, above {cap:g}"
    return shrunk(NAME, min(1.0, max(0.0, share)), why, case, value=value, limit=cap)


RAIL = Rail(name=NAME, limits=(LIMIT,), check=check)
