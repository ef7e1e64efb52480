"""Recorded option chains in their several forms, brought to one set of columns."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from oracle_core.errors import InputError, fault
from oracle_core.strict_json import is_list, is_object, parse_tree, read_bytes
from oracle_core.venues.frames import check_times, milliseconds, read_frame

if TYPE_CHECKING:
    import pandas as pd

Column = NDArray[np.float64]
NUMBERS: Final = (
    "bid",
    "ask",
    "mark",
    "last",
    "index",
    "forward",
    "mark_iv",
    "funding_rate",
    "open_interest",
    "volume_24h",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainForm:
    """Which column of a recording holds what. `moment` groups its rows into snapshots; NaN is absent.

    A recording may lack columns of what a market can be without: what they would say is absent in every quote.
    """

    moment: str
    time: str
    columns: Mapping[str, str]
    name: str = "instrument_name"
    percent: bool = False

    @property
    def every(self) -> tuple[str, ...]:
        """The columns it knows."""
        return tuple(dict.fromkeys((self.name, self.moment, self.time, *self.columns.values())))

    def missing(self, present: set[str]) -> tuple[str, ...]:
        """The columns it cannot do without: the names, the times, bid and ask, and a mark or a volatility."""
        worth = {self.columns[name] for name in ("mark", "mark_iv") if name in self.columns}
        needed = [self.name, self.moment, self.time, self.columns["bid"], self.columns["ask"]]
        needed += [] if worth & present else sorted(worth)
        return tuple(name for name in dict.fromkeys(needed) if name not in present)


SIX_HOURLY: Final = ChainForm(
    moment="timestamp",
    time="timestamp",
    columns={
        "bid": "bid_price", "ask": "ask_price", "mark": "mark_price", "forward": "futures_price",
        "index": "index_price", "mark_iv": "implied_volatility", "open_interest": "open_interest",
        "volume_24h": "volume",
    },
)  # fmt: skip
DAILY_TICKERS: Final = ChainForm(
    moment="file_date",
    time="timestamp",
    columns={
        "bid": "best_bid_price", "ask": "best_ask_price", "mark": "mark_price", "last": "last_price",
        "index": "index_price", "forward": "underlying_price", "mark_iv": "mark_iv",
        "open_interest": "open_interest", "volume_24h": "stats_volume",
    },
    percent=True,
)  # fmt: skip
DAILY_FUTURES: Final = ChainForm(
    moment="file_date",
    time="timestamp",
    columns={
        "bid": "best_bid_price", "ask": "best_ask_price", "mark": "mark_price", "last": "last_price",
        "index": "index_price", "funding_rate": "funding_8h", "open_interest": "open_interest",
        "volume_24h": "stats_volume_notional",
    },
)  # fmt: skip
END_OF_DAY: Final = ChainForm(
    moment="ts",
    time="ts",
    columns={
        "bid": "bid_price", "ask": "ask_price", "forward": "underlying_price", "mark_iv": "mark_iv",
        "open_interest": "open_interest", "volume_24h": "volume",
    },
    percent=True,
)  # fmt: skip
JSON_ROWS: Final = ChainForm(
    moment="chain",
    time="timestamp_ms",
    name="instrument",
    columns={
        "bid": "bid", "ask": "ask", "mark": "mark_price_coin", "forward": "F", "index": "index", "mark_iv": "iv",
        "open_interest": "open_interest",
    },
)  # fmt: skip
FORMS: Final = (SIX_HOURLY, DAILY_TICKERS, DAILY_FUTURES, END_OF_DAY, JSON_ROWS)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainColumns:
    """One recording: `moments` are epoch milliseconds, equal for the rows of one snapshot; `times` each row's own."""

    source: str
    names: tuple[str, ...]
    moments: NDArray[np.int64]
    times: NDArray[np.int64]
    numbers: Mapping[str, Column]


def read_columns(path: Path) -> ChainColumns:
    """A recording, from Parquet, CSV or JSON.

    Raises: InputError: unreadable, or in none of the known forms; names what is missing.
    """
    frame = _frame(path)
    form = _form(str(path), {str(column) for column in frame.columns})
    try:
        times = milliseconds(frame[form.time])
        numbers = _numbers(frame, form)
    except (TypeError, ValueError, OverflowError) as error:
        raise InputError([fault(str(path), "", str(error), "times and numbers, or nothing where absent")]) from error
    check_times(str(path), times)
    return ChainColumns(
        source=str(path),
        names=tuple(str(name) for name in frame[form.name].tolist()),
        moments=_together(frame, form, times),
        times=times,
        numbers=numbers,
    )


def _frame(path: Path) -> "pd.DataFrame":
    if path.suffix.lower() != ".json":
        return read_frame(path)
    import pandas as pd  # noqa: PLC0415

    return pd.DataFrame(_json_rows(path))


def _json_rows(path: Path) -> list[dict[str, object]]:
    """The rows of a recorded JSON chain, its computed volatility and common index beside them."""
    tree = parse_tree(read_bytes(path), str(path))
    rows, about = (tree.get("rows"), tree.get("meta")) if is_object(tree) else (None, None)
    index = about.get("index_price") if is_object(about) else None
    flat: list[dict[str, object]] = []
    for row in filter(is_object, rows if is_list(rows) else ()):
        computed = row.get("computed")
        vol = computed.get("iv") if is_object(computed) else None
        flat.append({**row, "index": index, "iv": vol, "chain": str(path)})
    return flat


def _form(source: str, present: set[str]) -> ChainForm:
    """The form that says most of what the columns are.

    Raises: InputError: every form lacks a column it cannot do without; told of the one that comes nearest.
    """
    nearest = max(FORMS, key=lambda form: (len(present.intersection(form.every)), -len(form.missing(present))))
    missing = nearest.missing(present)
    if missing:
        wanted = f"{', '.join(f'`{name}`' for name in missing)} beside `{nearest.name}` and its prices"
        raise InputError([fault(source, "columns", ", ".join(sorted(present)), wanted)])
    return nearest


def _together(frame: "pd.DataFrame", form: ChainForm, times: NDArray[np.int64]) -> NDArray[np.int64]:
    """The latest time of the rows that were recorded together, for each row."""
    if form.moment == form.time:
        return times
    _, group = np.unique(np.asarray(frame[form.moment], dtype=str), return_inverse=True)
    latest = np.zeros(int(group.max(initial=-1)) + 1, dtype=np.int64)
    np.maximum.at(latest, group, times)
    return latest[group]


def _numbers(frame: "pd.DataFrame", form: ChainForm) -> dict[str, Column]:
    numbers = {
        name: np.asarray(frame[column], dtype=np.float64)
        for name, column in form.columns.items()
        if column in frame.columns
    }
    if form.percent and "mark_iv" in numbers:
        numbers["mark_iv"] = numbers["mark_iv"] / 100.0
    absent = np.full(len(frame), np.nan)
    return {name: numbers.get(name, absent) for name in NUMBERS}
