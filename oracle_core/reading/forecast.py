"""The forecast of realised volatility for a horizon, from a coin's closed bars alone."""

from typing import Final, NamedTuple

import numpy as np

from oracle_core.maths.horizon_forecast import FEWEST_FITS, ewma_horizon, log_har_horizon
from oracle_core.reading.bars import Bars, daily
from oracle_core.reading.reading import Absent

DAYS_A_YEAR: Final = 365.0
LONGEST_DAYS: Final = 30
"""Further ahead the forecast is that of 30 days."""
FEWEST_DAYS: Final = 30
"""Whole days of bars below which nothing is forecast."""
MONTH: Final = 22
LONGEST_STALE_MS: Final = 86_400_000
"""Bars whose last close is older than this say nothing about now."""


class Forecast(NamedTuple):
    """An annualised volatility (365 days), how it was made, and one standard error of it from its past misses."""

    value: float
    source: str
    days: int
    error: float


def forecast_volatility(bars: Bars | Absent, hours: float, now_ms: float) -> Forecast | Absent:
    """The volatility expected over the next hours: a regression in logarithms, of short histories a weighted mean.

    30 whole days are needed, and 52 more than the horizon has for the regression. Every bar given has closed; nothing
    later is looked at.
    """
    if isinstance(bars, Absent):
        return bars
    if now_ms - float(bars.close_ms[-1]) > LONGEST_STALE_MS:
        age = (now_ms - float(bars.close_ms[-1])) / 3_600_000
        return Absent(f"the candles of {bars.source} end {age:,.0f} hours ago; the limit is 24")
    days = daily(bars)
    if isinstance(days, Absent):
        return days
    ahead = max(1, min(round(hours / 24.0), LONGEST_DAYS))
    history = days.variance.size
    if history < max(FEWEST_DAYS, ahead + 2):
        wanted = max(FEWEST_DAYS, ahead + 2)
        return Absent(f"a forecast needs {wanted} whole days of candles; {bars.source} has {history}")
    fitted = history >= ahead + MONTH + FEWEST_FITS
    found = log_har_horizon(days.variance, ahead) if fitted else ewma_horizon(days.variance, ahead)
    value = float(np.sqrt(DAYS_A_YEAR * found.variance))
    method = "log-HAR" if fitted else "EWMA 0.94"
    said = f"forecast of realised volatility, {method} on {history} days of {bars.timeframe} bars, {bars.source}"
    return Forecast(value, said, history, 0.5 * found.log_error * value)
