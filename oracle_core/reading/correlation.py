"""How two coins move together: correlation of six-hour returns over the bars that both have closed."""

from typing import Final, NamedTuple

import numpy as np

from oracle_core.reading.bars import Bars, Floats
from oracle_core.reading.reading import Absent

STEP_MS: Final = 6 * 3_600_000
LONG_DAYS: Final = 90.0
SHORT_DAYS: Final = 7.0
"""The window in which a break shows."""
FEWEST: Final = 24
"""Returns below which a correlation is noise: its standard error is then a fifth."""


class Correlation(NamedTuple):
    """A correlation, and the returns it was measured on."""

    value: float
    returns: int


def correlation(one: Bars, other: Bars, days: float = LONG_DAYS) -> Correlation | Absent:
    """Correlation of the two coins' six-hour logarithmic returns over the last days that both have."""
    moved = joint_returns(one, other, days)
    if isinstance(moved, Absent):
        return moved
    a, b = moved
    if not (a.std() > 0.0 and b.std() > 0.0):
        return Absent(f"{one.source} or {other.source} has not moved in {days:g} days")
    value = float(np.clip(np.corrcoef(a, b)[0, 1], -1.0, 1.0))
    return Correlation(value, a.size)


def joint_returns(one: Bars, other: Bars, days: float) -> tuple[Floats, Floats] | Absent:
    """Six-hour logarithmic returns of both over the last days, of steps that both have whole; shape (n,) each."""
    if max(one.step_ms, other.step_ms) > STEP_MS:
        return Absent("bars longer than six hours do not show how coins move together")
    times, first, second = np.intersect1d(one.close_ms, other.close_ms, assume_unique=True, return_indices=True)
    kept = (times % STEP_MS == 0) & (times > (times[-1] - days * 86_400_000.0 if times.size else 0.0))
    logs = np.log(one.close[first][kept]), np.log(other.close[second][kept])
    whole = np.diff(times[kept]) == STEP_MS
    if int(whole.sum()) < FEWEST:
        return Absent(f"{int(whole.sum())} six-hour returns that both coins have in {days:g} days, {FEWEST} needed")
    return np.diff(logs[0])[whole], np.diff(logs[1])[whole]
