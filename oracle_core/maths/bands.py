"""No-trade bands and the economics of hedging in steps: what a hedge costs, what waiting costs, when gamma pays."""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from oracle_core.errors import PricingError, fault
from oracle_core.maths.domain import FINITE, NOT_NEGATIVE, POSITIVE, SIGN, Floats, arrays

DAYS_PER_YEAR: Final = 365.0


class ZakamoulineBand(NamedTuple):
    """Half-width h0 + h1 in delta units around the delta at `adjusted_volatility(vol, k, position=...)`; k <= 0."""

    h0: Floats
    h1: Floats
    k: Floats

    @property
    def half_width(self) -> Floats:
        """Distance from the centre at which a hedge pays for itself, in delta."""
        return self.h0 + self.h1


def whalley_wilmott(
    spot: ArrayLike, gamma: ArrayLike, *, cost: ArrayLike, risk_aversion: ArrayLike, discount: ArrayLike = 1.0
) -> Floats:
    """Half-width of the Whalley-Wilmott no-trade band around the Black delta.

    Args:
        spot: quote currency per unit, > 0.    gamma: d2V/dS2 per unit of the underlying, either sign.
        cost: one-way proportional cost (0.0005 is 5 bp), >= 0.    risk_aversion: absolute, per unit of money, > 0.
        discount: value now of 1 paid at expiry, > 0.
    Shape: inputs broadcast together.
    Returns: half-width in delta units, per unit of the option.
    Raises: PricingError: an input is not finite, or outside the domain above.
    Source: Whalley and Wilmott (1997), Mathematical Finance 7, 307-324.

    >>> float(whalley_wilmott(5000.0, 0.02, cost=0.0005, risk_aversion=1.0).round(6))
    0.114471
    """
    spot_, gamma_, cost_, aversion, discount_ = arrays(
        "whalley_wilmott",
        spot=(spot, POSITIVE),
        gamma=(gamma, FINITE),
        cost=(cost, NOT_NEGATIVE),
        risk_aversion=(risk_aversion, POSITIVE),
        discount=(discount, POSITIVE),
    )
    return np.cbrt(1.5 * discount_ * cost_ * spot_ * gamma_**2 / aversion)


def zakamouline(
    spot: ArrayLike,
    gamma: ArrayLike,
    years: ArrayLike,
    vol: ArrayLike,
    *,
    cost: ArrayLike,
    risk_aversion: ArrayLike,
    discount: ArrayLike = 1.0,
) -> ZakamoulineBand:
    """Zakamouline's fitted band: a part h0 that remains without gamma, a part h1 that grows with it, and k.

    Args: as `whalley_wilmott`, and years > 0 to expiry, vol > 0 as an annualised fraction.
    Shape: inputs broadcast together.
    Returns: h0 and h1 in delta units, k without unit (for `adjusted_volatility`).
    Raises: PricingError: an input is not finite, or outside the domain above.
    Source: Zakamouline (2006), European Financial Management 12, 365-387.

    >>> float(zakamouline(5000.0, 0.02, 0.25, 0.2, cost=0.0005, risk_aversion=1.0).half_width.round(8))
    0.02095369
    """
    spot_, gamma_, years_, vol_, cost_, aversion, discount_ = arrays(
        "zakamouline",
        spot=(spot, POSITIVE),
        gamma=(gamma, FINITE),
        years=(years, POSITIVE),
        vol=(vol, POSITIVE),
        cost=(cost, NOT_NEGATIVE),
        risk_aversion=(risk_aversion, POSITIVE),
        discount=(discount, POSITIVE),
    )
    steady = (discount_ / vol_) ** 0.25
    h0 = cost_ / (aversion * spot_ * vol_**2 * years_)
    h1 = 1.12 * cost_**0.31 * years_**0.05 * steady * np.sqrt(np.abs(gamma_) / aversion)
    k = -4.76 * cost_**0.78 * years_**-0.02 * steady * (aversion * spot_**2 * np.abs(gamma_)) ** 0.15
    return ZakamoulineBand(h0, h1, k)


