"""How far a contract's price stands from the index: in basis points, and by the year where it expires."""

from typing import Final, NamedTuple

from oracle_core.domain.instrument import InstrumentId, Kind
from oracle_core.domain.market import MarketSnapshot
from oracle_core.errors import MarketDataError
from oracle_core.pricing.inputs import SECONDS_A_YEAR, coin_index, reference
from oracle_core.reading.reading import Absent

LIMIT_BPS: Final = 50.0
"""Beyond it a perpetual has left its index, or a spot price is not of this coin."""
LIMIT_ANNUAL: Final = 0.30
"""A dated future further from its index by the year is one-sided."""
LEAST_YEARS: Final = 1.0 / 365.0


class Basis(NamedTuple):
    """bps = 10^4 (mark - index) / index.  annual: simple, by the life of a future; None for what does not expire."""

    key: InstrumentId
    bps: float
    annual: float | None
    days: float | None
    flag: str


def basis(market: MarketSnapshot, key: InstrumentId, limit_bps: float = LIMIT_BPS) -> Basis | Absent:
    """The basis of a perpetual, future or spot market to its own quoted index, else to the coin's."""
    listed, quote, problem = market.instrument(key), market.quotes.get(key), market.problem(key)
    if quote is None or problem is not None:
        return Absent(f"quote is {problem}")
    price = reference(quote)
    try:
        index = quote.index or coin_index(market, listed.base)
    except MarketDataError:
        return Absent("no index")
    if price is None or price <= 0.0:
        return Absent("no mark")
    share = price / index - 1.0
    bps = 1e4 * (price - index) / index
    if listed.kind is not Kind.FUTURE or listed.expiry is None:
        return Basis(key, bps, None, None, f"beyond {limit_bps:g} bp" if abs(bps) > limit_bps else "")
    years = (listed.expiry - market.as_of).total_seconds() / SECONDS_A_YEAR
    if years < LEAST_YEARS:
        return Absent("less than a day of life")
    annual = share / years
    flag = f"beyond {100.0 * LIMIT_ANNUAL:g} % a year" if abs(annual) > LIMIT_ANNUAL else ""
    return Basis(key, bps, annual, 365.0 * years, flag)
