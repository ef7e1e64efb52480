"""Coins against each other: beta, what a hedge in the other would leave, and the book as one coin's delta."""

from collections.abc import Mapping
from itertools import permutations
from typing import NamedTuple

from oracle_core.domain.exposure import Exposure
from oracle_core.risk.correlations import Correlations
from oracle_core.risk.volatility import Volatility

DAYS_A_YEAR = 365.0


class Pair(NamedTuple):
    """One coin seen in another. beta: move of `coin` per move of `other`, correlation * vol / vol.

    beta_usd: its delta as USD of the other.  residual_usd_per_day: one standard deviation of what the other cannot
    hedge.  share_hedged: of its variance, the square of the correlation.
    """

    coin: str
    other: str
    correlation: float
    beta: float
    delta_usd: float
    beta_usd: float
    residual_usd_per_day: float
    share_hedged: float


def pairs(
    found: tuple[Exposure, ...], vols: Mapping[str, Volatility], known: Correlations
) -> tuple[Pair, ...]:  # fmt: skip
    """Every ordered pair of a book's coins whose correlation and volatilities are known.

    known: the correlations of the coins of `found`, in its order.
    """
    places = [place for place, item in enumerate(found) if bool(known.known[place]) and item.coin in vols]
    return tuple(
        _pair((found[one], found[other]), float(known.matrix[one, other]), vols)
        for one, other in permutations(places, 2)
    )


def _pair(both: tuple[Exposure, Exposure], correlation: float, vols: Mapping[str, Volatility]) -> Pair:
    mine, other = both
    vol, delta = vols[mine.coin].value, mine.delta_usd
    beta = correlation * vol / vols[other.coin].value
    left = abs(delta) * vol * (1.0 - correlation**2) ** 0.5 / DAYS_A_YEAR**0.5
    return Pair(mine.coin, other.coin, correlation, beta, delta, beta * delta, left, correlation**2)


def beta_delta(found: tuple[Exposure, ...], listed: tuple[Pair, ...], other: str) -> float | None:
    """USD of delta in one coin that moves as the whole book is expected to; None where a coin has no beta to it."""
    seen = {pair.coin: pair.beta_usd for pair in listed if pair.other == other}
    parts = [item.delta_usd if item.coin == other else seen.get(item.coin) for item in found]
    known = [part for part in parts if part is not None]
    return sum(known) if len(known) == len(parts) else None
