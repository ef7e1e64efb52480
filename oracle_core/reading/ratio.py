"""The ratio of two coins' prices: how far it stands from its own history, and whether it has come back before."""

from typing import Final, NamedTuple

import numpy as np

from oracle_core.reading.bars import Bars, Floats
from oracle_core.reading.correlation import FEWEST, SHORT_DAYS, STEP_MS, Correlation, correlation
from oracle_core.reading.reading import Absent

STEP_HOURS: Final = 6.0
CRITICAL: Final = -2.86
"""Dickey and Fuller's five per cent point with a constant: above it a ratio is taken to wander, not to come back."""


class RatioReading(NamedTuple):
    """The log ratio of two prices. z: standard deviations from its mean.  away: log distance from it.

    keeps: share of a distance left after six hours, 1 where it was not seen to come back.  recent: correlation of the
    last week, None where too little of it is there.
    """

    z: float
    away: float
    keeps: float
    statistic: float
    recent: float | None

    def expected_change(self, hours: float) -> float:
        """Expected change of the log ratio over some hours."""
        return -self.away * (1.0 - self.keeps ** (hours / STEP_HOURS)) + 0.0


def ratio_reading(one: Bars, other: Bars, now: float, days: float) -> RatioReading | Absent:
    """The log of one coin's price over the other's against the last days that both have; `now` is today's.

    Source: Dickey and Fuller (1979), J. American Statistical Association 74, 427-431, for the test of coming back.
    """
    if max(one.step_ms, other.step_ms) > STEP_MS:
        return Absent("bars longer than six hours do not show how coins move together")
    times, first, second = np.intersect1d(one.close_ms, other.close_ms, assume_unique=True, return_indices=True)
    kept = (times % STEP_MS == 0) & (times > (times[-1] - days * 86_400_000.0 if times.size else 0.0))
    levels = np.log(one.close[first][kept] / other.close[second][kept])
    if levels.size <= FEWEST or not levels.std() > 0.0:
        return Absent(f"{levels.size} six-hour closes that both coins have in {days:g} days, {FEWEST + 1} needed")
    mean, spread = float(levels.mean()), float(levels.std(ddof=1))
    keeps, statistic = _comes_back(levels)
    week = correlation(one, other, SHORT_DAYS)
    recent = week.value if isinstance(week, Correlation) else None
    return RatioReading((now - mean) / spread, now - mean, keeps, statistic, recent)


def _comes_back(levels: Floats) -> tuple[float, float]:
    """The share of a distance that is left after a step, and the Dickey-Fuller statistic."""
    before, change = levels[:-1] - levels[:-1].mean(), np.diff(levels)
    slope = float(before @ change / (before @ before))
    left = change - change.mean() - slope * before
    error = float(np.sqrt(left @ left / (left.size - 2) / (before @ before)))
    statistic = slope / error if error > 0.0 else -np.inf
    return (max(1.0 + slope, 0.0), statistic) if statistic < CRITICAL else (1.0, statistic)
