"""Perpetual and dated-future marks recorded beside an option chain, in CSV files of their own."""

import csv
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from io import StringIO
from math import isfinite
from pathlib import Path
from statistics import median
from typing import Final, NamedTuple

from oracle_core.domain.market import MarketSnapshot, Quote
from oracle_core.strict_json import decode, read_bytes
from oracle_core.venues.deribit_terms import standard_instrument


class Companion(NamedTuple):
    """A file name, and its columns of time, instrument name and mark."""

    file: str
    time: str
    name: str
    mark: str


COMPANIONS: Final = (
    Companion("perpetual_futures_prices.csv", "obs_datetime", "instrument_name", "perp_futures_mark_price"),
    Companion("term_futures_marks.csv", "timestamp", "futures_instrument_name", "term_mark_price_final"),
)
SAME_MOMENT: Final = timedelta(milliseconds=1)


def with_companions(snapshot: MarketSnapshot, folder: Path) -> MarketSnapshot:
    """The snapshot with the futures that the folder's files mark at its moment; they have neither bid nor ask."""
    instruments, quotes = dict(snapshot.instruments), dict(snapshot.quotes)
    index = _index(snapshot)
    for name, mark in _marks(folder, snapshot.as_of):
        listed = standard_instrument(name)
        if listed is None or listed.id in quotes or listed.expired(snapshot.as_of):
            continue
        instruments[listed.id] = listed
        quotes[listed.id] = Quote(
            venue=listed.venue,
            symbol=listed.symbol,
            as_of=snapshot.as_of,
            mark=mark,
            index=index.get(listed.base),
        )
    return replace(snapshot, instruments=instruments, quotes=quotes)


def _index(snapshot: MarketSnapshot) -> dict[str, float]:
    """Each coin's index: the middle one, since the rows of a chain were recorded seconds apart."""
    seen: dict[str, list[float]] = {}
    for key, quote in snapshot.quotes.items():
        if quote.index is not None:
            seen.setdefault(snapshot.instruments[key].base, []).append(quote.index)
    return {coin: median(values) for coin, values in seen.items()}


def _marks(folder: Path, moment: datetime) -> Iterator[tuple[str, float]]:
    for companion in COMPANIONS:
        path = folder / companion.file
        if not path.is_file():
            continue
        for row in csv.DictReader(StringIO(decode(read_bytes(path), str(path)), newline="")):
            mark = _number(row.get(companion.mark))
            if mark is not None and _at(row.get(companion.time), moment):
                yield row.get(companion.name) or "", mark


def _at(text: str | None, moment: datetime) -> bool:
    # The text of a moment starts with its day: most lines need no more than that.
    return text is not None and text[:10] == f"{moment:%Y-%m-%d}" and _close(text, moment)


def _close(text: str, moment: datetime) -> bool:
    try:
        return abs(datetime.fromisoformat(text) - moment) < SAME_MOMENT
    except (ValueError, TypeError):
        return False


def _number(text: str | None) -> float | None:
    """A positive number, or None: a line that marks nothing adds nothing."""
    try:
        value = float(text or "")
    except ValueError:
        return None
    return value if isfinite(value) and value > 0.0 else None
