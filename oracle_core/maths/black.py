"""Black (1976) on the forward: price and every Greek a desk quotes, right up to expiry and zero volatility.

The time value is always taken from the out-of-the-money side and intrinsic value added to it, so deep wings lose no
digits, parity holds to the last bit or two, and no price falls below intrinsic.
"""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr

from oracle_core.maths.domain import NOT_NEGATIVE, POSITIVE, SIGN, Floats, arrays
from oracle_core.maths.kernels.size import LOADS_BLACK, batch_size, compiled_pays
from oracle_core.maths.time_value import mills_gap

_ROOT_TWO_PI: Final = float(np.sqrt(2.0 * np.pi))
# Below this a standard deviation is zero; 1e3 is beyond every double's tail. Both keep 0 * inf out of the Greeks.
_NO_SPREAD: Final = 1e-100
_ALL_SPREAD: Final = 1e3
_FAR: Final = 200.0
_WING: Final = -3.0
_NARROW: Final = 0.06


class BlackGreeks(NamedTuple):
    """Price and partial derivatives in the forward, the volatility and calendar time (per year)."""

    price: Floats
    delta: Floats
    gamma: Floats
    vega: Floats
    theta: Floats
    vanna: Floats
    volga: Floats
    charm: Floats
    speed: Floats
    colour: Floats
    zomma: Floats


class BlackCore(NamedTuple):
    """The five numbers a stress grid or a simulator reprices."""

    price: Floats
    delta: Floats
    gamma: Floats
    vega: Floats
    theta: Floats


class _Terms(NamedTuple):
    """What price and Greeks share. `near`, `far` are d1 and d2 of the out-of-the-money option, in its own direction."""

    forward: Floats
    strike: Floats
    sign: Floats
    discount: Floats
    years: Floats
    vol: Floats
    root: Floats
    spread: Floats
    steps: Floats
    near: Floats
    far: Floats


def black(
    forward: ArrayLike,
    strike: ArrayLike,
    years: ArrayLike,
    vol: ArrayLike,
    *,
    sign: ArrayLike,
    discount: ArrayLike = 1.0,
) -> BlackGreeks:
    """Black price of a European option, with its Greeks in the forward.

    Args:
        forward, strike: quote currency per unit, > 0.
        years: time to expiry, ACT/365F, >= 0.    vol: annualised fraction (0.65 is 65 %), >= 0.
        sign: +1 call, -1 put.    discount: value now of 1 paid at expiry, > 0.
    Shape: inputs broadcast together to S; every field of the result has shape S.
    Returns: price (quote ccy), delta dV/dF, gamma d2V/dF2, vega dV/dvol per 1.00, theta dV/dt per year with the forward
        fixed and the rate -ln(discount)/years, vanna d2V/dF dvol, volga d2V/dvol2, charm d(delta)/dt, speed d3V/dF3,
        colour d(gamma)/dt, zomma d(gamma)/dvol. At years = 0 or vol = 0 the price is discounted intrinsic value, delta
        at the strike is half, and a derivative that has no finite value there is 0.
    Raises: PricingError: an input is not finite, or outside the domain above.
    Source: Black, F. (1976), J. Financial Economics 3, 167-179.

    >>> float(black(100.0, 100.0, 1.0, 0.2, sign=+1).price.round(4))
    7.9656
    """
    t = _terms(forward, strike, years, vol, sign=sign, discount=discount)
    with np.errstate(all="ignore"):
        core = _core(t)
        d1, d2 = t.steps + 0.5 * t.spread, t.steps - 0.5 * t.spread
        alive = t.spread > _NO_SPREAD
        vol_, years_ = np.maximum(t.vol, _NO_SPREAD), np.maximum(t.years, _NO_SPREAD)
        density = t.discount * np.exp(-0.5 * d1 * d1) / _ROOT_TWO_PI
        moving = density * alive
        rate = _rate(t)
        greeks = BlackGreeks(
            *core,
            vanna=0.5 * density * t.root - moving * t.steps / vol_,
            volga=core.vega * (d1 * d2) / vol_,
            charm=rate * core.delta + moving * d2 / (2.0 * years_),
            speed=-core.gamma * (d1 / t.spread + 1.0) / t.forward,
            colour=rate * core.gamma + core.gamma * (1.0 - d1 * d2) / (2.0 * years_),
            zomma=core.gamma * (d1 * d2 - 1.0) / vol_,
        )
    return BlackGreeks(*_full_shape(t, greeks))


def black_core(
    forward: ArrayLike,
    strike: ArrayLike,
    years: ArrayLike,
    vol: ArrayLike,
    *,
    sign: ArrayLike,
    discount: ArrayLike = 1.0,
) -> BlackCore:
    """Price, delta, gamma, vega and theta alone, for stress grids and simulations. Same inputs, units and errors.

    Large batches go through compiled code, which agrees with this form to 1e-13.

    >>> float(black_core(100.0, 100.0, 1.0, 0.2, sign=-1).delta.round(4))
    -0.4602
    """
    if compiled_pays(batch_size(forward, strike, years, vol, sign, discount), LOADS_BLACK):
        from oracle_core.maths.kernels.batch import core  # noqa: PLC0415 - numba, which small calls must not pay for

        found = core(forward, strike, years, vol, sign=sign, discount=discount)
        if found is not None:
            return BlackCore(*found)
    t = _terms(forward, strike, years, vol, sign=sign, discount=discount)
    with np.errstate(all="ignore"):
        return BlackCore(*_full_shape(t, _core(t)))


