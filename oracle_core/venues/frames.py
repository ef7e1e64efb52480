"""Tables on disk as pandas frames. Pandas is slow to import, so it is imported when a table is read."""

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from oracle_core.errors import InputError, fault

if TYPE_CHECKING:
    import pandas as pd


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
