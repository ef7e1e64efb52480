"""The distribution of a book's P&L over a horizon: skew, kurtosis, value at risk and expected shortfall."""

from collections.abc import Mapping
from typing import Final, NamedTuple

import numpy as np
from scipy.special import ndtri

from oracle_core.domain.market import MarketSnapshot
from oracle_core.errors import PricingError, fault
from oracle_core.pricing.contracts import Floats
from oracle_core.risk.revaluation import BookMove, book_pnl
from oracle_core.risk.view import BookView
from oracle_core.risk.volatility import HOURS_A_YEAR, Volatility

POINTS: Final = 1_999
LEAST: Final = 100
"""Historical moves below which a tail would be an anecdote."""


class Tails(NamedTuple):
    """USD unless named otherwise. var, shortfall: losses, above 0; kurtosis: 3 for a normal distribution.

    skew and kurtosis are None where every outcome is the same.
    """

    mean: float
    deviation: float
    skew: float | None
    kurtosis: float | None
    var_95: float
    var_99: float
    shortfall_95: float
    shortfall_99: float
    outcomes: int
    source: str


def tails(pnl: Floats, source: str) -> Tails:
    """Moments and tails of equally likely outcomes, shape (n,), n >= 20.

    The shortfall is the mean of the worst 5 or 1 per cent (at least one), the value at risk the best of those.
    Raises: PricingError: too few outcomes, or one that is not finite.
    """
    if pnl.size < 20 or not np.isfinite(pnl).all():
        raise PricingError(str(fault("tails", "outcomes", int(pnl.size), "at least 20 finite outcomes")))
    mean, deviation = float(pnl.mean()), float(pnl.std())
    flat = deviation <= 1e-12 * max(1.0, float(np.abs(pnl).max()))
    normed = np.zeros_like(pnl) if flat else (pnl - mean) / deviation
    ordered = np.sort(pnl)
    worst = {share: ordered[: max(1, int(share * pnl.size))] for share in (0.05, 0.01)}
    return Tails(
        mean=mean, deviation=deviation, skew=None if flat else float((normed**3).mean()),
        kurtosis=None if flat else float((normed**4).mean()),
        var_95=-float(worst[0.05][-1]), var_99=-float(worst[0.01][-1]),
        shortfall_95=-float(worst[0.05].mean()), shortfall_99=-float(worst[0.01].mean()),
        outcomes=int(pnl.size), source=source,
    )  # fmt: skip


def book_tails(view: BookView, contracts: Floats, hours: float, vols: Mapping[str, Volatility]) -> Tails | None:
    """P&L of a book left alone for `hours`, by full revaluation with time passing, funding left out.

    From the moves of the market's candles where each coin has enough of them, together as they came; else from the
    quantiles of a normal factor that all coins share (the worst that correlation can do to a book on one side). None
    where a coin has neither.
    """
    history = _history(view.market, view.coins, hours)
    if history is not None:
        moves, source = history, f"candles, moves of {hours:g} h"
    elif all(coin in vols for coin in view.coins) and view.coins:
        factor = np.asarray(ndtri((np.arange(POINTS) + 0.5) / POINTS), dtype=np.float64)
        spread = {coin: vols[coin].value * (hours / HOURS_A_YEAR) ** 0.5 for coin in view.coins}
        moves = {coin: np.exp(wide * factor - 0.5 * wide**2) - 1.0 for coin, wide in spread.items()}
        source = "normal quantiles of one factor for all coins"
    else:
        return None
    return tails(book_pnl(view, contracts, BookMove(coins=moves, days=hours / 24.0)), source)


def _history(market: MarketSnapshot, coins: tuple[str, ...], hours: float) -> dict[str, Floats] | None:
    """Overlapping moves over the horizon, at the times that all coins have."""
    closes: list[dict[float, float]] = []
    for coin in coins:
        found = [bars for key, bars in market.candles.items() if market.instruments[key].base == coin]
        longest = max(found, key=lambda bars: len(bars.rows), default=None)
        closes.append({} if longest is None else {row[0]: row[4] for row in longest.rows})
    first, *others = closes or [dict[float, float]()]
    span = hours * 3_600_000.0
    pairs = [
        (at, at + span)
        for at in sorted(first)
        if at + span in first and all({at, at + span} <= set(each) for each in others)
    ]
    if len(pairs) < LEAST:
        return None
    return {
        coin: np.array([each[end] / each[start] - 1.0 for start, end in pairs])
        for coin, each in zip(coins, closes, strict=True)
    }
