"""What kind of market it is, and whether volatility has broken out: labels that a rule can act on."""

from enum import StrEnum
from typing import Final, NamedTuple

import numpy as np

from oracle_core.reading.bars import DAY_MS, FINEST_MS, HOUR_MS, Bars, sampled_returns
from oracle_core.reading.reading import Absent

BASELINE_DAYS: Final = 90
FEWEST_DAYS: Final = 30
TREND_DAYS: Final = 14
CRASH_SIGMAS: Final = 3.0
CRASH_LEAST: Final = 0.08
TREND_SCORE: Final = 1.65
"""Of a walk without drift one in ten is as far from its start."""
QUIET_RATIO: Final = 0.75
BREAK: Final = 2.0
RESUME: Final = 1.5


class Regime(StrEnum):
    QUIET = "quiet"
    CHOPPY = "choppy"
    TRENDING = "trending"
    CRASH = "crash"


class Labelled(NamedTuple):
    """The regime and the four figures it was read from.

    fall: the last price below the highest of 24 hours, a share.  sigmas: that in daily deviations of the baseline.
    score: net move of 14 days in deviations.  ratio: volatility of seven days over the baseline's.
    """

    regime: Regime
    fall: float
    sigmas: float
    score: float
    ratio: float


def regime(bars: Bars | Absent) -> Labelled | Absent:
    """Crash, else trending, else quiet, else choppy.

    crash: the price is 8 % and 3 daily deviations below its highest of 24 hours.  trending: the move of 14 days is
    1.65 deviations of a walk.  quiet: the volatility of seven days is below 0.75 of the baseline's, 90 days before
    now or as many as there are, 30 at least.
    """
    if isinstance(bars, Absent):
        return bars
    days = min(BASELINE_DAYS, int((int(bars.close_ms[-1]) - int(bars.close_ms[0])) // DAY_MS))
    if days < FEWEST_DAYS:
        return Absent(f"{days} days of candles, a regime needs {FEWEST_DAYS}")
    base, week, fortnight = (_deviation(bars, 24.0 * span) for span in (days, 7, TREND_DAYS))
    for found in (base, week, fortnight):
        if isinstance(found, Absent):
            return found
    assert not isinstance(base, Absent)
    assert not isinstance(week, Absent)
    assert not isinstance(fortnight, Absent)
    last_day = bars.close_ms > bars.close_ms[-1] - DAY_MS
    fall = 1.0 - float(bars.close[-1]) / float(bars.high[last_day].max())
    sigmas = fall / base.daily if base.daily > 0.0 else 0.0
    score, ratio = fortnight.score, week.daily / base.daily if base.daily > 0.0 else 1.0
    return Labelled(_label(fall, sigmas, score, ratio), fall, sigmas, score, ratio)


def volatility_break(bars: Bars | Absent) -> float | Absent:
    """Volatility of the last hour over that of the 30 days before now: 2 and more is a break."""
    if isinstance(bars, Absent):
        return bars
    hour, month = _deviation(bars, 1.0), _deviation(bars, 24.0 * FEWEST_DAYS)
    if isinstance(hour, Absent):
        return hour
    if isinstance(month, Absent):
        return month
    return hour.daily / month.daily if month.daily > 0.0 else Absent("the price did not move for 30 days")


def reduce_only(ratio: float, *, reducing: bool) -> bool:
    """Whether the desk should only reduce: from a ratio of 2 on, until it is below 1.5 again.

    >>> reduce_only(1.9, reducing=False), reduce_only(2.0, reducing=False)
    (False, True)
    >>> reduce_only(1.6, reducing=True), reduce_only(1.4, reducing=True)
    (True, False)
    """
    return ratio >= (RESUME if reducing else BREAK)


def resume_ratio(limit: float) -> float:
    """The ratio below which a break that was called at `limit` is over: three quarters of it.

    >>> resume_ratio(BREAK)
    1.5
    """
    return limit * RESUME / BREAK


class _Moves(NamedTuple):
    daily: float
    score: float


def _deviation(bars: Bars, hours: float) -> _Moves | Absent:
    """Standard deviation of a day, and the net move in deviations of the window; hourly returns where there are."""
    found = sampled_returns(bars, hours, HOUR_MS if hours > 24.0 else FINEST_MS)
    if isinstance(found, Absent):
        return found
    returns, step = found
    daily = float(np.sqrt(np.mean(returns**2) * DAY_MS / step))
    spread = float(np.sqrt(np.sum(returns**2)))
    return _Moves(daily, float(returns.sum()) / spread if spread > 0.0 else 0.0)


def _label(fall: float, sigmas: float, score: float, ratio: float) -> Regime:
    if fall >= CRASH_LEAST and sigmas >= CRASH_SIGMAS:
        return Regime.CRASH
    if abs(score) >= TREND_SCORE:
        return Regime.TRENDING
    return Regime.QUIET if ratio < QUIET_RATIO else Regime.CHOPPY
