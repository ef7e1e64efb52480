"""Whether the desk may trade, latched in the journal: it stays halted until a person resumes it."""

from datetime import datetime
from pathlib import Path

from oracle_core.domain.trading import TradingState
from oracle_core.errors import JournalError, RefusedError
from oracle_core.journal.entry import Entry
from oracle_core.journal.store import Journal

HALTED, REDUCING, RESUMED = "halted", "reducing", "resumed"


def halt_flag(journal_path: Path) -> Path:
    """The file that halts the desk by standing there, also when no journal can be opened."""
    return journal_path.with_name(HALTED)


def raise_flag(journal_path: Path) -> Path:
    """Halt by the flag alone, which needs no journal.

    Raises: JournalError: the folder cannot be written.
    """
    flag = halt_flag(journal_path)
    try:
        flag.parent.mkdir(parents=True, exist_ok=True)
        flag.touch(mode=0o600)
    except OSError as error:
        raise JournalError(f"{flag}: the desk cannot be halted here: {error}") from error
    return flag


def trading_state(journal: Journal) -> TradingState:
    """The strictest state set since the last resume.

    A `halted` file beside the journal halts by itself: it is there when the journal could not be written.
    """
    resumed = _seq(journal, RESUMED)
    if halt_flag(journal.path).exists() or _seq(journal, HALTED) > resumed:
        return TradingState.HALTED
    return TradingState.REDUCING if _seq(journal, REDUCING) > resumed else TradingState.ACTIVE


def halt(journal: Journal, at: datetime, *, actor: str, reason: str) -> Entry:
    """Stop everything, now. The flag is set before the journal is asked, so that a full disk or a lock halts too.

    Raises: JournalError: the desk is halted, and the journal could not say so.
    """
    raise_flag(journal.path)
    return journal.append(HALTED, {"actor": actor, "reason": reason}, at)


def reduce(journal: Journal, at: datetime, *, actor: str, reason: str) -> Entry:
    """Let only plans through that raise no risk factor. A halted desk stays halted."""
    return journal.append(REDUCING, {"actor": actor, "reason": reason}, at)


def resume(journal: Journal, at: datetime, *, actor: str, reason: str) -> Entry:
    """Make the desk active again: a person's act.

    Raises: RefusedError: it is active. JournalError: the journal could not be written, and the desk stays as it is.
    """
    if trading_state(journal) is TradingState.ACTIVE:
        raise RefusedError("The desk is active: there is nothing to resume")
    entry = journal.append(RESUMED, {"actor": actor, "reason": reason}, at)
    try:
        halt_flag(journal.path).unlink(missing_ok=True)
    except OSError as error:
        raise JournalError(f"{halt_flag(journal.path)}: cannot take the flag away: {error}") from error
    return entry


def _seq(journal: Journal, kind: str) -> int:
    entry = journal.last(kind)
    return 0 if entry is None else entry.seq
