"""Deltas that hedge the part of the volatility's move that comes with the price's."""

import numpy as np
from numpy.typing import ArrayLike

from oracle_core.maths.domain import CORRELATION, FINITE, NOT_NEGATIVE, POSITIVE, Floats, arrays


def hull_white_slope(delta: ArrayLike, years: ArrayLike, *, a: ArrayLike, b: ArrayLike, c: ArrayLike) -> Floats:
    """Expected change of implied volatility per unit relative move of the price: (a + b delta + c delta^2) / sqrt(T).

    >>> float(hull_white_slope(0.5, 0.25, a=-0.25, b=0.4, c=-0.5))
    -0.35
    """
    delta_, years_, a_, b_, c_ = arrays(
        "hull_white_slope",
        delta=(delta, FINITE),
        years=(years, POSITIVE),
        a=(a, FINITE),
        b=(b, FINITE),
        c=(c, FINITE),
    )
    return (a_ + delta_ * (b_ + c_ * delta_)) / np.sqrt(years_)


def hull_white_delta(
    delta: ArrayLike,
    vega: ArrayLike,
    spot: ArrayLike,
    years: ArrayLike,
    *,
    a: ArrayLike,
    b: ArrayLike,
    c: ArrayLike,
) -> Floats:
    """Hull and White's empirical minimum-variance delta.

    Args:
        delta, vega: Black's, vega per 1.00 of vol.    spot: > 0.    years: > 0.
        a, b, c: coefficients fitted to the market's own history.
    Shape: inputs broadcast together.
    Returns: delta + vega / (S sqrt(T)) (a + b delta + c delta^2).
    Raises: PricingError: an input is not finite, or outside the domain above.
    Source: Hull and White (2017), J. Banking & Finance 82, 180-190, eq. 5.

    >>> float(hull_white_delta(0.5, 20.0, 100.0, 0.25, a=-0.25, b=0.4, c=-0.5).round(4))
    0.43
    """
    slope = hull_white_slope(delta, years, a=a, b=b, c=c)
    delta_, vega_, spot_ = arrays("hull_white_delta", delta=(delta, FINITE), vega=(vega, FINITE), spot=(spot, POSITIVE))
    return delta_ + vega_ / spot_ * slope


def heston_delta(
    delta: ArrayLike, variance_vega: ArrayLike, spot: ArrayLike, *, correlation: ArrayLike, vol_of_vol: ArrayLike
) -> Floats:
    """Minimum-variance delta under Heston: delta + (rho xi / S) dV/dv0, delta at fixed v0.

    >>> float(heston_delta(0.7745164890, 7.9151063935, 100.0, correlation=-0.5, vol_of_vol=1.0).round(6))
    0.734941
    """
    delta_, vega_, spot_, rho, xi = arrays(
        "heston_delta",
        delta=(delta, FINITE),
        variance_vega=(variance_vega, FINITE),
        spot=(spot, POSITIVE),
        correlation=(correlation, CORRELATION),
        vol_of_vol=(vol_of_vol, NOT_NEGATIVE),
    )
    return delta_ + rho * xi / spot_ * vega_