def adjusted_volatility(vol: ArrayLike, k: ArrayLike, *, position: ArrayLike) -> Floats:
    """The volatility at which to take the centre of Zakamouline's band.

    Args: vol > 0; k from `zakamouline`; position +1 long gamma, -1 short gamma.
    Returns: vol * sqrt(1 + position * k): higher for a short position, lower for a long one.
    Raises: PricingError: also where costs are so high that the variance would not be positive (k <= -1, long).

    >>> float(adjusted_volatility(0.2, -0.19, position=+1).round(6))
    0.18
    """
    vol_, k_, position_ = arrays("adjusted_volatility", vol=(vol, POSITIVE), k=(k, FINITE), position=(position, SIGN))
    return vol_ * np.sqrt(_positive_variance("adjusted_volatility", 1.0 + position_ * k_))


def leland_number(vol: ArrayLike, interval: ArrayLike, *, round_trip_cost: ArrayLike) -> Floats:
    """How costly hedging every `interval` years is, as a share of the variance: sqrt(2/pi) k / (vol sqrt(interval)).

    >>> float(leland_number(0.6, 1 / 365, round_trip_cost=0.002).round(4))
    0.0508
    """
    vol_, interval_, cost = arrays(
        "leland_number",
        vol=(vol, POSITIVE),
        interval=(interval, POSITIVE),
        round_trip_cost=(round_trip_cost, NOT_NEGATIVE),
    )
    return np.sqrt(2.0 / np.pi) * cost / (vol_ * np.sqrt(interval_))


def leland_volatility(
    vol: ArrayLike, interval: ArrayLike, *, round_trip_cost: ArrayLike, position: ArrayLike
) -> Floats:
    """The volatility that prices the cost of hedging every `interval` years into the option.

    Args:
        vol: annualised fraction, > 0.    interval: years between hedges, > 0.
        round_trip_cost: proportional cost of buying and selling again (twice the one-way cost), >= 0.
        position: +1 long option (volatility lowered), -1 short option (raised).
    Shape: inputs broadcast together.
    Raises: PricingError: also for a long option whose Leland number is 1 or more: no volatility pays for the hedges.
    Source: Leland (1985), Journal of Finance 40, 1283-1301.

    >>> float(leland_volatility(0.6, 1 / 365, round_trip_cost=0.002, position=-1).round(6))
    0.615055
    """
    number = leland_number(vol, interval, round_trip_cost=round_trip_cost)
    vol_, position_ = arrays("leland_volatility", vol=(vol, POSITIVE), position=(position, SIGN))
    return vol_ * np.sqrt(_positive_variance("leland_volatility", 1.0 - position_ * number))


def discrete_hedging_std(vega: ArrayLike, vol: ArrayLike, hedges: ArrayLike) -> Floats:
    """Derman and Kamal's rule: standard deviation of an option hedged `hedges` times, sqrt(pi/4) vega vol / sqrt(N).

    At the money, to leading order; `discrete_hedging_std_at` takes the strike into account.

    >>> float(discrete_hedging_std(11.51167411874564, 0.2, 84).round(6))
    0.222625
    """
    vega_, vol_, hedges_ = arrays(
        "discrete_hedging_std", vega=(vega, FINITE), vol=(vol, NOT_NEGATIVE), hedges=(hedges, POSITIVE)
    )
    return np.sqrt(np.pi / 4.0) * np.abs(vega_) * vol_ / np.sqrt(hedges_)


