"""What the sign of a coin's gamma makes of its delta hedges."""

from oracle_core.hedging.situation import Situation

DUST_USD = 0.01
"""USD of gamma for a move of 1 % below which a book has no convexity to speak of."""


def convexity(case: Situation, coin: str) -> tuple[str, ...]:
    """The label of a hedge: short gamma buys high and sells low, long gamma the opposite; none without options.

    A short position loses delta as the price rises, so its hedge buys after a rally and sells after a fall.
    """
    gamma = next(item.gamma_1pct_usd for item in case.hold.exposures if item.coin == coin)
    if abs(gamma) < DUST_USD:
        return ()
    if gamma < 0.0:
        return (f"short gamma: hedging {coin} buys high and sells low",)
    return (f"long gamma: hedging {coin} sells high and buys low",)
