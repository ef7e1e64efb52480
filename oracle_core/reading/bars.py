"""Closed bars of a coin: only what had closed by the market's own moment, and nothing that is not a bar."""

import re
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from oracle_core.domain.instrument import InstrumentId, Kind
from oracle_core.domain.market import Candles, MarketSnapshot
from oracle_core.reading.reading import Absent

Floats = NDArray[np.float64]
Times = NDArray[np.int64]

DAY_MS: Final = 86_400_000
HOUR_MS: Final = 3_600_000
FINEST_MS: Final = 300_000
"""Finer bars are read every five minutes: below that the spread bounces more than the price moves."""
COARSEST_MS: Final = 6 * HOUR_MS
"""Up to here the squared returns of a day are summed; of coarser bars each bar's own range is used."""
WHOLE: Final = 0.8
"""The share of its bars that a day must have to count."""
_UNITS: Final = {"m": 60_000, "h": HOUR_MS, "d": DAY_MS}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Bars:
    """Bars in order of time. `close_ms`: epoch milliseconds of the closes; every array has shape (n,)."""

    source: str
    step_ms: int
    close_ms: Times
    open: Floats
    high: Floats
    low: Floats
    close: Floats
    volume: Floats

    def __len__(self) -> int:
        return self.close_ms.size

    @property
    def timeframe(self) -> str:
        """How long a bar is, in its largest unit."""
        unit = next(name for name in ("d", "h", "m") if self.step_ms % _UNITS[name] == 0)
        return f"{self.step_ms // _UNITS[unit]}{unit}"


class Days(NamedTuple):
    """Whole days that end with the last bar, oldest first, shape (d,): realised variance a day, and the return."""

    variance: Floats
    returns: Floats
    sampling_ms: int


def coin_bars(market: MarketSnapshot, coin: str) -> Bars | Absent:
    """The longest history of a coin's closed bars: spot, perpetual or future.

    A bar that closes after the market's moment is not seen.
    """
    listed = market.instruments
    keys = [key for key in sorted(market.candles) if key in listed and listed[key].base == coin]
    found = [_closed(market, key, market.candles[key]) for key in keys if listed[key].kind is not Kind.OPTION]
    bars = [item for item in found if isinstance(item, Bars)]
    if bars:
        return max(bars, key=lambda item: int(item.close_ms[-1]) - int(item.close_ms[0]))
    return next((item for item in found if isinstance(item, Absent)), Absent(f"no candles of {coin}"))


def daily(bars: Bars) -> Days | Absent:
    """The last 24 hours, the 24 before them, and so on: a day ends where the bars do, not at midnight.

    Realised variance is the sum of squared logarithmic returns, every five minutes at the finest; of bars longer than
    six hours it is Garman and Klass's. A day counts with four fifths of its bars, and is scaled to all of them.
    """
    if bars.step_ms > DAY_MS:
        return Absent(f"bars of {bars.timeframe} are longer than a day")
    times, closes, step = _sampled(bars)
    ages = (int(bars.close_ms[-1]) - times) // DAY_MS
    returns = np.diff(np.log(closes))
    parts = returns**2 if step <= COARSEST_MS else _ranges(bars)[1:]
    counts = np.bincount(ages[1:])
    usual = DAY_MS // step
    whole = counts >= WHOLE * usual
    scale = usual / np.maximum(counts, 1)
    variance = np.asarray(np.bincount(ages[1:], parts), dtype=np.float64) * scale
    moved = np.asarray(np.bincount(ages[1:], returns), dtype=np.float64)
    kept = whole & (variance > 0.0)
    return Days(variance[kept][::-1], moved[kept][::-1], step)


def window(bars: Bars, hours: float) -> Bars:
    """The bars that closed within the last hours of the history."""
    first = int(np.searchsorted(bars.close_ms, int(bars.close_ms[-1]) - round(hours * HOUR_MS), side="right"))
    return _taken(bars, slice(first, None))