def discrete_hedging_std_at(
    spot: ArrayLike, strike: ArrayLike, years: ArrayLike, vol: ArrayLike, hedges: ArrayLike
) -> Floats:
    """The same standard deviation for any strike, r = 0 and no drift: leading order in the hedging interval.

    Args: spot, strike > 0; years, vol > 0; hedges > 0, equally spaced to expiry.
    Returns: quote currency per unit of the option. The integral over time is 64-point Gauss-Legendre in t = T sin(a).
    Source: Boyle and Emanuel (1980), J. Financial Economics 8, 259-282, integrated over the lognormal law.

    >>> float(discrete_hedging_std_at(100.0, 110.0, 0.25, 0.2, 63).round(6))
    0.357344
    """
    spot_, strike_, years_, vol_, hedges_ = arrays(
        "discrete_hedging_std_at",
        spot=(spot, POSITIVE),
        strike=(strike, POSITIVE),
        years=(years, POSITIVE),
        vol=(vol, POSITIVE),
        hedges=(hedges, POSITIVE),
    )
    variance = vol_**2 * years_
    middle = np.asarray(np.log(spot_ / strike_) - 0.5 * variance)
    nodes, weights = np.polynomial.legendre.leggauss(64)
    angles = 0.25 * np.pi * (nodes + 1.0)
    decay = np.exp(-(middle[..., None] ** 2) / (np.asarray(variance)[..., None] * (1.0 + np.sin(angles))))
    integral = 0.25 * np.pi * (decay @ weights)
    return strike_ * np.sqrt(variance / hedges_ * integral / (4.0 * np.pi))


def one_step_std(gamma: ArrayLike, spot: ArrayLike, vol: ArrayLike, interval: ArrayLike) -> Floats:
    """Boyle and Emanuel's standard deviation of one delta-hedged step: |gamma| S^2 vol^2 dt / sqrt(2).

    >>> float(one_step_std(0.02310672127238852, 100.0, 0.6, 1 / 365).round(6))
    0.161151
    """
    gamma_, spot_, vol_, interval_ = arrays(
        "one_step_std",
        gamma=(gamma, FINITE),
        spot=(spot, POSITIVE),
        vol=(vol, NOT_NEGATIVE),
        interval=(interval, NOT_NEGATIVE),
    )
    return np.abs(gamma_) * (spot_ * vol_) ** 2 * interval_ / np.sqrt(2.0)


def gamma_pnl(
    gamma: ArrayLike, spot: ArrayLike, *, realised: ArrayLike, implied: ArrayLike, interval: ArrayLike
) -> Floats:
    """What gamma earns over `interval` years beyond its theta: gamma S^2 (realised^2 - implied^2) dt / 2.

    >>> float(gamma_pnl(0.002, 1800.0, realised=0.5, implied=0.42, interval=1 / 365).round(4))
    0.6533
    """
    gamma_, spot_, realised_, implied_, interval_ = arrays(
        "gamma_pnl",
        gamma=(gamma, FINITE),
        spot=(spot, POSITIVE),
        realised=(realised, NOT_NEGATIVE),
        implied=(implied, NOT_NEGATIVE),
        interval=(interval, NOT_NEGATIVE),
    )
    return 0.5 * gamma_ * spot_**2 * (realised_**2 - implied_**2) * interval_


def step_pnl(gamma: ArrayLike, theta: ArrayLike, *, move: ArrayLike, interval: ArrayLike) -> Floats:
    """Delta-hedged P&L of one step: gamma move^2 / 2 + theta dt. Theta per year, move in quote currency.

    >>> float(step_pnl(2.0, -730.0, move=3.0, interval=1 / 365))
    7.0
    """
    gamma_, theta_, move_, interval_ = arrays(
        "step_pnl",
        gamma=(gamma, FINITE),
        theta=(theta, FINITE),
        move=(move, FINITE),
        interval=(interval, NOT_NEGATIVE),
    )
    return 0.5 * gamma_ * move_**2 + theta_ * interval_


def break_even_move(vol: ArrayLike, *, periods_per_year: ArrayLike = DAYS_PER_YEAR) -> Floats:
    """The move per period, as a fraction of the price, at which gamma pays for theta: vol / sqrt(periods per year).

    >>> break_even_move([0.6, 1.0]).round(4).tolist()
    [0.0314, 0.0523]
    """
    vol_, periods = arrays("break_even_move", vol=(vol, NOT_NEGATIVE), periods_per_year=(periods_per_year, POSITIVE))
    return np.asarray(vol_ / np.sqrt(periods))


def _positive_variance(formula: str, ratio: Floats) -> Floats:
    if not (ratio > 0.0).all():
        worst = float(np.min(ratio))
        raise PricingError(str(fault(formula, "variance ratio", worst, "> 0: costs exceed the option's variance")))
    return ratio
