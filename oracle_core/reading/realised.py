"""Realised volatility as a desk must say it: estimator, window, sampling, and a year of 365 days."""

from typing import Final, NamedTuple

import numpy as np

from oracle_core.maths.realized import jump_share, yang_zhang
from oracle_core.reading.bars import DAY_MS, FINEST_MS, HOUR_MS, Bars, day_bars, sampled_returns
from oracle_core.reading.reading import Absent

YEAR_MS: Final = 365.0 * DAY_MS
ROOT_MEAN_SQUARE: Final = "root mean square"


class Realised(NamedTuple):
    """An annualised fraction (365 days), one standard error of it, and how it was estimated."""

    value: float
    error: float
    estimator: str
    hours: float
    sampling_ms: int
    returns: int

    @property
    def described(self) -> str:
        """Estimator, sampling and window in words.

        >>> Realised(0.5, 0.01, ROOT_MEAN_SQUARE, 24.0, 300_000, 288).described
        'root mean square of 5 min returns, 1 d'
        """
        return f"{self.estimator} of {span(self.sampling_ms)} returns, {span(round(self.hours * HOUR_MS))}"


def realised_volatility(bars: Bars | Absent, hours: float, sampling_ms: int = FINEST_MS) -> Realised | Absent:
    """Root mean square of the logarithmic returns of the last hours: no mean is taken out, jumps are in it.

    The error is that of independent returns, value / sqrt(2n); jumps and clusters make it larger.
    """
    if isinstance(bars, Absent):
        return bars
    found = sampled_returns(bars, hours, sampling_ms)
    if isinstance(found, Absent):
        return found
    returns, step = found
    value = float(np.sqrt(np.mean(returns**2) * YEAR_MS / step))
    error = value / float(np.sqrt(2.0 * returns.size))
    return Realised(value, error, ROOT_MEAN_SQUARE, hours, step, returns.size)


def range_volatility(bars: Bars | Absent, days: int) -> Realised | Absent:
    """Yang and Zhang's estimate from the open, high, low and close of the last days: free of drift."""
    found = bars if isinstance(bars, Absent) else day_bars(bars, days)
    if isinstance(found, Absent):
        return found
    if days < 3:
        return Absent(f"{days} days are too few for a range estimate")
    value = float(yang_zhang(found.open, found.high, found.low, found.close, periods_per_year=365.0))
    # Yang and Zhang (2000): up to 14 times as efficient as close-to-close returns; half of that is claimed.
    error = value / float(np.sqrt(2.0 * (days - 1) * 7.0))
    return Realised(value, error, "Yang-Zhang", 24.0 * days, DAY_MS, days)


def jumps(bars: Bars | Absent, hours: float) -> float | Absent:
    """The share of the last hours' realised variance that came in jumps, 0 to 1."""
    if isinstance(bars, Absent):
        return bars
    found = sampled_returns(bars, hours)
    return found if isinstance(found, Absent) else float(jump_share(found[0]))


def span(milliseconds: int) -> str:
    """A length of time in its largest whole unit.

    >>> span(300_000), span(7_200_000), span(86_400_000)
    ('5 min', '2 h', '1 d')
    """
    for unit, size in (("d", DAY_MS), ("h", HOUR_MS)):
        if milliseconds % size == 0:
            return f"{milliseconds // size} {unit}"
    return f"{milliseconds / 60_000:g} min"
