"""Straddles and strangles as one contract: worth, Greeks and hedge of both legs together."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from oracle_core.errors import PricingError, fault
from oracle_core.maths.black import BlackGreeks, black
from oracle_core.maths.domain import POSITIVE, Floats, arrays


class Structure(NamedTuple):
    """A put and a call of one expiry, both bought.

    greeks: of both together.    hedge: coins of the underlying that make it neutral, -delta.
    low, high: prices at expiry between which the buyer loses, without interest on the premium; low is held at 0.
    """

    greeks: BlackGreeks
    hedge: Floats
    low: Floats
    high: Floats


def strangle(
    forward: ArrayLike,
    put_strike: ArrayLike,
    call_strike: ArrayLike,
    years: ArrayLike,
    *,
    put_vol: ArrayLike,
    call_vol: ArrayLike,
    discount: ArrayLike = 1.0,
) -> Structure:
    """A put at or below a call, each at the volatility of its own strike.

    Args: as `black`; put_strike <= call_strike. Equal strikes are a straddle.
    Shape: inputs broadcast together.
    Raises: PricingError: an input is outside its domain, or a put strike lies above its call strike.

    >>> bought = strangle(60_000.0, 54_000.0, 66_000.0, 30 / 365, put_vol=0.62, call_vol=0.58)
    >>> round(float(bought.greeks.price), 2), round(float(bought.hedge), 4)
    (3562.9, -0.0643)
    """
    low, high = arrays("strangle", put_strike=(put_strike, POSITIVE), call_strike=(call_strike, POSITIVE))
    if np.any(low > high):
        raise PricingError(str(fault("strangle", "put_strike", "above its call_strike", "put_strike <= call_strike")))
    put = black(forward, low, years, put_vol, sign=-1, discount=discount)
    call = black(forward, high, years, call_vol, sign=+1, discount=discount)
    both = BlackGreeks(*(np.asarray(a + b) for a, b in zip(put, call, strict=True)))
    return Structure(
        both, np.asarray(-both.delta), np.asarray(np.maximum(low - both.price, 0.0)), np.asarray(high + both.price)
    )


def straddle(
    forward: ArrayLike, strike: ArrayLike, years: ArrayLike, vol: ArrayLike, *, discount: ArrayLike = 1.0
) -> Structure:
    """A put and a call of one strike.

    >>> round(float(straddle(1813.0, 1800.0, 30 / 365, 0.42).hedge), 6)
    -0.095493
    """
    return strangle(forward, strike, strike, years, put_vol=vol, call_vol=vol, discount=discount)
