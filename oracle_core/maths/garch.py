"""GARCH(1,1): a variance that returns to its mean, fitted by maximum likelihood with the `arch` library."""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from oracle_core.errors import PricingError, fault
from oracle_core.maths.domain import FINITE, NOT_NEGATIVE, POSITIVE, Domain, Floats, arrays

# The library's optimiser wants numbers of the order of 1: daily returns in per cent.
_PERCENT: Final = 100.0
_SHARE: Final = Domain("a number from 0 to 1", low=0.0, high=1.0)
_FEWEST: Final = 50
_LONGEST: Final = 0.999


class GarchModel(NamedTuple):
    """variance(t + 1) = omega + alpha return(t)^2 + beta variance(t); omega > 0, alpha + beta below 1."""

    omega: float
    alpha: float
    beta: float

    @property
    def long_run(self) -> float:
        """The variance it returns to, per period."""
        return self.omega / (1.0 - self.alpha - self.beta)


def fit_garch(returns: ArrayLike) -> GarchModel:
    """Maximum likelihood with normal innovations and no mean, as the mean of daily returns is noise.

    alpha + beta is at most 0.999, and a long run more than four times off the mean square return is set to it.

    Args: returns: logarithmic, one a period, one dimension, at least 50, not all 0.
    Raises: PricingError: a return is not finite, there are too few, or the price never moved.
    Source: Bollerslev (1986), J. Econometrics 31, 307-327; fitted by the `arch` library.
    """
    series = _series(returns, _FEWEST)
    if not series.any():
        raise PricingError(str(fault("garch", "returns", "all 0", "a price that moved")))
    # Imported here: it brings statsmodels and takes seconds.
    from arch.univariate import GARCH, Normal, ZeroMean  # noqa: PLC0415

    model = ZeroMean(_PERCENT * series, volatility=GARCH(p=1, q=1), distribution=Normal(), rescale=False)
    found = model.fit(disp="off", show_warning=False)
    omega, alpha, beta = (float(value) for value in np.asarray(found.params, dtype=np.float64))
    excess = max((alpha + beta) / _LONGEST, 1.0)
    fitted = GarchModel(max(omega, 1e-12) / _PERCENT**2, alpha / excess, beta / excess)
    mean = float(np.mean(series**2))
    if 0.25 * mean < fitted.long_run < 4.0 * mean:
        return fitted
    # On a flat likelihood the optimiser may end at a variance that dies out: hold the long run to what was seen.
    return fitted._replace(omega=mean * (1.0 - fitted.alpha - fitted.beta))


def garch_variance(returns: ArrayLike, model: GarchModel) -> Floats:
    """Forecasts of a given model: element i is the variance of period i + 1, from returns up to i.

    >>> garch_variance([0.1, 0.0], GarchModel(0.001, 0.1, 0.8)).round(6).tolist()
    [0.01, 0.009]
    """
    series, checked = _series(returns, 1), checked_garch(model)
    forecasts, level = np.empty_like(series), checked.long_run
    for i, value in enumerate((series**2).tolist()):
        level = checked.omega + checked.alpha * value + checked.beta * level
        forecasts[i] = level
    return forecasts


def garch_average(variance: ArrayLike, model: GarchModel, periods: ArrayLike) -> Floats:
    """Mean variance a period over the next `periods`, where `variance` is the forecast for the first of them.

    Its distance from the long run falls by alpha + beta each period.

    >>> float(garch_average(0.02, GarchModel(0.001, 0.1, 0.8), 2).round(6))
    0.0195
    """
    variance_, periods_ = arrays("garch", variance=(variance, NOT_NEGATIVE), periods=(periods, POSITIVE))
    checked = checked_garch(model)
    persistence = checked.alpha + checked.beta
    decay = (1.0 - persistence**periods_) / ((1.0 - persistence) * periods_)
    return np.asarray(checked.long_run + (variance_ - checked.long_run) * decay)


def garch(returns: ArrayLike, *, first: int = 250, refit: int = 30) -> Floats:
    """Out-of-sample forecasts: the model is fitted again every `refit` periods on the returns before it alone.

    Args: returns: one dimension, at least 1.    first: returns needed before the first fit, >= 50.
    Returns: element i is the variance forecast for period i + 1, from returns up to i; before `first` the mean so far.
    Raises: PricingError: a return is not finite, or there is none.
    """
    series = _series(returns, 1)
    forecasts = np.cumsum(series**2) / np.arange(1, series.size + 1)
    for start in range(max(first, _FEWEST) - 1, series.size, max(refit, 1)):
        known = series[: start + 1]
        if known.any():
            end = min(start + max(refit, 1), series.size)
            forecasts[start:end] = garch_variance(series[:end], fit_garch(known))[start:]
    return forecasts


def checked_garch(model: GarchModel) -> GarchModel:
    """The model with every parameter inside its domain, or a PricingError naming those that are not."""
    omega, alpha, beta = model
    arrays("garch", omega=(omega, POSITIVE), alpha=(alpha, _SHARE), beta=(beta, _SHARE))
    if not alpha + beta < 1.0:
        raise PricingError(str(fault("garch", "alpha + beta", alpha + beta, "below 1: a variance that comes back")))
    return GarchModel(*map(float, model))


def _series(returns: ArrayLike, fewest: int) -> Floats:
    (series,) = arrays("garch", returns=(returns, FINITE))
    if series.ndim != 1 or series.size < fewest:
        raise PricingError(str(fault("garch", "returns", f"shape {series.shape}", f"one dimension, {fewest} or more")))
    return series
