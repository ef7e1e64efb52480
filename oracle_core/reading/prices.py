"""The same coin's price from every source, and whether they agree."""

from collections.abc import Iterable
from statistics import median
from typing import Final, NamedTuple

from oracle_core.domain.instrument import DOLLARS, Kind
from oracle_core.domain.market import MarketSnapshot
from oracle_core.pricing.inputs import reference
from oracle_core.reading.reading import Absent

LIMIT_PCT: Final = 2.0
"""Sources further apart than this do not price the same thing."""


class CrossCheck(NamedTuple):
    """USD by source; spread_pct: the highest over the lowest, in per cent of the middle one."""

    by_source: dict[str, float]
    middle: float
    spread_pct: float
    outliers: tuple[str, ...]

    @property
    def agrees(self) -> bool:
        return self.spread_pct <= LIMIT_PCT


def cross_check(market: MarketSnapshot, coin: str) -> CrossCheck | Absent:
    """Every venue's index, and the marks of spot and perpetuals that are quoted in dollars, beside each other."""
    found: dict[str, float] = {}
    for key, quote in sorted(market.quotes.items()):
        listed = market.instruments[key]
        if listed.base != coin or key in market.rejected:
            continue
        if quote.index is not None and quote.index > 0.0:
            found.setdefault(f"index of {key.venue}", quote.index)
        price = reference(quote)
        if listed.kind in (Kind.SPOT, Kind.PERPETUAL) and listed.quote in DOLLARS and price:
            found[str(key)] = price
    if len(found) < 2:
        return Absent("fewer than two sources state a price")
    middle = median(found.values())
    spread = 100.0 * (max(found.values()) - min(found.values())) / middle
    away = tuple(name for name, price in found.items() if 100.0 * abs(price / middle - 1.0) > LIMIT_PCT / 2.0)
    return CrossCheck(found, middle, spread, away if spread > LIMIT_PCT else ())


def doubted(market: MarketSnapshot, coins: Iterable[str]) -> dict[str, str]:
    """The coins whose sources stand too far apart to say what they cost, each with the reason."""
    found: dict[str, str] = {}
    for coin in coins:
        seen = cross_check(market, coin)
        if isinstance(seen, CrossCheck) and not seen.agrees:
            ordered = sorted(seen.by_source, key=seen.by_source.__getitem__)
            ends = " and ".join(f"{name} {seen.by_source[name]:,.8g}" for name in (ordered[0], ordered[-1]))
            found[coin] = f"its sources are {seen.spread_pct:.2f} % apart, above {LIMIT_PCT:g} %: {ends}"
    return found
