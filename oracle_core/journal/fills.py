"""Fills in the journal, each with what its value is counted from, and each trade of a venue only once."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from oracle_core.domain.instrument import Instrument
from oracle_core.domain.plan import Fill
from oracle_core.errors import RefusedError
from oracle_core.journal.decode import decode
from oracle_core.journal.entry import Entry
from oracle_core.journal.store import Journal

FILL = "fill"


@dataclass(frozen=True, slots=True, kw_only=True)
class FillLine:
    """A fill and the facts of its moment: the contract's terms, its mark (the venue's unit), USD per coin, the USD
    notional, and the USD premium paid (options bought; 0 otherwise)."""

    plan_hash: str
    fill: Fill
    instrument: Instrument
    mark: float
    index: float
    notional_usd: float
    premium_usd: float


def record_fill(journal: Journal, line: FillLine, at: datetime) -> Entry:
    """Keep a fill. A trade that the journal has already is not kept again: its first entry is returned."""
    once = f"{FILL}:{line.fill.venue}:{line.fill.trade_id}"
    try:
        return journal.append(FILL, line, at, once=once)
    except RefusedError:
        known = journal.once(once)
        if known is None:
            raise
        return known


def fills(journal: Journal, *, after: int = 0, since: datetime | None = None) -> Iterator[FillLine]:
    """Fills in the order they were recorded, after an entry, or since a time."""
    return (decode(FillLine, entry.body) for entry in journal.entries(FILL, after, since=since))
