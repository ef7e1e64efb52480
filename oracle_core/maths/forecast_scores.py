"""Which volatility forecast has earned its place: out-of-sample scores against tomorrow being like today."""

from collections.abc import Mapping
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from oracle_core.errors import PricingError, fault
from oracle_core.maths.domain import FINITE, NOT_NEGATIVE, POSITIVE, Floats, arrays
from oracle_core.maths.forecast import ewma, har, qlike, rmse
from oracle_core.maths.garch import garch

DAYS_A_YEAR: Final = 365.0
_WEEK, _MONTH = 5, 22


class ForecastScore(NamedTuple):
    """Over `days` days: qlike (0 is perfect) and rmse of annualised volatility; both also less the naive forecast's.

    A gain below 0 is better than naive.
    """

    qlike: float
    rmse: float
    qlike_gain: float
    rmse_gain: float
    days: int


class RiskPremium(NamedTuple):
    """premium = implied - forecast, as annualised volatilities: above 0, options are dear and their sellers are paid.

    standard_error: of the forecast, as that of a volatility estimated from as many returns.
    """

    implied: Floats
    forecast: Floats
    premium: Floats
    standard_error: Floats


def daily_forecasts(variance: ArrayLike, returns: ArrayLike, *, first: int = 250) -> dict[str, Floats]:
    """Every forecast of tomorrow's variance, made with what was known each day: naive, EWMA, HAR, the
    same in logarithms, and GARCH.

    Args: variance: realised, one a day, > 0.    returns: of the same days.    first: days before HAR and GARCH begin.
    Returns: arrays as long as the inputs; element i is the forecast for day i + 1. GARCH forecasts squared daily
        returns; it is brought to the level of the realised variance by the ratio of their means so far.
    """
    variance_, returns_ = arrays("forecasts", variance=(variance, POSITIVE), returns=(returns, FINITE))
    if variance_.ndim != 1 or variance_.shape != returns_.shape:
        shapes = f"{variance_.shape} and {returns_.shape}"
        raise PricingError(str(fault("forecasts", "variance, returns", shapes, "one of each a day")))
    squares = np.cumsum(returns_**2)
    level = np.where(squares > 0.0, np.cumsum(variance_) / np.where(squares > 0.0, squares, 1.0), 1.0)
    return {
        "naive": variance_.copy(),
        "ewma": ewma(variance_),
        "har": har(variance_, first=first),
        "log_har": log_har(variance_, first=first),
        "garch": garch(returns_, first=first) * level,
    }


def log_har(variance: ArrayLike, *, first: int = 60) -> Floats:
    """Corsi's regression in logarithms: one crash day does not bend it, and no forecast is near 0.

    As `har`: fitted again each day on the days before it alone. Half the residual variance is added, so that the
    forecast is of the mean and not of the median.

    Args: variance: daily, > 0, one dimension.    first: days needed before the first fit, >= 30.
    Returns: element i is the forecast for day i + 1, from days up to i; before `first` days the mean so far.
    Source: Corsi (2009), J. Financial Econometrics 7, 174-196, section 3.

    >>> float(log_har(np.full(80, 0.002))[-1].round(6))
    0.002
    """
    (series,) = arrays("log_har", variance=(variance, POSITIVE))
    forecasts = np.cumsum(series) / np.arange(1, series.size + 1)
    logs = np.log(series)
    sums = np.concatenate(([0.0], np.cumsum(logs)))
    ends = np.arange(1, series.size + 1)
    means = [(sums[ends] - sums[np.maximum(ends - days, 0)]) / np.minimum(ends, days) for days in (1, _WEEK, _MONTH)]
    features = np.column_stack((np.ones(series.size), *means))
    for i in range(max(first, 30) - 1, series.size):
        known = slice(_MONTH - 1, i)
        weights = np.linalg.lstsq(features[known], logs[_MONTH : i + 1], rcond=None)[0]
        spread = float(np.mean((logs[_MONTH : i + 1] - features[known] @ weights) ** 2))
        seen = series[: i + 1]
        forecasts[i] = np.clip(np.exp(features[i] @ weights + 0.5 * spread), seen.min(), seen.max())
    return forecasts


def score_forecasts(
    forecasts: Mapping[str, ArrayLike], variance: ArrayLike, *, first: int = 250
) -> dict[str, ForecastScore]:
    """Scores of forecasts made on day i against the variance realised on day i + 1, from day `first` on.

    Args: forecasts: by name, `naive` among them, each as `daily_forecasts` makes them.    variance: realised, > 0.
    Raises: PricingError: no `naive`, a forecast or a variance that is not above 0, or no day to score.
    Source: Patton (2011), J. Econometrics 160, 246-256: QLIKE ranks forecasts rightly though variance is a proxy.
    """
    (realised,) = arrays("scores", variance=(variance, POSITIVE))
    if "naive" not in forecasts or realised.size <= first:
        given = f"{', '.join(forecasts)}; {realised.size} days"
        raise PricingError(str(fault("scores", "forecasts", given, f"`naive`, and more than {first} days")))
    actual = realised[first:]
    made = {name: np.asarray(values, dtype=np.float64)[first - 1 : -1] for name, values in forecasts.items()}
    losses = {name: (qlike(values, actual), rmse(_annual(values), _annual(actual))) for name, values in made.items()}
    naive = losses["naive"]
    return {
        name: ForecastScore(loss, error, loss - naive[0], error - naive[1], actual.size)
        for name, (loss, error) in losses.items()
    }


def volatility_risk_premium(implied: ArrayLike, forecast: ArrayLike, *, returns: ArrayLike) -> RiskPremium:
    """What options charge above the volatility expected: implied - forecast.

    Args: implied, forecast: annualised volatilities, >= 0.    returns: how many the forecast rests on, > 0.
    Shape: inputs broadcast together.

    >>> found = volatility_risk_premium(0.55, 0.48, returns=30)
    >>> float(found.premium.round(4)), float(found.standard_error.round(4))
    (0.07, 0.062)
    """
    implied_, forecast_, returns_ = arrays(
        "premium", implied=(implied, NOT_NEGATIVE), forecast=(forecast, NOT_NEGATIVE), returns=(returns, POSITIVE)
    )
    error = np.asarray(forecast_ / np.sqrt(2.0 * returns_))
    return RiskPremium(implied_, forecast_, np.asarray(implied_ - forecast_), error)


def _annual(variance: Floats) -> Floats:
    return np.sqrt(DAYS_A_YEAR * variance)
