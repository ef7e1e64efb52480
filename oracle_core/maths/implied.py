"""Implied volatility to the last digit the price determines, and the reason where there is none."""

from enum import IntEnum
from typing import Final, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from oracle_core.errors import PricingError, fault
from oracle_core.maths.black import log_moneyness
from oracle_core.maths.domain import ANY, Floats, arrays
from oracle_core.maths.kernels.size import LOADS_IMPLIED, batch_size, compiled_pays
from oracle_core.maths.time_value import standard_deviation

Codes: TypeAlias = NDArray[np.int8]


class ImpliedVolReason(IntEnum):
    """Why a price has no implied volatility, or that it has one."""

    FOUND = 0
    NOT_FINITE = 1
    OUT_OF_DOMAIN = 2
    EXPIRED = 3
    BELOW_INTRINSIC = 4
    NO_TIME_VALUE = 5
    ABOVE_BOUND = 6


_WORDS: Final = {
    ImpliedVolReason.NOT_FINITE: "finite price, forward, strike, years and discount",
    ImpliedVolReason.OUT_OF_DOMAIN: "forward, strike, discount > 0, years >= 0, and sign +1 or -1",
    ImpliedVolReason.EXPIRED: "years > 0",
    ImpliedVolReason.BELOW_INTRINSIC: "a price above discounted intrinsic value",
    ImpliedVolReason.NO_TIME_VALUE: "a price with time value left after rounding",
    ImpliedVolReason.ABOVE_BOUND: "a price below the discounted forward (call) or strike (put)",
}
_OUTCOMES: Final = (
    ImpliedVolReason.NOT_FINITE,
    ImpliedVolReason.OUT_OF_DOMAIN,
    ImpliedVolReason.EXPIRED,
    ImpliedVolReason.ABOVE_BOUND,
    ImpliedVolReason.NO_TIME_VALUE,
    ImpliedVolReason.FOUND,
    ImpliedVolReason.FOUND,
)


class _Quote(NamedTuple):
    """Flat inputs, the share of its bound that each time value is, and each reason."""

    shape: tuple[int, ...]
    forward: Floats
    strike: Floats
    years: Floats
    share: Floats
    reason: Codes


def implied_vol(
    price: ArrayLike,
    forward: ArrayLike,
    strike: ArrayLike,
    years: ArrayLike,
    *,
    sign: ArrayLike,
    discount: ArrayLike = 1.0,
) -> Floats:
    """Black volatility of a price; NaN where none exists (`implied_vol_reason` says why).

    Args:
        price: discounted, quote currency per unit.    forward, strike: > 0.    years: time to expiry, ACT/365F.
        sign: +1 call, -1 put.    discount: value now of 1 paid at expiry, > 0.
    Shape: inputs broadcast together to S; the result has shape S.
    Returns: annualised fraction, to within 4e-14 of itself and the volatility that one unit in the price's last place
        is worth. At most 16 rounds of a bracketed search, 2 or 3 as a rule. 0 where a discounted price is intrinsic
        value but for the rounding of the discount; NaN where it is intrinsic value exactly, or the bound but for
        that rounding.
    Raises: PricingError: an input is not numbers, or the shapes do not broadcast. A bad value among good ones is NaN.
    Source: own; the standard of accuracy is that of Jäckel (2015), "Let's be rational", Wilmott, 40-53.

    >>> float(implied_vol(7.965567455405804, 100.0, 100.0, 1.0, sign=+1).round(12))
    0.2
    """
    if compiled_pays(batch_size(price, forward, strike, years, sign, discount), LOADS_IMPLIED):
        return _compiled(price, forward, strike, years, sign=sign, discount=discount)
    return _searched(price, forward, strike, years, sign=sign, discount=discount)


def _searched(
    price: ArrayLike, forward: ArrayLike, strike: ArrayLike, years: ArrayLike, *, sign: ArrayLike, discount: ArrayLike
) -> Floats:
    quote = _quote(price, forward, strike, years, sign=sign, discount=discount)
    found = quote.reason == ImpliedVolReason.FOUND
    vol = np.where(found, 0.0, np.nan)
    good = found & (quote.share > 0.0)
    if good.any():
        moneyness = np.abs(log_moneyness(quote.forward[good], quote.strike[good]))
        vol[good] = standard_deviation(quote.share[good], moneyness) / np.sqrt(quote.years[good])
    return vol.reshape(quote.shape)


def _compiled(
    price: ArrayLike, forward: ArrayLike, strike: ArrayLike, years: ArrayLike, *, sign: ArrayLike, discount: ArrayLike
) -> Floats:
    from oracle_core.maths.kernels.batch import left, vols  # noqa: PLC0415 - numba, which small calls must not pay for

    inputs = arrays(
        "implied_vol", price=(price, ANY), forward=(forward, ANY), strike=(strike, ANY), years=(years, ANY),
        sign=(sign, ANY), discount=(discount, ANY),
    )  # fmt: skip
    found = vols(*inputs[:4], sign=inputs[4], discount=discount)
    rest = left(found)
    if rest[0].size:
        price_, forward_, strike_, years_, sign_, discount_ = (np.broadcast_to(v, found.shape)[rest] for v in inputs)
        found[rest] = _searched(price_, forward_, strike_, years_, sign=sign_, discount=discount_)
    return found


