"""Candles and funding rates from CSV or Parquet, as arrays."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final

import numpy as np

from oracle_core.venues.series_table import Gap, Numbers, RowFault, SeriesTable, Times, moment, read_series, refuse_rows

PRICES: Final = ("open", "high", "low", "close")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CandleSeries:
    """Bars in order: `times` are epoch milliseconds of the open. All arrays have one length; gaps are not filled."""

    source: str
    times: Times
    open: Numbers
    high: Numbers
    low: Numbers
    close: Numbers
    volume: Numbers
    step: timedelta
    gaps: tuple[Gap, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FundingSeries:
    """Funding payments in order: `rates` are fractions per interval, positive where longs pay."""

    source: str
    times: Times
    rates: Numbers
    step: timedelta
    gaps: tuple[Gap, ...]


def read_candles(path: Path) -> CandleSeries:
    """Bars from a file with `timestamp` (UTC, ISO 8601 or epoch ms), `open`, `high`, `low`, `close`, `volume`.

    Raises: InputError: unreadable, or not bars: the first 20 faults, each with its line, and the count of the rest.
    """
    table = read_series(path, (*PRICES, "volume"))
    refuse_rows(table.source, _bar_faults(table))
    columns = table.columns
    return CandleSeries(
        source=table.source,
        times=table.times,
        open=columns["open"],
        high=columns["high"],
        low=columns["low"],
        close=columns["close"],
        volume=columns["volume"],
        step=table.step,
        gaps=table.gaps,
    )


def read_funding(path: Path) -> FundingSeries:
    """Funding from a file with `timestamp` and `funding_rate`.

    Raises: InputError: unreadable, or not rates: the first 20 faults, and the count of the rest.
    """
    table = read_series(path, ("funding_rate",))
    return FundingSeries(
        source=table.source,
        times=table.times,
        rates=table.columns["funding_rate"],
        step=table.step,
        gaps=table.gaps,
    )


def read_volatility_index(path: Path) -> tuple[tuple[int, float], ...]:
    """The history of a volatility index from a file with `timestamp` (or `ts`) and `dvol`, in vol points.

    Returns: epoch milliseconds and a fraction each, in order.
    Raises: InputError: unreadable, or not volatilities: the first 20 faults, and the count of the rest.
    """
    table = read_series(path, ("dvol",))
    points = table.columns["dvol"]
    wrong = np.flatnonzero(points <= 0.0).tolist()
    wanted = "a volatility above 0, in points"
    refuse_rows(table.source, [RowFault(f"row {row}, dvol", repr(float(points[row])), wanted) for row in wrong])
    return tuple((int(at), float(value) / 100.0) for at, value in zip(table.times, points, strict=True))


def _bar_faults(table: SeriesTable) -> list[RowFault]:
    bars = table.columns
    top, bottom = np.maximum(bars["open"], bars["close"]), np.minimum(bars["open"], bars["close"])
    wrong = [(name, bars[name] <= 0.0, "a price above 0") for name in PRICES]
    wrong += [
        ("high", bars["high"] < top, "the highest price of its bar"),
        ("low", bars["low"] > bottom, "the lowest price of its bar"),
        ("volume", bars["volume"] < 0.0, "a volume of 0 or more"),
    ]
    return [
        RowFault(f"{moment(int(table.times[row])):%Y-%m-%dT%H:%M:%SZ}, {name}", repr(float(bars[name][row])), expected)
        for name, rows, expected in wrong
        for row in np.flatnonzero(rows).tolist()
    ]
