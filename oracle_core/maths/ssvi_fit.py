"""One SSVI surface through all expiries: three numbers for its shape, and the at-the-money variance of each expiry."""

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np

from oracle_core.errors import PricingError, fault
from oracle_core.maths.domain import Floats
from oracle_core.maths.ssvi import SsviModel
from oracle_core.maths.surface_fit import ExpiryQuotes, FittedSlice
from oracle_core.maths.svi_fit import variance, variance_points
from oracle_core.maths.zoom import Zoom, least_cost

# eta (1 + |rho|) <= 2 and gamma <= 1/2 are enough for no static arbitrage at all.
_FULL: Final = 2.0 * (1.0 - 1e-9)
_SEARCH: Final = Zoom(first=13, later=5, rounds=14, shrink=0.55)


class SsviFit(NamedTuple):
    """theta: at-the-money total variance of each expiry, rising. rmse: in volatility, weighted as the quotes are."""

    model: SsviModel
    years: Floats
    theta: Floats
    rmse: float


def fit_ssvi(expiries: Sequence[ExpiryQuotes], slices: Sequence[FittedSlice]) -> SsviFit:
    """The arbitrage-free SSVI surface nearest to the quotes, weighted by bid and ask.

    Args: expiries and their SVI slices, in the same order; the slices give each expiry's theta.
    Returns: gamma <= 1/2 and eta (1 + |rho|) <= 2, which leaves no butterfly or calendar arbitrage anywhere.
    Raises: PricingError: no expiries, or not one slice for each.
    Source: Gatheral and Jacquier (2014), Quantitative Finance 14, 59-71, section 4.

    >>> from oracle_core.maths.svi import SviSlice
    >>> from oracle_core.maths.svi_fit import SmileQuotes
    >>> flat = FittedSlice(0.1, *2 * (SviSlice(0.025, 0.0, 0.0, 0.0, 0.1),), 1.0)
    >>> quotes = ExpiryQuotes(0.1, SmileQuotes(np.linspace(-0.2, 0.2, 7), np.full(7, 0.5), np.full(7, 0.01)))
    >>> fit_ssvi([quotes], [flat]).rmse < 1e-3
    True
    """
    if not expiries or len(expiries) != len(slices):
        given = f"{len(expiries)} expiries, {len(slices)} slices"
        raise PricingError(str(fault("ssvi", "expiries", given, "as many slices, at least one")))
    theta = np.array([float(variance(np.zeros(1), one.smile)[0]) for one in slices])
    # Scaling may have left two a rounding apart.
    theta = np.maximum.accumulate(theta)
    points = [variance_points(one.quotes, one.years) for one in expiries]
    k = np.concatenate([part.k for part in points])
    w = np.concatenate([part.w for part in points])
    level = np.repeat(theta, [part.k.size for part in points])
    share = np.concatenate([part.weight for part in points])
    share = share / share.sum()

    def cost(places: Floats) -> Floats:
        error = _variances(places, k, level) - w
        return (error * error * share).sum(axis=1)

    best = least_cost(cost, [-0.95, 0.01, 0.0], [0.95, 1.0, 0.5], _SEARCH)
    years = np.array([one.years for one in expiries])
    slope = 2.0 * np.sqrt(w * np.repeat(years, [part.k.size for part in points]))
    error = (_variances(best[None, :], k, level)[0] - w) / slope
    weight = share * slope**2
    return SsviFit(_model(best), years, theta, float(np.sqrt((weight @ error**2) / weight.sum())))


def _model(place: Floats) -> SsviModel:
    rho, fullness, gamma = (float(value) for value in place)
    return SsviModel(rho, fullness * _FULL / (1.0 + abs(rho)), gamma)


def _variances(places: Floats, k: Floats, theta: Floats) -> Floats:
    rho, fullness, gamma = (column[:, None] for column in places.T)
    eta = fullness * _FULL / (1.0 + np.abs(rho))
    scaled = k * eta / (theta**gamma * (1.0 + theta) ** (1.0 - gamma))
    return np.asarray(0.5 * theta * (1.0 + rho * scaled + np.sqrt((scaled + rho) ** 2 + 1.0 - rho * rho)))
