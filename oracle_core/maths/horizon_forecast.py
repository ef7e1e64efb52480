"""The volatility of a whole horizon from past daily variances: what a hedge that is held for days needs."""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from oracle_core.errors import PricingError, fault
from oracle_core.maths.domain import POSITIVE, Floats, arrays
from oracle_core.maths.forecast import ewma

_WEEK, _MONTH = 5, 22
FEWEST_FITS: Final = 30


class HorizonForecast(NamedTuple):
    """Mean variance a day over the horizon, and the standard deviation of its logarithm that was seen in the past."""

    variance: float
    log_error: float


def log_har_horizon(variance: ArrayLike, days: int) -> HorizonForecast:
    """Corsi's regression in logarithms, of the mean variance of the next `days` on the last day, week and month.

    Fitted on windows that are wholly past. Half the residual variance is added, so that the forecast is of the mean;
    it is held between the smallest and the largest window mean seen.

    Args: variance: daily, > 0, one dimension, at least `days` + 52.    days: of the horizon, >= 1.
    Raises: PricingError: a variance is not above 0, or there are too few.
    Source: Corsi (2009), J. Financial Econometrics 7, 174-196; direct forecasts: Andersen, Bollerslev and Diebold
        (2007), Review of Economics and Statistics 89, 701-720.

    >>> found = log_har_horizon(np.full(80, 0.002), 7)
    >>> round(found.variance, 6), round(found.log_error, 6)
    (0.002, 0.0)
    """
    (series,) = arrays("log_har_horizon", variance=(variance, POSITIVE))
    fewest = days + _MONTH + FEWEST_FITS
    if series.ndim != 1 or days < 1 or series.size < fewest:
        shape = f"shape {series.shape}, {days} days"
        raise PricingError(str(fault("log_har_horizon", "variance", shape, f"one dimension, {fewest} or more")))
    features = _features(series)
    ahead = _means(series, days)[days:]  # element i: of the days i + 1 to i + `days`
    known = slice(_MONTH - 1, series.size - days)
    target = np.log(ahead[known])
    weights = np.linalg.lstsq(features[known], target, rcond=None)[0]
    residual = target - features[known] @ weights
    spread = float(np.mean(residual**2))
    expected = np.clip(features[-1] @ weights + 0.5 * spread, np.log(ahead.min()), np.log(ahead.max()))
    return HorizonForecast(float(np.exp(expected)), spread**0.5)


def ewma_horizon(variance: ArrayLike, days: int, *, decay: float = 0.94) -> HorizonForecast:
    """The exponentially weighted variance, held flat over the horizon, for histories too short to fit.

    Args: as `log_har_horizon`, but at least `days` + 2 variances.    decay: weight of the past.

    >>> round(ewma_horizon(np.full(30, 0.002), 7).variance, 6)
    0.002
    """
    (series,) = arrays("ewma_horizon", variance=(variance, POSITIVE))
    made = ewma(series, decay=decay)
    if days < 1 or series.size < days + 2:
        raise PricingError(str(fault("ewma_horizon", "variance", f"{series.size} days", f"{days + 2} or more")))
    ahead = _means(series, days)[days:]
    misses = np.log(ahead[: series.size - days] / made[: series.size - days])
    return HorizonForecast(float(made[-1]), float(np.sqrt(np.mean(misses**2))))


def _features(series: Floats) -> Floats:
    logs = np.log(series)
    return np.column_stack((np.ones(series.size), logs, _trailing(logs, _WEEK), _trailing(logs, _MONTH)))


def _trailing(values: Floats, days: int) -> Floats:
    """Mean of up to `days` values ending at each."""
    sums = np.concatenate(([0.0], np.cumsum(values)))
    ends = np.arange(1, values.size + 1)
    return (sums[ends] - sums[np.maximum(ends - days, 0)]) / np.minimum(ends, days)


def _means(series: Floats, days: int) -> Floats:
    """Mean of the `days` values ending at each; the first `days` - 1 are of fewer."""
    return _trailing(series, days)
