"""What gamma must earn to pay for itself: the daily move, the volatility it needs, and the week so far."""

from typing import NamedTuple

import numpy as np

from oracle_core.maths.bands import break_even_move
from oracle_core.reading.bars import Bars, day_bars
from oracle_core.reading.reading import Absent

DAYS_A_YEAR = 365.0
WEEK = 7


class BreakEven(NamedTuple):
    """One coin of a book, in USD and annualised fractions; theta below 0 is paid by the holder of gamma.

    needed_vol: the realised volatility at which gamma pays theta and funding.  needed_move: that as a daily move, a
    share of the price, sigma / sqrt(365).  entry_vol: paid on average, weighted by vega; current_vol: quoted now.
    entry_move, current_move: the same as daily moves.  bleed_*: theta and funding, + received.  gains_week: what the
    gamma held now would have earned on the moves of the last seven days.  notes: what is absent, and why.
    """

    coin: str
    theta_usd_per_day: float
    funding_usd_per_day: float | None
    gamma_1pct_usd: float
    needed_vol: float | None
    needed_move: float | None
    entry_vol: float | None
    entry_move: float | None
    current_vol: float | None
    current_move: float | None
    bleed_usd_per_day: float
    bleed_usd_per_week: float
    gains_usd_week: float | None
    net_usd_week: float | None
    alert: str
    notes: tuple[str, ...]


def break_even(
    coin: str,
    *,
    theta_usd_per_day: float,
    funding_usd_per_day: float | None,
    gamma_1pct_usd: float,
    entry_vol: float | None,
    current_vol: float | None,
    bars: Bars | Absent,
) -> BreakEven:
    """The break-even of one coin's options and hedges.

    Gamma earns 1/2 * Gamma * S^2 * r^2 a day, with Gamma * S^2 = 100 * gamma_1pct; theta and funding are the bleed.

    >>> found = break_even("BTC", theta_usd_per_day=-500.0, funding_usd_per_day=None, gamma_1pct_usd=10_138.89,
    ...                    entry_vol=0.6, current_vol=1.0, bars=Absent("no candles"))
    >>> round(100 * found.entry_move, 2), round(100 * found.current_move, 2), round(found.needed_vol, 2)
    (3.14, 5.23, 0.6)
    """
    bleed = theta_usd_per_day + (funding_usd_per_day or 0.0)
    needed = _needed(gamma_1pct_usd, bleed)
    moved = _squares(bars)
    gains = moved if isinstance(moved, Absent) else 50.0 * gamma_1pct_usd * moved
    net = None if isinstance(gains, Absent) else gains + WEEK * bleed
    loses = net is not None and net < 0.0
    notes = [moved.why] if isinstance(moved, Absent) else []
    notes += ["no quoted funding is held"] if funding_usd_per_day is None else []
    notes += ["no entry volatility in the book"] if entry_vol is None else []
    return BreakEven(
        coin=coin, theta_usd_per_day=theta_usd_per_day, funding_usd_per_day=funding_usd_per_day,
        gamma_1pct_usd=gamma_1pct_usd, needed_vol=needed, needed_move=_move(needed), entry_vol=entry_vol,
        entry_move=_move(entry_vol), current_vol=current_vol, current_move=_move(current_vol),
        bleed_usd_per_day=bleed, bleed_usd_per_week=WEEK * bleed,
        gains_usd_week=None if isinstance(gains, Absent) else gains, net_usd_week=net,
        alert="net negative over 7 days" if loses else "", notes=tuple(notes),
    )  # fmt: skip


def _needed(gamma_1pct_usd: float, bleed: float) -> float | None:
    """sqrt(2 * 365 * |bleed| / (Gamma S^2)), where gamma and bleed have opposite signs; else nothing breaks even."""
    if gamma_1pct_usd == 0.0 or gamma_1pct_usd * bleed >= 0.0:
        return None
    return float(np.sqrt(2.0 * DAYS_A_YEAR * -bleed / (100.0 * gamma_1pct_usd)))


def _move(vol: float | None) -> float | None:
    return None if vol is None else float(break_even_move(vol))


def _squares(bars: Bars | Absent) -> float | Absent:
    """The sum of the squared daily moves of the last seven days, close to close."""
    found = bars if isinstance(bars, Absent) else day_bars(bars, WEEK)
    if isinstance(found, Absent):
        return found
    closes = np.concatenate(([found.open[0]], found.close))
    return float(np.sum((np.diff(closes) / closes[:-1]) ** 2))