def sampled_returns(bars: Bars, hours: float, sampling_ms: int = FINEST_MS) -> tuple[Floats, int] | Absent:
    """Logarithmic returns of the last hours and their sampling in milliseconds: what was asked, or one bar if longer.

    Absent where four fifths of the window's returns are not there, or there would be fewer than two.
    """
    times, closes, step = _sampled(bars, sampling_ms)
    first = int(np.searchsorted(times, int(times[-1]) - round(hours * HOUR_MS), side="left"))
    returns = np.diff(np.log(closes[first:]))
    wanted = hours * HOUR_MS / step
    if wanted < 2.0:
        return Absent(f"bars of {bars.timeframe} are too coarse for {hours:g} hours")
    if returns.size < WHOLE * wanted:
        return Absent(f"{returns.size} of {wanted:.0f} returns of the last {hours:g} hours are there")
    return returns, step


def day_bars(bars: Bars, days: int) -> Bars | Absent:
    """The last days as one bar each, ending where the history ends."""
    ages = (int(bars.close_ms[-1]) - bars.close_ms) // DAY_MS
    usual = max(DAY_MS // bars.step_ms, 1)
    groups = [np.flatnonzero(ages == age) for age in range(days - 1, -1, -1)]
    if any(group.size < WHOLE * usual for group in groups):
        whole = sum(group.size >= WHOLE * usual for group in groups)
        return Absent(f"{whole} of the last {days} days have their bars")
    last = np.array([group[-1] for group in groups])
    return Bars(
        source=bars.source, step_ms=DAY_MS, close_ms=bars.close_ms[last],
        open=bars.open[[int(group[0]) for group in groups]], close=bars.close[last],
        high=np.array([float(bars.high[group].max()) for group in groups]),
        low=np.array([float(bars.low[group].min()) for group in groups]),
        volume=np.array([float(bars.volume[group].sum()) for group in groups]),
    )  # fmt: skip


def _closed(market: MarketSnapshot, key: InstrumentId, candles: Candles) -> Bars | Absent:
    step = _step(candles.timeframe)
    if step is None:
        return Absent(f"timeframe `{candles.timeframe}` of {key} is none: minutes, hours or days, such as 5m, 1h, 1d")
    now_ms = market.as_of.timestamp() * 1000.0
    rows = np.array([row for row in candles.rows if row[0] + step <= now_ms], dtype=np.float64).reshape(-1, 6)
    if rows.shape[0] < 2:
        return Absent(f"{rows.shape[0]} closed bars of {key}")
    times, prices = rows[:, 0].astype(np.int64), rows[:, 1:5]
    top, bottom = np.maximum(rows[:, 1], rows[:, 4]), np.minimum(rows[:, 1], rows[:, 4])
    if not (np.isfinite(rows).all() and (prices > 0.0).all() and (rows[:, 2] >= top).all()):
        return Absent(f"a bar of {key} is none: a price that is not above 0, or a high below its open or close")
    if (rows[:, 3] > bottom).any() or (np.diff(times) <= 0).any():
        return Absent(f"the bars of {key} are not in order of time, or a low is above its open or close")
    name = f"{key.symbol} on {key.venue}"
    return Bars(
        source=name, step_ms=step, close_ms=times + step, open=rows[:, 1], high=rows[:, 2], low=rows[:, 3],
        close=rows[:, 4], volume=rows[:, 5],
    )  # fmt: skip


def _step(timeframe: str) -> int | None:
    found = re.fullmatch(r"([1-9]\d{0,3})([mhd])", timeframe)
    return None if found is None else int(found[1]) * _UNITS[found[2]]


def _sampled(bars: Bars, sampling_ms: int = FINEST_MS) -> tuple[Times, Floats, int]:
    if bars.step_ms >= sampling_ms:
        return bars.close_ms, bars.close, bars.step_ms
    kept = (bars.close_ms[-1] - bars.close_ms) % sampling_ms == 0
    return bars.close_ms[kept], bars.close[kept], sampling_ms


def _ranges(bars: Bars) -> Floats:
    high, low, close = (np.log(part / bars.open) for part in (bars.high, bars.low, bars.close))
    return np.maximum(0.5 * (high - low) ** 2 - (2.0 * np.log(2.0) - 1.0) * close**2, 0.0)


def _taken(bars: Bars, kept: slice) -> Bars:
    return Bars(
        source=bars.source, step_ms=bars.step_ms, close_ms=bars.close_ms[kept], open=bars.open[kept],
        high=bars.high[kept], low=bars.low[kept], close=bars.close[kept], volume=bars.volume[kept],
    )  # fmt: skip
