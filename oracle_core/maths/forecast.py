"""Volatility forecasts from past variances, and the scores that compare them. No forecast sees its own day."""

from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from oracle_core.errors import PricingError, fault
from oracle_core.maths.domain import NOT_NEGATIVE, POSITIVE, Domain, Floats, arrays

_DECAY: Final = Domain("a number from 0 to 1, below 1", low=0.0, high=float(np.nextafter(1.0, 0.0)))
_WEEK, _MONTH = 5, 22


def ewma(variance: ArrayLike, *, decay: float = 0.94) -> Floats:
    """Exponentially weighted forecasts of a variance series.

    Args: variance: daily (or per-bar) variances, >= 0, one dimension, at least 1.    decay: weight of the past, [0, 1).
    Returns: as many forecasts as inputs: element i is the forecast for day i + 1, from days up to i.
    Raises: PricingError: a variance is negative or not finite, or there is none.
    Source: RiskMetrics Technical Document (1996).

    >>> ewma([1.0, 2.0, 0.0], decay=0.5).tolist()
    [1.0, 1.5, 0.75]
    """
    variance_, decay_ = arrays("ewma", variance=(variance, NOT_NEGATIVE), decay=(decay, _DECAY))
    series = _series("ewma", variance_, 1)
    forecasts, weight = np.empty_like(series), float(decay_)
    level = float(series[0])
    for i, value in enumerate(series.tolist()):
        level = weight * level + (1.0 - weight) * value
        forecasts[i] = level
    return forecasts


def har(variance: ArrayLike, *, first: int = 60) -> Floats:
    """Corsi's heterogeneous autoregression: tomorrow's variance from the last day's, week's and month's average.

    The coefficients are fitted again every day by least squares on the days before it alone. A forecast below the
    smallest or above the largest variance seen is held there.

    Args: variance: daily variances, >= 0, one dimension.    first: days needed before the first fit, >= 30.
    Returns: element i is the forecast for day i + 1, from days up to i; before `first` days, the mean so far.
    Source: Corsi (2009), J. Financial Econometrics 7, 174-196.

    >>> float(har(np.full(80, 0.002))[-1].round(6))
    0.002
    """
    (variance_,) = arrays("har", variance=(variance, NOT_NEGATIVE))
    series = _series("har", variance_, 1)
    days = np.arange(1, series.size + 1)
    forecasts = np.cumsum(series) / days
    start = max(first, 30)
    if series.size < start:
        return forecasts
    features = np.column_stack(
        (np.ones(series.size), series, _trailing_mean(series, _WEEK), _trailing_mean(series, _MONTH))
    )
    for i in range(start - 1, series.size):
        known = slice(_MONTH - 1, i)
        weights = np.linalg.lstsq(features[known], series[_MONTH : i + 1], rcond=None)[0]
        seen = series[: i + 1]
        forecasts[i] = np.clip(features[i] @ weights, seen.min(), seen.max())
    return forecasts


def qlike(forecast: ArrayLike, realised: ArrayLike) -> float:
    """Mean QLIKE loss of variance forecasts, realised/forecast - ln(realised/forecast) - 1: 0 is perfect.

    Source: Patton (2011), J. Econometrics 160, 246-256.

    >>> qlike([0.04, 0.01], [0.04, 0.01])
    0.0
    """
    forecast_, realised_ = arrays("qlike", forecast=(forecast, POSITIVE), realised=(realised, POSITIVE))
    ratio = realised_ / forecast_
    return float(np.mean(ratio - np.log(ratio) - 1.0))


def rmse(forecast: ArrayLike, realised: ArrayLike) -> float:
    """Root mean squared error of volatility forecasts.

    >>> rmse([0.5, 0.7], [0.6, 0.6])
    0.1
    """
    forecast_, realised_ = arrays("rmse", forecast=(forecast, NOT_NEGATIVE), realised=(realised, NOT_NEGATIVE))
    return float(np.sqrt(np.mean((forecast_ - realised_) ** 2)).round(15))


def _series(formula: str, values: Floats, number: int) -> Floats:
    if values.ndim != 1 or values.size < number:
        raise PricingError(str(fault(formula, "variance", f"shape {values.shape}", f"one dimension, {number} or more")))
    return values


def _trailing_mean(series: Floats, days: int) -> Floats:
    """Mean of up to `days` values ending at each."""
    sums = np.concatenate(([0.0], np.cumsum(series)))
    end = np.arange(1, series.size + 1)
    start = np.maximum(end - days, 0)
    return (sums[end] - sums[start]) / (end - start)
