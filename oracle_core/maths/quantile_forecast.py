"""Where the price may be a few bars from now: quantiles from the moves so far, each brought to today's volatility."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from oracle_core.errors import PricingError, fault
from oracle_core.maths.domain import POSITIVE, Domain, Floats, arrays
from oracle_core.maths.forecast import ewma

_INSIDE = Domain("a number between 0 and 1", low=float(np.nextafter(0.0, 1.0)), high=float(np.nextafter(1.0, 0.0)))


class Coverage(NamedTuple):
    """share: of outcomes inside the interval.    promised: its nominal share.    forecasts: how many were judged."""

    share: float
    promised: float
    forecasts: int


def price_quantiles(
    close: ArrayLike,
    probabilities: ArrayLike,
    *,
    horizon: int = 1,
    window: int = 500,
    decay: float = 0.94,
) -> Floats:
    """Quantiles of the close `horizon` bars ahead, forecast at every bar from that bar and those before it.

    Past moves over the horizon, each divided by the volatility that was forecast when it began, are scaled to the
    volatility forecast now: filtered historical simulation. Tails and skew are those of the prices themselves.

    Args:
        close: > 0, one dimension.    probabilities: each between 0 and 1.    horizon: bars, >= 1.
        window: past moves used, >= 20.    decay: of the exponentially weighted variance.
    Shape: (bars, probabilities). Row i is for bar i + horizon; NaN until `window` moves have been seen.
    Raises: PricingError: an input outside its domain, or no price that moved.
    Source: Barone-Adesi, Giannopoulos and Vosper (1999), J. Futures Markets 19, 583-602.

    >>> path = 100.0 * np.exp(np.cumsum(0.01 * np.random.default_rng(1).standard_normal(100)))
    >>> found = price_quantiles(path, [0.05, 0.95], window=50)
    >>> found.shape, bool((found[-1, 0] < path[-1]) & (path[-1] < found[-1, 1]))
    ((100, 2), True)
    """
    (close_,) = arrays("price_quantiles", close=(close, POSITIVE))
    (wanted,) = arrays("price_quantiles", probabilities=(probabilities, _INSIDE))
    if close_.ndim != 1 or close_.size < 2 or horizon < 1 or window < 20:
        given = f"{close_.shape} closes, horizon {horizon}, window {window}"
        raise PricingError(str(fault("price_quantiles", "inputs", given, "a list of 2 or more, >= 1, >= 20")))
    logs = np.log(close_)
    level = np.sqrt(np.append(0.0, ewma(np.diff(logs) ** 2, decay=decay)))
    levels = np.atleast_1d(wanted)
    found = np.full((close_.size, levels.size), np.nan)
    # A move that ends at bar i began at i - horizon, with the volatility known there.
    began = np.arange(1, close_.size - horizon)
    known = level[began] > 0.0
    began = began[known]
    moves = (logs[began + horizon] - logs[began]) / level[began]
    ended = began + horizon
    for i in range(close_.size):
        seen = int(np.searchsorted(ended, i, side="right"))
        if seen >= window:
            found[i] = close_[i] * np.exp(level[i] * np.quantile(moves[seen - window : seen], levels))
    return found


def coverage(low: ArrayLike, high: ArrayLike, outcome: ArrayLike, *, promised: float) -> Coverage:
    """How often outcomes fell between two quantiles that were forecast for them; forecasts not yet made are left out.

    Raises: PricingError: shapes differ, or there is no forecast to judge.

    >>> coverage([1.0, 1.0, np.nan], [3.0, 3.0, np.nan], [2.0, 4.0, 2.0], promised=0.9)
    Coverage(share=0.5, promised=0.9, forecasts=2)
    """
    below, above, found = (np.asarray(values, dtype=np.float64) for values in (low, high, outcome))
    if not below.shape == above.shape == found.shape:
        raise PricingError(str(fault("coverage", "shapes", (below.shape, above.shape, found.shape), "one shape")))
    made = np.isfinite(below) & np.isfinite(above) & np.isfinite(found)
    count = int(made.sum())
    if count == 0:
        raise PricingError(str(fault("coverage", "forecasts", 0, "one or more")))
    inside = (below[made] <= found[made]) & (found[made] <= above[made])
    return Coverage(float(inside.mean()), promised, count)
