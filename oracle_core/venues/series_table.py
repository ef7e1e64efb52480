"""A time series in CSV or Parquet as columns of numbers, each with the place it stands at."""

import csv
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from oracle_core.errors import Fault, InputError, fault
from oracle_core.strict_json import decode, read_bytes
from oracle_core.venues.frames import LAST, check_times, milliseconds, read_frame

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
SHOWN: Final = 20
"""How many faults of a table are listed; the rest are counted."""
TIME: Final = "timestamp"
SHORT_TIME: Final = "ts"
"""What some call it; read where `timestamp` is not there."""

Times = NDArray[np.int64]
Numbers = NDArray[np.float64]


class Gap(NamedTuple):
    """A hole in a series: the last time before it, the first after it, and how many rows are missing."""

    after: datetime
    before: datetime
    missing: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SeriesTable:
    """Rows in order of time: epoch milliseconds, and columns of finite numbers. `step` is the usual distance."""

    source: str
    times: Times
    columns: dict[str, Numbers]
    step: timedelta
    gaps: tuple[Gap, ...]


def read_series(path: Path, names: Sequence[str]) -> SeriesTable:
    """The named columns of a CSV or Parquet file, checked; other columns are left alone.

    Raises: InputError: unreadable, a column missing, times that do not rise, numbers that are none; the first 20.
    """
    times, columns, places = _read_csv(path, names) if path.suffix.lower() == ".csv" else _read_parquet(path, names)
    refuse_rows(str(path), [*_time_faults(times, places), *_number_faults(columns, places)])
    step = int(np.median(np.diff(times))) if len(times) > 1 else 0
    return SeriesTable(
        source=str(path),
        times=times,
        columns=columns,
        step=timedelta(milliseconds=step),
        gaps=_gaps(times, step),
    )


class RowFault(NamedTuple):
    """A fault in a row, before its file is named."""

    place: str
    value: str
    expected: str


def refuse_rows(source: str, found: Sequence[RowFault]) -> None:
    """Raise the first faults of a table, and how many more there are.

    Raises: InputError: there is at least one.
    """
    faults: list[Fault] = [fault(source, wrong.place, wrong.value, wrong.expected) for wrong in found[:SHOWN]]
    if len(found) > SHOWN:
        faults.append(fault(source, "", f"{len(found) - SHOWN} more faults", "none"))
    if faults:
        raise InputError(faults)


def moment(milliseconds_: int) -> datetime:
    """The time of epoch milliseconds."""
    return EPOCH + timedelta(milliseconds=milliseconds_)


Read = tuple[Times, dict[str, Numbers], Sequence[str]]


def _read_parquet(path: Path, names: Sequence[str]) -> Read:
    frame = read_frame(path)
    header = [str(name) for name in frame.columns]
    time = _time_column(header)
    _check_columns(str(path), header, (time, *names))
    try:
        times = milliseconds(frame[time])
        columns = {name: np.asarray(frame[name], dtype=np.float64) for name in names}
    except (TypeError, ValueError, OverflowError) as error:
        raise InputError([fault(str(path), "", str(error), "times and numbers")]) from error
    check_times(str(path), times)
    return times, columns, [f"row {row}" for row in range(len(times))]


def _read_csv(path: Path, names: Sequence[str]) -> Read:
    source = str(path)
    reader = csv.reader(StringIO(decode(read_bytes(path), source), newline=""))
    header = [name.strip() for name in next(reader, list[str]())]
    at = _time_column(header)
    _check_columns(source, header, (at, *names))
    try:
        rows = [(reader.line_num, cells) for cells in reader if cells]
    except csv.Error as error:
        raise InputError([fault(source, f"line {reader.line_num}", str(error), "a line of CSV")]) from error
    places = [f"line {line}" for line, _ in rows]
    short = [RowFault(place, f"{len(cells)} cells", f"{len(header)} cells")
             for place, (_, cells) in zip(places, rows, strict=True) if len(cells) != len(header)]  # fmt: skip
    refuse_rows(source, short)
    times = [_time(cells[header.index(at)]) for _, cells in rows]
    wanted = "a UTC time, ISO 8601 or epoch milliseconds"
    unread = [RowFault(f"{place}, {at}", rows[row][1][header.index(at)], wanted)
              for row, place in enumerate(places) if times[row] is None]  # fmt: skip
    refuse_rows(source, unread)
    columns = {name: np.array([_number(cells[header.index(name)]) for _, cells in rows], float) for name in names}
    return np.array([time for time in times if time is not None], dtype=np.int64), columns, places


def _check_columns(source: str, header: Sequence[str], names: Sequence[str]) -> None:
    wanted = ", ".join(f"`{name}`" for name in names)
    refuse_rows(source, [RowFault(name, "absent", f"a column; {wanted} are required")
                         for name in names if name not in header])  # fmt: skip


def _time_column(header: Sequence[str]) -> str:
    return SHORT_TIME if TIME not in header and SHORT_TIME in header else TIME


def _time(cell: str) -> int | None:
    text = cell.strip()
    try:
        at = None if text.isdecimal() else datetime.fromisoformat(text)
    except ValueError:
        return None
    zoned = at if at is None or at.tzinfo is not None else at.replace(tzinfo=UTC)
    time = int(text) if zoned is None else (zoned - EPOCH) // timedelta(milliseconds=1)
    return time if 0 <= time <= LAST else None


def _number(cell: str) -> float:
    try:
        return float(cell)
    except ValueError:
        return math.nan


def _time_faults(times: Times, places: Sequence[str]) -> list[RowFault]:
    if not len(times):
        return [RowFault("", "no rows", "at least one row")]
    if np.median(times) < 1e11:
        return [RowFault(TIME, str(int(times[0])), "epoch milliseconds; these look like seconds")]
    late = (np.flatnonzero(np.diff(times) <= 0) + 1).tolist()
    return [RowFault(f"{places[row]}, {TIME}", _written(times[row]), "a time after the row before") for row in late]


def _written(time: np.int64) -> str:
    return f"{moment(int(time)):%Y-%m-%dT%H:%M:%SZ}"


def _number_faults(columns: dict[str, Numbers], places: Sequence[str]) -> list[RowFault]:
    bad = {name: np.flatnonzero(~np.isfinite(values)).tolist() for name, values in columns.items()}
    return [RowFault(f"{places[row]}, {name}", repr(float(columns[name][row])), "a finite number")
            for name, rows in bad.items() for row in rows]  # fmt: skip


def _gaps(times: Times, step: int) -> tuple[Gap, ...]:
    wide = np.flatnonzero(np.diff(times) > 1.5 * step).tolist() if step else []
    return tuple(
        Gap(moment(int(times[row])), moment(int(times[row + 1])), round(int(times[row + 1] - times[row]) / step) - 1)
        for row in wide
    )
