"""Tables on disk as pandas frames, and their times. Pandas is slow to import: only reading a table does it."""

from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from oracle_core.errors import InputError, fault

if TYPE_CHECKING:
    import pandas as pd

LAST: Final = 253_402_300_799_000
"""The last millisecond that has a date of four-digit year, to the second."""


def read_frame(path: Path) -> "pd.DataFrame":
    """A Parquet or CSV file.

    Raises: InputError: it cannot be read as such.
    """
    import pandas as pd  # noqa: PLC0415

    try:
        return pd.read_csv(path) if path.suffix.lower() == ".csv" else pd.read_parquet(path)
    except (OSError, ValueError) as error:
        shown = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise InputError([fault(str(path), "", shown, "a readable Parquet or CSV file")]) from error


def milliseconds(column: "pd.Series") -> NDArray[np.int64]:
    """A column of times, or of epoch milliseconds, as epoch milliseconds; times without a zone are UTC.

    Raises: ValueError: the column holds something else.
    """
    import pandas as pd  # noqa: PLC0415

    if pd.api.types.is_integer_dtype(column.dtype):
        return np.asarray(column, dtype=np.int64)
    return np.asarray(pd.to_datetime(column, utc=True).dt.tz_localize(None), dtype="datetime64[ms]").astype(np.int64)


def check_times(source: str, times: NDArray[np.int64]) -> None:
    """Refuse rows whose time is absent, or no time since 1970.

    Raises: InputError: the first such row.
    """
    wrong = np.flatnonzero((times < 0) | (times > LAST)).tolist()
    if wrong:
        wanted = f"a time since 1970 in every row; {len(wrong)} of {len(times)} have none"
        raise InputError([fault(source, f"row {wrong[0]}, timestamp", "absent", wanted)])
