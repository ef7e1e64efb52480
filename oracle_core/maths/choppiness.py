"""Whether prices come back or run on: the variance ratio and the efficiency ratio."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from oracle_core.errors import PricingError, fault
from oracle_core.maths.domain import FINITE, POSITIVE, Floats, arrays


class VarianceRatio(NamedTuple):
    """ratio: below 1 moves are taken back, above 1 they run on.    standard_error: of the ratio were it 1.

    z: how many standard errors the ratio lies from 1.
    """

    ratio: Floats
    standard_error: Floats
    z: Floats


def variance_ratio(returns: ArrayLike, periods: int) -> VarianceRatio:
    """Variance of returns over `periods` bars, per bar, over the variance of one bar's returns.

    Args: returns: logarithmic, bars along the last axis, at least 2 * periods.    periods: 2 or more.
    Returns: arrays of the leading axes' shape. Overlapping returns, unbiased; the standard error holds under changing
        volatility. Where nothing moved the ratio is NaN: there is nothing to say.
    Raises: PricingError: a return is not finite, or there are too few.
    Source: Lo and MacKinlay (1988), Review of Financial Studies 1, 41-66.

    >>> variance_ratio([0.01, -0.01] * 50, 2).ratio.round(2).item()
    0.0
    """
    (moves,) = arrays("variance_ratio", returns=(returns, FINITE))
    if periods < 2:
        raise PricingError(str(fault("variance_ratio", "periods", periods, "2 or more")))
    number = moves.shape[-1] if moves.ndim else 0
    if number < 2 * periods:
        raise PricingError(str(fault("variance_ratio", "returns", number, f"at least {2 * periods}")))
    centred = moves - moves.mean(axis=-1, keepdims=True)
    squares = centred**2
    one = squares.sum(axis=-1) / (number - 1)
    sums = np.cumsum(centred, axis=-1)
    longer = sums[..., periods - 1 :] - np.concatenate((np.zeros((*sums.shape[:-1], 1)), sums[..., :-periods]), axis=-1)
    share = periods * (number - periods + 1) * (1.0 - periods / number)
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = np.asarray((longer**2).sum(axis=-1) / share / one)
        error = np.sqrt(_robust_variance(squares, periods))
        return VarianceRatio(ratio, error, np.asarray((ratio - 1.0) / error))


def efficiency_ratio(prices: ArrayLike) -> Floats:
    """The net move as a share of the way travelled: 1 is a straight line, 0 a walk back to the start or no walk at all.

    Args: prices: > 0, bars along the last axis, at least 2.
    Returns: of the leading axes' shape, from 0 to 1, in logarithms.
    Source: Kaufman (1995), Smarter Trading, 129-133.

    >>> efficiency_ratio([[100.0, 110.0, 121.0], [100.0, 110.0, 100.0]]).round(6).tolist()
    [1.0, 0.0]
    """
    (prices_,) = arrays("efficiency_ratio", prices=(prices, POSITIVE))
    if prices_.ndim == 0 or prices_.shape[-1] < 2:
        raise PricingError(str(fault("efficiency_ratio", "prices", prices_.shape, "at least 2 along the last axis")))
    moves = np.diff(np.log(prices_), axis=-1)
    way = np.abs(moves).sum(axis=-1)
    net = np.abs(moves.sum(axis=-1))
    return np.asarray(np.where(way > 0.0, np.minimum(net / np.where(way > 0.0, way, 1.0), 1.0), 0.0))


def _robust_variance(squares: Floats, periods: int) -> Floats:
    """Of the ratio: autocorrelations weighted as they enter it, each with its own variance."""
    total = squares.sum(axis=-1) ** 2
    found = np.zeros(squares.shape[:-1])
    for lag in range(1, periods):
        weight = 2.0 * (periods - lag) / periods
        found = found + weight**2 * (squares[..., lag:] * squares[..., :-lag]).sum(axis=-1) / total
    return np.asarray(found)