def black_price(
    forward: ArrayLike,
    strike: ArrayLike,
    years: ArrayLike,
    vol: ArrayLike,
    *,
    sign: ArrayLike,
    discount: ArrayLike = 1.0,
) -> Floats:
    """The price alone. Same inputs, units and errors as `black`.

    >>> float(black_price(1813.0, 1800.0, 30 / 365, 0.42, sign=+1).round(2))
    93.38
    """
    t = _terms(forward, strike, years, vol, sign=sign, discount=discount)
    with np.errstate(all="ignore"):
        return _full_shape(t, (_price(t, ndtr(t.near), ndtr(t.far)),))[0]


def intrinsic(forward: ArrayLike, strike: ArrayLike, *, sign: ArrayLike, discount: ArrayLike = 1.0) -> Floats:
    """Discounted value of exercising against the forward.

    >>> float(intrinsic(1813.0, 1800.0, sign=+1))
    13.0
    """
    forward_, strike_, sign_, discount_ = arrays(
        "intrinsic",
        forward=(forward, POSITIVE),
        strike=(strike, POSITIVE),
        sign=(sign, SIGN),
        discount=(discount, POSITIVE),
    )
    return np.asarray(discount_ * np.maximum(sign_ * (forward_ - strike_), 0.0))


def log_moneyness(forward: Floats, strike: Floats) -> Floats:
    """ln(forward / strike), to the last digit also where the two are close: their difference is exact there."""
    gap = forward - strike
    return np.copysign(np.log1p(np.abs(gap) / np.minimum(forward, strike)), gap)


def _terms(
    forward: ArrayLike, strike: ArrayLike, years: ArrayLike, vol: ArrayLike, *, sign: ArrayLike, discount: ArrayLike
) -> _Terms:
    forward_, strike_, years_, vol_, sign_, discount_ = arrays(
        "black",
        forward=(forward, POSITIVE),
        strike=(strike, POSITIVE),
        years=(years, NOT_NEGATIVE),
        vol=(vol, NOT_NEGATIVE),
        sign=(sign, SIGN),
        discount=(discount, POSITIVE),
    )
    with np.errstate(all="ignore"):
        root = np.sqrt(years_)
        spread = np.clip(vol_ * root, _NO_SPREAD, _ALL_SPREAD)
        steps = np.clip(log_moneyness(forward_, strike_) / spread, -_FAR, _FAR)
        away = -np.abs(steps)
        near, far = away + 0.5 * spread, away - 0.5 * spread
    return _Terms(forward_, strike_, sign_, discount_, years_, vol_, root, spread, steps, near, far)


def _core(t: _Terms) -> BlackCore:
    near, far = ndtr(t.near), ndtr(t.far)
    price = _price(t, near, far)
    above = t.forward > t.strike
    # The out-of-the-money option's delta, plus one forward where the option asked for is the other one.
    delta = t.discount * (np.where(above, -far, near) + 0.5 * (t.sign - np.where(above, -1.0, 1.0)))
    d1 = t.steps + 0.5 * t.spread
    density = t.discount * np.exp(-0.5 * d1 * d1) / _ROOT_TWO_PI
    moving = density * (t.spread > _NO_SPREAD)
    gamma = moving / t.spread / t.forward
    vega = density * t.forward * t.root
    decay = moving * t.forward * t.vol / (2.0 * np.maximum(t.root, _NO_SPREAD))
    return BlackCore(price, delta, gamma, vega, _rate(t) * price - decay)


def _price(t: _Terms, near: Floats, far: Floats) -> Floats:
    low = np.minimum(t.forward, t.strike)
    time_value = np.asarray(low * near - np.maximum(t.forward, t.strike) * far)
    faint = (t.near < _WING) | ((t.spread < _NARROW) & (t.spread > _NO_SPREAD))
    if faint.any():
        # There the two terms are nearly equal: their difference by Mills' ratios keeps every digit.
        away, half = (np.broadcast_to(v, faint.shape)[faint] for v in (np.abs(t.steps), 0.5 * t.spread))
        gap = mills_gap(away, half) * np.exp(-0.5 * (away - half) ** 2) / _ROOT_TWO_PI
        time_value[faint] = np.broadcast_to(low, faint.shape)[faint] * gap
    return t.discount * (np.maximum(t.sign * (t.forward - t.strike), 0.0) + np.maximum(time_value, 0.0))


def _rate(t: _Terms) -> Floats:
    return np.where(t.years > 0.0, -np.log(t.discount) / np.maximum(t.years, _NO_SPREAD), 0.0)


def _full_shape(t: _Terms, fields: tuple[Floats, ...]) -> tuple[Floats, ...]:
    shape = np.broadcast_shapes(t.near.shape, t.sign.shape, t.discount.shape)
    return tuple(np.asarray(f) if np.shape(f) == shape else np.broadcast_to(f, shape).copy() for f in fields)
