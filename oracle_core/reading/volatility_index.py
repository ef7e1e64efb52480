"""The volatility index of a coin: its level, how old it is, how it moved, and where it stands in its year."""

from typing import Final, NamedTuple

import numpy as np

from oracle_core.domain.market import MarketSnapshot
from oracle_core.reading.reading import Absent

YEAR_MS: Final = 365 * 86_400_000
DAY_MS: Final = 86_400_000
FEWEST: Final = 30


class IndexLevel(NamedTuple):
    """Annualised fractions. age_hours: None where only the market itself states the level, without a time.

    change_day, change_week: from the last level that old.  percentile: within a year, 0 to 100.
    """

    value: float
    age_hours: float | None
    change_day: float | None
    change_week: float | None
    percentile: float | None


def volatility_index(market: MarketSnapshot, coin: str) -> IndexLevel | Absent:
    """The level that the market states, else the last of its history; nothing later than the market's moment."""
    now = market.as_of.timestamp() * 1000.0
    known = [(at, value) for at, value in market.volatility_history.get(coin, ()) if at <= now]
    stated = market.volatility_index.get(coin)
    if stated is None and not known:
        return Absent("not given")
    value = known[-1][1] if stated is None else stated
    age = None if stated is not None or not known else (now - known[-1][0]) / 3_600_000.0
    year = np.array([level for at, level in known if at > now - YEAR_MS])
    rank = float(100.0 * np.mean(year <= value)) if year.size >= FEWEST else None
    return IndexLevel(value, age, _change(known, value, now - DAY_MS), _change(known, value, now - 7 * DAY_MS), rank)


def _change(known: list[tuple[int, float]], value: float, at: float) -> float | None:
    """From the last level at or before a moment, if it is not more than a day older."""
    before = [(when, level) for when, level in known if when <= at]
    return value - before[-1][1] if before and at - before[-1][0] <= DAY_MS else None
