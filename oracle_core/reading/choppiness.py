"""Whether moves come back or run on: the variance ratio with its standard error, and the efficiency ratio."""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from oracle_core.maths.domain import FINITE, Floats, arrays
from oracle_core.reading.bars import Bars, sampled_returns
from oracle_core.reading.reading import Absent

HORIZON: Final = 8
"""Returns in a long step of the variance ratio."""


class VarianceRatio(NamedTuple):
    """Below 1 moves come back, above 1 they run on; error is that of white noise."""

    value: float
    error: float


def variance_ratio(returns: ArrayLike, horizon: int = HORIZON) -> VarianceRatio | Absent:
    """Variance of overlapping sums of `horizon` returns over `horizon` times the variance of one.

    Source: Lo and MacKinlay (1988), Review of Financial Studies 1, 41-66: error sqrt(2(2q-1)(q-1)/(3qn)).

    >>> round(variance_ratio([0.01, -0.01] * 50, 2).value, 3)
    0.0
    """
    (values,) = arrays("variance_ratio", returns=(returns, FINITE))
    number = values.size
    if number < 4 * horizon or horizon < 2:
        return Absent(f"{number} returns are too few for steps of {horizon}")
    away = values - values.mean()
    single = float(away @ away) / (number - 1)
    if single <= 0.0:
        return Absent("the price did not move")
    sums = np.cumsum(np.concatenate(([0.0], away)))
    steps = sums[horizon:] - sums[:-horizon]
    unbiased = horizon * (number - horizon + 1) * (1.0 - horizon / number)
    error = float(np.sqrt(2.0 * (2 * horizon - 1) * (horizon - 1) / (3.0 * horizon * number)))
    return VarianceRatio(float(steps @ steps) / unbiased / single, error)


def efficiency_ratio(returns: ArrayLike) -> float | Absent:
    """The net move over the way travelled, 0 (all noise) to 1 (one way).

    Source: Kaufman (1995), Smarter Trading.

    >>> round(efficiency_ratio([0.01, -0.005, 0.01]), 3)
    0.6
    """
    (values,) = arrays("efficiency_ratio", returns=(returns, FINITE))
    travelled = float(np.abs(values).sum())
    return float(abs(values.sum())) / travelled if travelled > 0.0 else Absent("the price did not move")


def choppiness(bars: Bars | Absent, hours: float, sampling_ms: int) -> VarianceRatio | Absent:
    """The variance ratio of the last hours."""
    found = _returns(bars, hours, sampling_ms)
    return found if isinstance(found, Absent) else variance_ratio(found)


def efficiency(bars: Bars | Absent, hours: float, sampling_ms: int) -> float | Absent:
    """The efficiency ratio of the last hours."""
    found = _returns(bars, hours, sampling_ms)
    return found if isinstance(found, Absent) else efficiency_ratio(found)


def trend_score(bars: Bars | Absent, hours: float, sampling_ms: int) -> float | Absent:
    """The net move of the last hours in standard deviations of a walk with the same returns; above 0 it rose."""
    found = _returns(bars, hours, sampling_ms)
    if isinstance(found, Absent):
        return found
    spread = float(np.sqrt(np.sum(found**2)))
    return float(found.sum()) / spread if spread > 0.0 else Absent("the price did not move")


def _returns(bars: Bars | Absent, hours: float, sampling_ms: int) -> Floats | Absent:
    if isinstance(bars, Absent):
        return bars
    found = sampled_returns(bars, hours, sampling_ms)
    return found if isinstance(found, Absent) else found[0]
