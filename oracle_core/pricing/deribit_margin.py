"""Deribit's published margin rules, as plain functions of a position: perpetuals, short options, volatility shocks."""

from math import isfinite
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from oracle_core.domain.instrument import OptionType
from oracle_core.errors import PricingError, fault

Floats = NDArray[np.float64]

MONTH: Final = 30.0


class MarginRates(NamedTuple):
    """Initial and maintenance margin: as shares of notional, or in coin per coin of option."""

    initial: float
    maintenance: float


class VolShock(NamedTuple):
    """The volatilities of portfolio margin's upper and lower scenario, as fractions."""

    up: float
    down: float


def linear_perpetual_rates(coins: float) -> MarginRates:
    """Shares of notional that a USDC perpetual of this many coins needs: 2 % and 1 %, each plus 0.005 % a coin.

    Source: Deribit support, "Linear perpetual".

    >>> [round(rate, 6) for rate in linear_perpetual_rates(25.0)]
    [0.02125, 0.01125]
    """
    growth = 0.00005 * abs(_finite("coins", coins))
    return MarginRates(0.02 + growth, 0.01 + growth)


def short_option_margin(right: OptionType, mark: float, strike: float, underlying: float) -> MarginRates:
    """Standard margin of one short option, in coin per coin.

    Args: mark: coin per coin, >= 0.    strike, underlying: USD, > 0.
    Source: Deribit support, "Standard margin": initial 15 % less the share out of the money, at least 10 %, plus the
        mark; maintenance 7.5 % (of the mark too, for a put, where that is more) plus the mark.

    >>> [round(part, 4) for part in short_option_margin(OptionType.CALL, 0.05, 66_000.0, 60_000.0)]
    [0.15, 0.125]
    """
    for name, value in (("strike", strike), ("underlying", underlying)):
        if not _finite(name, value) > 0.0:
            raise PricingError(str(fault("short_option_margin", name, value, "a finite number > 0")))
    if _finite("mark", mark) < 0.0:
        raise PricingError(str(fault("short_option_margin", "mark", mark, "a finite number >= 0")))
    found = short_option_margins(
        np.array([float(right.sign)]), np.array([mark]), np.array([strike]), np.array([underlying])
    )
    return MarginRates(float(found.initial[0]), float(found.maintenance[0]))


class OptionMargins(NamedTuple):
    """Margins of short options in coin per coin, each of the inputs' shape."""

    initial: Floats
    maintenance: Floats


def short_option_margins(sign: Floats, mark: Floats, strike: Floats, underlying: Floats) -> OptionMargins:
    """`short_option_margin` of many at once, of inputs that are known to be sound; they broadcast together."""
    out = np.maximum(sign * (strike - underlying), 0.0) / underlying
    call = sign > 0.0
    maintenance = mark + np.where(call, 0.075, np.maximum(0.075, 0.075 * mark))
    initial = np.maximum(0.15 - out, 0.10) + mark
    return OptionMargins(np.where(call, initial, np.maximum(initial, maintenance)), maintenance)


def portfolio_vol_shocks(days: Floats, vol: Floats) -> tuple[Floats, Floats]:
    """`portfolio_vol_shock` (up, down) of many at once; a day that is nearly over counts as an hour of it."""
    held = np.maximum(days, 1.0 / 24.0)
    stretch = (MONTH / held) ** np.where(held < MONTH, 0.30, 0.13)
    return np.maximum(vol * (1.0 + 0.5 * stretch), 0.5), np.maximum(vol * (1.0 - 0.25 * stretch), 0.0)


def portfolio_vol_shock(days: float, vol: float) -> VolShock:
    """Volatilities of portfolio margin's scenarios: half up, a quarter down, times (30 / days)^p; p is 0.30 below 30.

    Args: days to expiry, > 0.    vol: a fraction, >= 0. The upper is at least 50 %, the lower at least 0.
    Source: Deribit support, "Portfolio margin" (extended volatility scenarios).

    >>> [round(vol, 6) for vol in portfolio_vol_shock(7.0, 0.6)]
    [1.064225, 0.367888]
    """
    if not _finite("days", days) > 0.0 or _finite("vol", vol) < 0.0:
        raise PricingError(str(fault("portfolio_vol_shock", "days, vol", (days, vol), "days > 0 and vol >= 0")))
    stretch = (MONTH / days) ** (0.30 if days < MONTH else 0.13)
    return VolShock(max(vol * (1.0 + 0.5 * stretch), 0.5), max(vol * (1.0 - 0.25 * stretch), 0.0))


def former_vol_change(days: float) -> float:
    """The volatility change of the rule of 2019, a fraction: 38 % * (30 / days)^0.30.

    >>> round(former_vol_change(15.0), 4)
    0.4678
    """
    if not _finite("days", days) > 0.0:
        raise PricingError(str(fault("former_vol_change", "days", days, "a finite number > 0")))
    return float(0.38 * (MONTH / days) ** 0.30)


def _finite(name: str, value: float) -> float:
    if not isfinite(value):
        raise PricingError(str(fault("deribit margin", name, value, "a finite number")))
    return value
