"""Jump diffusions: Merton's lognormal jumps on Black, and on Heston's variance (Bates).

A jump multiplies the forward by exp(J), J normal with mean `mean` and standard deviation `deviation`; `rate` jumps come
per year. The drift is compensated, so the forward stays a martingale.
"""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import gammaln

from oracle_core.errors import PricingError, fault
from oracle_core.maths.black import black_core
from oracle_core.maths.domain import FINITE, NOT_NEGATIVE, Floats, arrays
from oracle_core.maths.fourier import Complexes, Exponent
from oracle_core.maths.heston import (
    HestonGreeks,
    HestonModel,
    checked_model,
    contract_inputs,
    heston_exponent,
    price_by_transform,
)

_MOST_JUMPS: Final = 1e5


class JumpModel(NamedTuple):
    """rate >= 0 per year; mean and deviation >= 0 of the logarithm of a jump."""

    rate: float
    mean: float
    deviation: float


class MertonGreeks(NamedTuple):
    """delta and gamma in the forward; vega per 1.00 of the diffusion's volatility."""

    price: Floats
    delta: Floats
    gamma: Floats
    vega: Floats


def merton(
    forward: ArrayLike,
    strike: ArrayLike,
    years: ArrayLike,
    vol: ArrayLike,
    jumps: JumpModel,
    *,
    sign: ArrayLike,
    discount: ArrayLike = 1.0,
) -> MertonGreeks:
    """Merton's price: Black's, averaged over the number of jumps.

    Args:
        forward, strike: > 0.    years: >= 0.    vol: of the diffusion, >= 0.    jumps: see `JumpModel`.
        sign: +1 call, -1 put.    discount: value now of 1 paid at expiry, > 0.
    Shape: inputs broadcast together to S; every field has shape S.
    Returns: the sum over every number of jumps whose probability, in money or in forwards, is above 1e-18.
    Raises: PricingError: an input is not finite, or outside its domain; or more than 1e5 jumps are expected,
        in money or in forwards.
    Source: Merton (1976), J. Financial Economics 3, 125-144.

    >>> no_jumps = JumpModel(rate=0.0, mean=-0.1, deviation=0.2)
    >>> float(merton(100.0, 100.0, 1.0, 0.2, no_jumps, sign=+1).price.round(4))
    7.9656
    """
    inputs = contract_inputs("merton", forward, strike, years, sign=sign, discount=discount)
    rate, mean, deviation = checked_jumps("merton", jumps)
    (vol_,) = arrays("merton", vol=(vol, NOT_NEGATIVE))
    shape = np.broadcast_shapes(inputs.shape, vol_.shape)
    f, strikes, t, signs, d = (np.broadcast_to(v.reshape(inputs.shape), shape).ravel() for v in inputs[1:])
    vols = np.broadcast_to(vol_, shape).ravel()
    expected, step = rate * t, mean + 0.5 * deviation**2
    number = np.arange(_terms(expected * max(1.0, np.exp(step))))[:, None]
    log_weight = number * np.log(np.where(expected > 0.0, expected, 1.0)) - expected - gammaln(number + 1.0)
    log_growth = number * step - expected * compensator(rate, mean, deviation)
    weight = np.where(expected > 0.0, np.exp(log_weight), number == 0)
    # A path's probability where the forward is money: what is worth forwards is summed by it, for many jumps up may
    # be too rare to count and yet hold most of a call.
    share = np.where(expected > 0.0, np.exp(log_weight + log_growth), number == 0)
    total_vol = np.sqrt(vols**2 + number * deviation**2 / np.maximum(t, 1e-100))
    # A path of too many jumps to matter may leave the range of a double: it has no weight.
    f_n = f * np.exp(np.clip(log_growth, -600.0, 600.0))
    core = black_core(f_n, strikes, t, total_vol, sign=signs, discount=d)
    in_forwards = share * f / f_n
    own = np.where(total_vol > 0.0, vols / np.where(total_vol > 0.0, total_vol, 1.0), 1.0)
    fields = (
        np.where(signs > 0.0, in_forwards * core.price, weight * core.price).sum(axis=0),
        (share * core.delta).sum(axis=0),
        (share * core.gamma * f_n).sum(axis=0) / f,
        (in_forwards * core.vega * own).sum(axis=0),
    )
    return MertonGreeks(*(values.reshape(shape) for values in fields))


def bates(
    forward: ArrayLike,
    strike: ArrayLike,
    years: ArrayLike,
    model: HestonModel,
    jumps: JumpModel,
    *,
    sign: ArrayLike,
    discount: ArrayLike = 1.0,
) -> HestonGreeks:
    """Heston's price with lognormal jumps in the forward. Inputs, shape and errors as `heston`.

    Source: Bates (1996), Review of Financial Studies 9, 69-107.

    >>> calm, none = HestonModel(0.04, 1.0, 0.04, 0.0, 0.0), JumpModel(0.0, 0.0, 0.0)
    >>> float(bates(100.0, 100.0, 1.0, calm, none, sign=+1).price.round(4))
    7.9656
    """
    inputs = contract_inputs("bates", forward, strike, years, sign=sign, discount=discount)
    checked = checked_model("bates", model)
    exponent = _with_jumps(heston_exponent(checked), checked_jumps("bates", jumps))
    return price_by_transform(inputs, checked, exponent)


def checked_jumps(formula: str, jumps: JumpModel) -> JumpModel:
    """The jumps with every parameter inside its domain, or a PricingError naming those that are not."""
    arrays(
        formula,
        rate=(jumps.rate, NOT_NEGATIVE),
        mean=(jumps.mean, FINITE),
        deviation=(jumps.deviation, NOT_NEGATIVE),
    )
    return JumpModel(*map(float, jumps))


def compensator(rate: float, mean: float, deviation: float) -> float:
    """E exp(J) - 1, the drift a jump brings on average; 0 without jumps.

    >>> compensator(1.0, 0.0, 0.0)
    0.0
    """
    return float(np.expm1(mean + 0.5 * deviation**2)) if rate > 0.0 else 0.0


def _with_jumps(diffusion: Exponent, jumps: JumpModel) -> Exponent:
    rate, mean, deviation = jumps

    def exponent(p: Complexes, years: Floats) -> tuple[Complexes, Complexes]:
        value, in_variance = diffusion(p, years)
        jump = np.exp(p * mean + 0.5 * p * p * deviation**2) - 1.0 - p * compensator(rate, mean, deviation)
        return (value + rate * years * jump if rate > 0.0 else value), in_variance

    return exponent


def _terms(expected: Floats) -> int:
    most = float(np.max(expected, initial=0.0))
    if most > _MOST_JUMPS:
        raise PricingError(str(fault("merton", "jumps expected to expiry", most, f"at most {_MOST_JUMPS:g}")))
    return int(most + 10.0 * np.sqrt(most) + 30.0)
