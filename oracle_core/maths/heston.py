"""Heston's stochastic volatility: prices and hedge ratios over any strikes and expiries at once.

dv = kappa (theta - v) dt + xi sqrt(v) dW', dF = sqrt(v) F dW, correlation rho. The logarithm of the characteristic
function is written in the form that crosses no branch cut (Albrecher et al. 2007), and without dividing by xi, so that
xi = 0 is Black with the average variance.
"""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from oracle_core.maths.domain import CORRELATION, NOT_NEGATIVE, POSITIVE, SIGN, Floats, arrays
from oracle_core.maths.fourier import Complexes, Exponent, OutOfTheMoney, out_of_the_money

_LARGEST_MOMENT: Final = 1e7
# A thirtieth of a millisecond: the integral's scale is 1/sqrt(v0 T), and nothing is left to integrate.
_EXPIRED: Final = 1e-12


class HestonModel(NamedTuple):
    """v0 > 0 and theta >= 0 are variances, kappa > 0 a speed per year, xi >= 0 the volatility of variance."""

    v0: float
    kappa: float
    theta: float
    xi: float
    rho: float


class HestonGreeks(NamedTuple):
    """delta and gamma in the forward at fixed v0; variance_vega is dV/dv0 per unit of variance."""

    price: Floats
    delta: Floats
    gamma: Floats
    variance_vega: Floats
    minimum_variance_delta: Floats


class Inputs(NamedTuple):
    """Flat contract inputs and the shape they came in."""

    shape: tuple[int, ...]
    forward: Floats
    strike: Floats
    years: Floats
    sign: Floats
    discount: Floats


def heston(
    forward: ArrayLike,
    strike: ArrayLike,
    years: ArrayLike,
    model: HestonModel,
    *,
    sign: ArrayLike,
    discount: ArrayLike = 1.0,
) -> HestonGreeks:
    """Heston price of a European option, with the hedge ratios of the model.

    Args:
        forward, strike: > 0.    years: time to expiry, ACT/365F, >= 0.    model: see `HestonModel`.
        sign: +1 call, -1 put.    discount: value now of 1 paid at expiry, > 0.
    Shape: inputs broadcast together to S; every field has shape S.
    Returns: price, delta and gamma in the forward, variance_vega, and minimum_variance_delta = delta +
        (rho xi / F) dV/dv0. At years = 0: intrinsic value.
    Raises: PricingError: an input or a parameter is not finite, or outside its domain.
    Source: Heston (1993), Review of Financial Studies 6, 327-343.

    >>> model = HestonModel(v0=0.04, kappa=4.0, theta=0.25, xi=1.0, rho=-0.5)
    >>> forward, discount = 100.0 * np.exp(-0.01), np.exp(-0.01)
    >>> float(heston(forward, 80.0, 1.0, model, sign=+1, discount=discount).price.round(8))
    26.77475874
    """
    inputs = contract_inputs("heston", forward, strike, years, sign=sign, discount=discount)
    checked = checked_model("heston", model)
    return price_by_transform(inputs, checked, heston_exponent(checked))


def checked_model(formula: str, model: HestonModel) -> HestonModel:
    """The model with every parameter inside its domain, or a PricingError naming those that are not."""
    arrays(
        formula,
        v0=(model.v0, POSITIVE),
        kappa=(model.kappa, POSITIVE),
        theta=(model.theta, NOT_NEGATIVE),
        xi=(model.xi, NOT_NEGATIVE),
        rho=(model.rho, CORRELATION),
    )
    return HestonModel(*map(float, model))


def contract_inputs(
    formula: str, forward: ArrayLike, strike: ArrayLike, years: ArrayLike, *, sign: ArrayLike, discount: ArrayLike
) -> Inputs:
    """Checked contract inputs, flat."""
    checked = arrays(
        formula,
        forward=(forward, POSITIVE),
        strike=(strike, POSITIVE),
        years=(years, NOT_NEGATIVE),
        sign=(sign, SIGN),
        discount=(discount, POSITIVE),
    )
    shape = np.broadcast_shapes(*(values.shape for values in checked))
    return Inputs(shape, *(np.broadcast_to(values, shape).ravel() for values in checked))


