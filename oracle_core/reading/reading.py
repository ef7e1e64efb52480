"""One figure read from a market, or the reason why it cannot be read."""

from dataclasses import dataclass
from typing import NamedTuple

from oracle_core.domain.checks import finite, refuse


class Absent(NamedTuple):
    """Nothing could be read; `why` says what is missing. It is not zero."""

    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One line of the table of indicators. `value` is in `unit`; None is absent, and `source` says what is missing.

    role: what a desk reads it for.  source: where it comes from, with window and estimator.  error: one standard error,
    in `unit`.  flag: what should be noticed now, or nothing.

    >>> Reading(coin="ETH", name="Index price", role="", value=1900.0, unit="USD", source="quotes").flag
    ''
    """

    coin: str
    name: str
    role: str
    value: float | None
    unit: str
    source: str
    error: float | None = None
    flag: str = ""
    word: str = ""
    """What is read where it is a word and not a figure."""

    def __post_init__(self) -> None:
        refuse(finite(f"reading {self.name} of {self.coin}", value=self.value, error=self.error))
