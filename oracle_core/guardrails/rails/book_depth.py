"""No leg takes more than the book shows inside its limit price; the rest stays unhedged, and is said."""

import math

from oracle_core.domain.market import Level
from oracle_core.domain.verdict import Finding
from oracle_core.guardrails.case import Case, CaseLeg
from oracle_core.guardrails.flow import shrunk
from oracle_core.guardrails.rail import Rail, allow, cannot_check

NAME = "book_depth"


def check(case: Case) -> tuple[Finding, ...]:
    """A clip for every leg that is larger than the depth shown. Without depth there is nothing to compare with."""
    found = [_leg(case, leg) for leg in case.legs]
    return tuple(item for item in found if item is not None) or (
        allow(NAME, "no leg is larger than the depth that is shown"),
    )


def _leg(case: Case, leg: CaseLeg) -> Finding | None:
    if leg.quote is None:
        return cannot_check(NAME, f"the quote of {leg.symbol}", None)
    buys = leg.contracts > 0
    if (leg.quote.best_ask if buys else leg.quote.best_bid) is None:
        side = "ask" if buys else "bid"
        return cannot_check(NAME, f"the {side} of {leg.symbol}", None)
    levels = leg.quote.asks if buys else leg.quote.bids
    if not levels:
        return None
    if leg.limit_price is None or not math.isfinite(leg.limit_price) or not leg.contracts.is_finite():
        return cannot_check(NAME, f"the limit price of {leg.symbol}", leg.limit_price)
    shown, wanted = _inside(levels, leg.limit_price, buys=buys), abs(float(leg.contracts))
    if wanted <= shown:
        return None
    why = f"{wanted:g} contracts of {leg.symbol} are more than the {shown:g} shown inside {leg.limit_price:g}"
    return shrunk(NAME, shown / wanted, why, case, value=wanted, limit=shown)


def _inside(levels: tuple[Level, ...], limit: float, *, buys: bool) -> float:
    return math.fsum(size for price, size in levels if (price <= limit if buys else price >= limit))


RAIL = Rail(name=NAME, limits=(), check=check)
