"""The paper account in the journal: opened once with a book, and folded from its fills whenever it is asked for."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from oracle_core.domain.canonical import canonical_json
from oracle_core.domain.instrument import InstrumentId
from oracle_core.domain.portfolio import Portfolio
from oracle_core.errors import JournalError, RefusedError
from oracle_core.journal.decode import decode
from oracle_core.journal.fills import FillLine, fills
from oracle_core.journal.fold import Opening, fold
from oracle_core.journal.store import Journal

OPENED = "account_opened"


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperAccount:
    """An opening and the fills since. `portfolio` folds them."""

    opening: Opening
    fills: tuple[FillLine, ...]

    def portfolio(self, marks: Mapping[InstrumentId, float] | None = None) -> Portfolio:
        """The book of now. Without `marks` everything counts at the last mark the journal has of it."""
        return fold(self.opening, self.fills, marks or {})


def open_account(journal: Journal, opening: Opening, at: datetime) -> PaperAccount:
    """Open the paper account with a book, unless there is one: the first wins, and is returned."""
    known = paper_account(journal)
    if known is not None:
        return known
    name = journal.put_blob(canonical_json(opening))
    try:
        journal.append(OPENED, {"opening": name, "name": opening.book.name}, at, once=OPENED)
    except RefusedError:  # another process opened it meanwhile
        known = paper_account(journal)
        if known is None:
            raise
        return known
    return PaperAccount(opening=opening, fills=())


def paper_account(journal: Journal) -> PaperAccount | None:
    """The paper account of a journal, or None where none was opened.

    Raises: JournalError: its opening or a fill cannot be read.
    """
    entry = journal.last(OPENED)
    if entry is None:
        return None
    body = entry.value
    name = body.get("opening") if isinstance(body, dict) else None
    if not isinstance(name, str):
        raise JournalError(f"{journal.path}: entry {entry.seq} opens no account")
    try:
        opening = decode(Opening, journal.blob(name))
        return PaperAccount(opening=opening, fills=tuple(fills(journal, after=entry.seq)))
    except (ValueError, TypeError) as error:
        raise JournalError(f"{journal.path}: the paper account cannot be read: {error}") from error