def implied_vol_reason(
    price: ArrayLike,
    forward: ArrayLike,
    strike: ArrayLike,
    years: ArrayLike,
    *,
    sign: ArrayLike,
    discount: ArrayLike = 1.0,
) -> Codes:
    """`ImpliedVolReason` of each price, as int8. Same inputs, shape and errors as `implied_vol`.

    >>> [ImpliedVolReason(int(code)).name for code in implied_vol_reason([0.0, 5.0, 101.0], 100, 100, 1, sign=+1)]
    ['NO_TIME_VALUE', 'FOUND', 'ABOVE_BOUND']
    """
    quote = _quote(price, forward, strike, years, sign=sign, discount=discount)
    return quote.reason.reshape(quote.shape)


def implied_vol_strict(
    price: ArrayLike,
    forward: ArrayLike,
    strike: ArrayLike,
    years: ArrayLike,
    *,
    sign: ArrayLike,
    discount: ArrayLike = 1.0,
) -> Floats:
    """`implied_vol`, but a price without a volatility is an error. Same inputs and shape.

    Raises: PricingError: names every price without a volatility (the first ten) and what was expected of it.

    >>> implied_vol_strict(101.0, 100.0, 100.0, 1.0, sign=+1)
    Traceback (most recent call last):
    oracle_core.errors.PricingError: implied_vol: price: `101.0` — expected a price below the discounted forward \
(call) or strike (put)
    """
    codes = implied_vol_reason(price, forward, strike, years, sign=sign, discount=discount)
    if codes.any():
        prices = np.broadcast_to(np.asarray(price, dtype=np.float64), codes.shape)
        raise PricingError("; ".join(_fault(codes, prices, at) for at in np.argwhere(codes != 0)[:10]))
    return implied_vol(price, forward, strike, years, sign=sign, discount=discount)


def _fault(codes: Codes, prices: Floats, where: NDArray[np.intp]) -> str:
    at = tuple(int(i) for i in where)
    name = f"price[{', '.join(map(str, at))}]" if at else "price"
    return str(fault("implied_vol", name, float(prices[at]), _WORDS[ImpliedVolReason(int(codes[at]))]))


def _quote(
    price: ArrayLike, forward: ArrayLike, strike: ArrayLike, years: ArrayLike, *, sign: ArrayLike, discount: ArrayLike
) -> _Quote:
    inputs = arrays(
        "implied_vol",
        price=(price, ANY),
        forward=(forward, ANY),
        strike=(strike, ANY),
        years=(years, ANY),
        sign=(sign, ANY),
        discount=(discount, ANY),
    )
    shape = np.broadcast_shapes(*(values.shape for values in inputs))
    price_, forward_, strike_, years_, sign_, discount_ = (np.broadcast_to(v, shape).ravel() for v in inputs)
    with np.errstate(all="ignore"):
        value = _time_value(price_, sign_ * forward_, sign_ * strike_, discount_)
        share = value / (discount_ * np.minimum(forward_, strike_))
        finite = np.isfinite([price_, forward_, strike_, years_, sign_, discount_]).all(axis=0)
        inside = (forward_ > 0) & (strike_ > 0) & (discount_ > 0) & (years_ >= 0) & (np.abs(sign_) == 1.0)
        # What is left after a discount, itself rounded, may be no more than its rounding.
        unit = np.spacing(price_) * ((sign_ * (forward_ - strike_) > 0.0) & (discount_ != 1.0))
        lost = (value >= -2.0 * unit) & (value <= unit)
        # The bound as a caller would work it out: a price at it, but for that rounding, has no volatility either.
        bound = discount_ * np.where(sign_ > 0.0, forward_, strike_)
        at_bound = (share >= 1.0) | (price_ >= bound)
        conditions = [~finite, ~inside, years_ == 0, at_bound, share == 0.0, lost, value > 0.0]
    codes = [int(reason) for reason in _OUTCOMES]
    reason = np.select(conditions, codes, int(ImpliedVolReason.BELOW_INTRINSIC))
    return _Quote(shape, forward_, strike_, years_, np.where(lost, 0.0, share), reason.astype(np.int8))


def _time_value(price: Floats, gained: Floats, paid: Floats, discount: Floats) -> Floats:
    """price - discount * max(gained - paid, 0) with one rounding: the errors of both operations are carried along."""
    gap = gained - paid
    back = gap - gained
    rest = (gained - (gap - back)) - (paid + back)
    product, error = _exact_product(discount, gap)
    inside = ((price - product) - error) - discount * rest
    return np.where(gap > 0.0, np.where(discount == 1.0, (price - gap) - rest, inside), price)


def _exact_product(a: Floats, b: Floats) -> tuple[Floats, Floats]:
    """a * b as a rounded product and its rounding error (Dekker)."""
    high_a, high_b = _high_half(a), _high_half(b)
    low_a, low_b = a - high_a, b - high_b
    product = a * b
    return product, ((high_a * high_b - product) + high_a * low_b + low_a * high_b) + low_a * low_b


def _high_half(a: Floats) -> Floats:
    scaled = 134_217_729.0 * a
    return scaled - (scaled - a)
