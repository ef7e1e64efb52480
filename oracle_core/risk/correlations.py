"""Correlations of coins: measured where both have candles, else those of the table, else none."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from oracle_core.domain.market import MarketSnapshot
from oracle_core.pricing.contracts import Floats, Mask
from oracle_core.reading.bars import Bars, coin_bars
from oracle_core.reading.correlation import Correlation, correlation

CORRELATIONS: Mapping[frozenset[str], float] = {
    frozenset({"BTC", "ETH"}): 0.85,
    frozenset({"BTC", "SOL"}): 0.75,
    frozenset({"ETH", "SOL"}): 0.78,
}
"""Six-hour returns 2022 to 2025: .70 to .90, .71 to .76, .75 to .82."""

TABLED = frozenset[str]().union(*CORRELATIONS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Correlations:
    """known: the coins whose correlations are known, shape (c,).  matrix: of all, 0 with the others, shape (c, c)."""

    known: Mask
    matrix: Floats


def correlations(market: MarketSnapshot, coins: Sequence[str]) -> Correlations:
    """The correlations of some coins, in their order.

    What was measured on the market's own candles goes before the table, unless the two together are no correlation
    matrix: then the table alone counts.
    """
    tabled = _assembled(coins, {})
    measured = _measured(market, coins)
    if not measured:
        return tabled
    both = _assembled(coins, measured)
    return both if float(np.linalg.eigvalsh(both.matrix)[0]) >= 0.0 else tabled


def _assembled(coins: Sequence[str], measured: Mapping[frozenset[str], float]) -> Correlations:
    """A coin is known if it stands in the table, or was measured against every coin that is known before it."""
    found = {**CORRELATIONS, **measured}
    known: list[str] = [coin for coin in coins if coin in TABLED]
    for coin in coins:
        if coin not in known and known and all(frozenset({coin, other}) in found for other in known):
            known.append(coin)
    matrix = np.array([[_pair(a, b, known, found) for b in coins] for a in coins]) if coins else np.zeros((0, 0))
    return Correlations(known=np.array([coin in known for coin in coins], dtype=bool), matrix=matrix)


def _pair(a: str, b: str, known: Sequence[str], found: Mapping[frozenset[str], float]) -> float:
    if a not in known or b not in known:
        return 0.0
    return 1.0 if a == b else found[frozenset({a, b})]


def _measured(market: MarketSnapshot, coins: Sequence[str]) -> dict[frozenset[str], float]:
    given = {market.instruments[key].base for key in market.candles if key in market.instruments}
    if len(given.intersection(coins)) < 2:
        return {}
    histories = {coin: coin_bars(market, coin) for coin in coins if coin in given}
    bars = [(coin, found) for coin, found in histories.items() if isinstance(found, Bars)]
    return {
        frozenset({one, other}): found.value
        for number, (one, first) in enumerate(bars)
        for other, second in bars[number + 1 :]
        if isinstance(found := correlation(first, second), Correlation)
    }
