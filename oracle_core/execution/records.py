"""What the executor writes down of orders, and reads back after a crash."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from oracle_core.domain.plan import Order
from oracle_core.domain.trading import OrderReport
from oracle_core.errors import InputError, JournalError, RefusedError
from oracle_core.journal.decode import decode
from oracle_core.journal.entry import Entry
from oracle_core.journal.fills import FillLine, record_fill
from oracle_core.journal.flow import SENDING
from oracle_core.journal.store import Journal

T = TypeVar("T")
ORDER, EXECUTED = "order", "executed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of a plan: its orders' reports, why the rest was not sent, and whether that is the end of it.
    A plan that is not final is open: it is carried on by the next run."""

    plan_hash: str
    reports: tuple[OrderReport, ...]
    stopped: str | None
    final: bool


def announce(journal: Journal, order: Order, at: datetime) -> Entry:
    """Write down that an order is about to be sent.

    Raises: RefusedError: somebody wrote so before.
    """
    return journal.append(SENDING, order, at, once=f"{SENDING}:{order.client_id}")


def was_announced(journal: Journal, client_id: str) -> bool:
    """Whether an order may have been sent."""
    return journal.once(f"{SENDING}:{client_id}") is not None


def record_report(journal: Journal, report: OrderReport, lines: Sequence[FillLine], at: datetime) -> None:
    """Keep an order's fills, then its end. A crash in between leaves fills, which are kept once."""
    for line in lines:
        record_fill(journal, line, at)
    _once(journal, ORDER, report.client_id, report, at)


def recorded_report(journal: Journal, client_id: str) -> OrderReport | None:
    """The end of an order, when it is in the journal."""
    entry = journal.once(f"{ORDER}:{client_id}")
    return None if entry is None else _read(journal, entry, OrderReport)


def finish(journal: Journal, outcome: Outcome, at: datetime) -> Outcome:
    """Close a plan. The first outcome stands."""
    return _read(journal, _once(journal, EXECUTED, outcome.plan_hash, outcome, at), Outcome)


def finished(journal: Journal, plan_hash: str) -> Outcome | None:
    """The outcome of a plan that is closed."""
    entry = journal.once(f"{EXECUTED}:{plan_hash}")
    return None if entry is None else _read(journal, entry, Outcome)


def _once(journal: Journal, kind: str, name: str, body: object, at: datetime) -> Entry:
    try:
        return journal.append(kind, body, at, once=f"{kind}:{name}")
    except RefusedError:
        known = journal.once(f"{kind}:{name}")
        if known is None:
            raise
        return known


def _read(journal: Journal, entry: Entry, kind: type[T]) -> T:
    try:
        return decode(kind, entry.body)
    except (ValueError, InputError) as error:
        raise JournalError(f"{journal.path}: entry {entry.seq} is no {entry.kind}: {error}") from error
