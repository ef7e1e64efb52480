"""What gamma must earn to pay for theta, and what fading a price earns."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from oracle_core.errors import PricingError, fault
from oracle_core.maths.domain import FINITE, NOT_NEGATIVE, POSITIVE, Floats, arrays

_DAYS = 365.0


class BreakEven(NamedTuple):
    """What a day must bring for gamma to pay for theta. Absent (NaN) where both have one sign: one feeds the other.

    move: quote currency.    fraction: of the price.    realised_vol: annualised on 365 days.
    gamma_cash: gamma S^2, money per unit relative move squared.    dollar_gamma: its hundredth, delta cash per 1 %.
    """

    move: Floats
    fraction: Floats
    realised_vol: Floats
    gamma_cash: Floats
    dollar_gamma: Floats


class ThetaIdentity(NamedTuple):
    """theta against -gamma S^2 vol^2 / 2 per year, and what is left: the interest on the price, 0 without a rate."""

    theta: Floats
    from_gamma: Floats
    deviation: Floats


def break_even(spot: ArrayLike, gamma: ArrayLike, theta: ArrayLike) -> BreakEven:
    """The day on which a hedged position earns on gamma what theta takes, or the other way round for a short one.

    Args: spot > 0; gamma: of the position, coins per $1; theta: of the position, quote currency per year.
    Shape: inputs broadcast together.
    Returns: move = sqrt(-2 theta / (365 gamma)), so gamma move^2 / 2 + theta / 365 = 0.

    >>> round(float(break_even(60_000.0, 1_013_889 / 60_000.0**2, -500.0 * 365.0).move), 0)
    1884.0
    """
    spot_, gamma_, theta_ = arrays("break_even", spot=(spot, POSITIVE), gamma=(gamma, FINITE), theta=(theta, FINITE))
    opposed = (gamma_ * theta_ < 0.0) | ((theta_ == 0.0) & (gamma_ != 0.0))
    ratio = np.divide(-2.0 * theta_ / _DAYS, np.where(gamma_ == 0.0, 1.0, gamma_))
    move = np.sqrt(np.where(opposed, np.maximum(ratio, 0.0), np.nan))
    cash = np.asarray(gamma_ * spot_**2)
    return BreakEven(move, move / spot_, move / spot_ * np.sqrt(_DAYS), cash, cash / 100.0)


def gamma_needed(theta_per_day: ArrayLike, vol: ArrayLike) -> Floats:
    """The gamma cash, gamma S^2, that a daily theta at a volatility belongs to: -2 theta 365 / vol^2, r = 0.

    >>> round(float(gamma_needed(-500.0, 0.6)))
    1013889
    """
    theta, vol_ = arrays("gamma_needed", theta_per_day=(theta_per_day, FINITE), vol=(vol, POSITIVE))
    return np.asarray(-2.0 * theta * _DAYS / vol_**2)


def theta_identity(spot: ArrayLike, gamma: ArrayLike, theta: ArrayLike, vol: ArrayLike) -> ThetaIdentity:
    """Theta beside what gamma alone would make it. Without a rate they are one number.

    Args: as Black's Greeks at one volatility: theta per year, gamma per $1.
    Returns: deviation = theta + gamma S^2 vol^2 / 2, quote currency per year; for Black on a forward r times the price.

    >>> theta_identity(100.0, 0.02, -36.0, 0.6).deviation.round(9).item()
    0.0
    """
    spot_, gamma_, theta_, vol_ = arrays(
        "theta_identity", spot=(spot, POSITIVE), gamma=(gamma, FINITE), theta=(theta, FINITE), vol=(vol, NOT_NEGATIVE)
    )
    from_gamma = np.asarray(-0.5 * gamma_ * (spot_ * vol_) ** 2)
    return ThetaIdentity(theta_, from_gamma, np.asarray(theta_ - from_gamma))


def fade_pnl(prices: ArrayLike, coins_per_dollar: ArrayLike) -> Floats:
    """P&L of holding -k (S - S0) coins of a linear contract from each price to the next: short convexity, no option.

    Args: prices: > 0, along the last axis, at least 2.    coins_per_dollar: k >= 0, sold per $1 of rise.
    Returns: quote currency before costs: k (sum of squared moves - (last - first)^2) / 2. It wins in chop and loses in
        a trend.

    >>> fade_pnl([[100.0, 101.0, 100.0], [100.0, 101.0, 102.0]], 1.0).tolist()
    [1.0, -1.0]
    """
    (prices_,) = arrays("fade_pnl", prices=(prices, POSITIVE))
    (k,) = arrays("fade_pnl", coins_per_dollar=(coins_per_dollar, NOT_NEGATIVE))
    if prices_.ndim == 0 or prices_.shape[-1] < 2:
        raise PricingError(str(fault("fade_pnl", "prices", prices_.shape, "at least 2 along the last axis")))
    moves = np.diff(prices_, axis=-1)
    held = prices_[..., :-1] - prices_[..., :1]
    return np.asarray(-k * (held * moves).sum(axis=-1))