def heston_exponent(model: HestonModel) -> Exponent:
    """ln E exp(p X) and its derivative in v0, for complex p inside `moment_bounds`."""
    v0, kappa, theta, xi, rho = model

    def exponent(p: Complexes, years: Floats) -> tuple[Complexes, Complexes]:
        beta, convexity = kappa - rho * xi * p, p - p * p
        root = np.sqrt(beta * beta + xi * xi * convexity)
        total = beta + root
        small = -convexity / total
        ratio = xi * xi * small / total
        passed = -np.expm1(-root * years)
        part = passed / (1.0 - ratio)
        in_variance = small * passed / (1.0 - ratio * (1.0 - passed))
        drift = small * years - 2.0 * small / total * part * _log1p_ratio(ratio * part)
        return np.asarray(kappa * theta * drift + v0 * in_variance), np.asarray(in_variance)

    return exponent


def moment_bounds(model: HestonModel, years: Floats) -> tuple[Floats, Floats]:
    """The lowest (< 0) and highest (> 1) moments of exp(X) that are finite at each expiry.

    Source: Andersen and Piterbarg (2007), Finance and Stochastics 11, 29-50.
    """
    bounds: list[Floats] = []
    for pole, sign in ((0.0, -1.0), (1.0, +1.0)):
        low, high = np.full(years.shape, -12.0), np.full(years.shape, np.log(_LARGEST_MOMENT))
        for _ in range(60):
            middle = 0.5 * (low + high)
            finite = _explosion_time(model, pole + sign * np.exp(middle)) > years
            low, high = np.where(finite, middle, low), np.where(finite, high, middle)
        bounds.append(pole + sign * np.exp(low))
    return bounds[0], bounds[1]


def price_by_transform(inputs: Inputs, model: HestonModel, exponent: Exponent) -> HestonGreeks:
    """Price and hedge ratios of any model with Heston's variance and this exponent."""
    forward, strike, years, sign, discount = inputs[1:]
    k = np.log(strike / forward)
    call = np.where(k >= 0.0, 1.0, -1.0)
    live = years > _EXPIRED
    fields = np.zeros((4, k.size))
    if live.any():
        with np.errstate(all="ignore"):
            fields[:, live] = _integrated(model, exponent, k[live], years[live])
    value = forward * np.maximum(fields[0], 0.0)
    # Parity turns the out-of-the-money option into the one asked for; half a delta at the strike at expiry.
    flip = 0.5 * (sign - call)
    payoff = np.where(live, 0.0, np.where(k == 0.0, 0.5 * call, 0.0))
    price = discount * (value + np.maximum(sign * (forward - strike), 0.0))
    delta = discount * (fields[1] + payoff + flip)
    gamma, variance_vega = discount * fields[2] / forward, discount * forward * fields[3]
    adjusted = delta + model.rho * model.xi / forward * variance_vega
    return HestonGreeks(*(f.reshape(inputs.shape) for f in (price, delta, gamma, variance_vega, adjusted)))


def _integrated(model: HestonModel, exponent: Exponent, k: Floats, years: Floats) -> OutOfTheMoney:
    lowest, highest = moment_bounds(model, years)
    spread = np.sqrt(model.v0 * years)
    return out_of_the_money(exponent, k, years, spread=spread, lowest=lowest, highest=highest)


def _explosion_time(model: HestonModel, moment: Floats) -> Floats:
    """When E S^moment becomes infinite; infinity when it never does."""
    pull = model.rho * model.xi * moment - model.kappa
    square = pull * pull - model.xi**2 * (moment * moment - moment)
    size = np.sqrt(np.abs(square))
    with np.errstate(all="ignore"):
        real = np.where(pull > 0.0, np.log((pull + size) / (pull - size)) / size, np.inf)
        turning = 2.0 / size * (np.pi * (pull < 0.0) + np.arctan(size / pull))
    return np.where(square >= 0.0, real, turning)


def _log1p_ratio(x: Complexes) -> Complexes:
    """ln(1 + x) / x, 1 at x = 0."""
    real, imaginary = np.real(x), np.imag(x)
    log = 0.5 * np.log1p(real * (2.0 + real) + imaginary * imaginary) + 1j * np.arctan2(imaginary, 1.0 + real)
    return np.where(x == 0.0, 1.0, log / np.where(x == 0.0, 1.0, x))
