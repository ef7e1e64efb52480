"""Candles as arrays: checked once, with the gaps that they have."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from oracle_core.domain.checks import refuse
from oracle_core.errors import Fault, fault

Floats: TypeAlias = NDArray[np.float64]
Times: TypeAlias = NDArray[np.int64]

_COLUMNS = ("open", "high", "low", "close", "volume")


class Gap(NamedTuple):
    """Bars that are missing: the open time of the first of them, and how many."""

    from_ms: int
    bars: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Bars:
    """Bars of one instrument, oldest first. Shape of every array: (n,), n >= 2.

    start_ms: epoch milliseconds at which each bar opens.  open, high, low, close: USD.  volume: as the venue counts.
    Raises: InputError: lengths differ, times do not rise, or a value is no price; every column is named.
    """

    start_ms: Times
    open: Floats
    high: Floats
    low: Floats
    close: Floats
    volume: Floats

    def __post_init__(self) -> None:
        refuse(self._shape_faults())
        refuse(
            self._time_faults(), *(_price_faults(name, self.column(name)) for name in _COLUMNS), self._range_faults()
        )
        for name in _COLUMNS:
            self.column(name).setflags(write=False)
        self.start_ms.setflags(write=False)

    def __len__(self) -> int:
        return len(self.start_ms)

    def column(self, name: str) -> Floats:
        """A column by its name."""
        found: Floats = getattr(self, name)
        return found

    @property
    def timeframe_ms(self) -> int:
        """The length of a bar: the commonest distance between two of them."""
        steps, counts = np.unique(np.diff(self.start_ms), return_counts=True)
        return int(steps[np.argmax(counts)])

    @property
    def close_ms(self) -> Times:
        """When each bar is complete, and its close known."""
        return self.start_ms + self.timeframe_ms

    @property
    def gaps(self) -> tuple[Gap, ...]:
        """Where bars are missing, in order."""
        length, steps = self.timeframe_ms, np.diff(self.start_ms)
        after = np.flatnonzero(steps > length)
        return tuple(Gap(int(self.start_ms[n]) + length, int(steps[n] // length) - 1) for n in after)

    @property
    def hash(self) -> str:
        """SHA-256 of every number, in hexadecimal."""
        digest = sha256(self.start_ms.astype("<i8").tobytes())
        for name in _COLUMNS:
            digest.update(self.column(name).astype("<f8").tobytes())
        return digest.hexdigest()

    def _shape_faults(self) -> list[Fault]:
        count = len(self.start_ms)
        faults = [
            fault("candles", name, f"{self.column(name).shape}", f"one value for each of {count} times")
            for name in _COLUMNS
            if self.column(name).shape != (count,)
        ]
        return faults if count >= 2 else [*faults, fault("candles", "timestamp", f"{count} bars", "at least two bars")]

    def _time_faults(self) -> list[Fault]:
        back = np.flatnonzero(np.diff(self.start_ms) <= 0)
        if not back.size:
            return []
        row = int(back[0]) + 1
        return [fault("candles", f"timestamp[{row}]", moment(int(self.start_ms[row])), "a time after the bar before")]

    def _range_faults(self) -> list[Fault]:
        low, high = np.minimum(self.open, self.close), np.maximum(self.open, self.close)
        wrong = np.flatnonzero((self.low > low) | (self.high < high))
        if not wrong.size:
            return []
        row = int(wrong[0])
        shown = f"low {self.low[row]:g}, high {self.high[row]:g}"
        return [fault("candles", f"row {row}", shown, "open and close between low and high")]


def moment(ms: int) -> str:
    """A time in words a person reads, in UTC.

    >>> moment(1746372780000)
    '2025-05-04 15:33 UTC'
    """
    return f"{at(ms):%Y-%m-%d %H:%M} UTC"


def at(ms: int) -> datetime:
    """Epoch milliseconds as an aware time."""
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=ms)


def _price_faults(name: str, values: Floats) -> list[Fault]:
    sound = np.isfinite(values) & ((values >= 0.0) if name == "volume" else (values > 0.0))
    wrong = np.flatnonzero(~sound)
    if not wrong.size:
        return []
    row, expected = int(wrong[0]), "0 or more" if name == "volume" else "a finite number above 0"
    more = f" ({wrong.size} such values)" if wrong.size > 1 else ""
    return [fault("candles", f"{name}[{row}]", float(values[row]), expected + more)]
