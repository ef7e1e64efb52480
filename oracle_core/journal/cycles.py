"""Cycles in the journal: stored once, found by id, by `CYCLE:c3` or by the hash of a candidate."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from oracle_core.domain.canonical import canonical_json
from oracle_core.domain.hedge import CandidateAction
from oracle_core.domain.moment import Moment
from oracle_core.domain.record import CycleRecord
from oracle_core.errors import InputError, JournalError, RefusedError, fault
from oracle_core.journal.decode import decode
from oracle_core.journal.entry import Entry
from oracle_core.journal.store import Journal

CYCLE = "cycle"
LEAST_PREFIX = 4
"""Characters of an id below which it names nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CycleLine:
    """What the list of cycles shows of one: the entry's body. `record` is the blob that holds all of it."""

    cycle_id: str
    as_of: datetime
    reason: str
    strategy: str
    persona: str
    ruling: str
    candidates: tuple[str, ...]
    chosen: tuple[str, ...]
    plan_hash: str | None
    decision_hash: str
    record: str
    moment: Moment | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A stored cycle, and the candidate of it that was asked for."""

    record: CycleRecord
    candidate: CandidateAction | None = None


def store_cycle(journal: Journal, record: CycleRecord, at: datetime) -> Entry:
    """Keep a cycle: its text as a blob, one line in the journal. The same cycle is stored once.

    Raises: JournalError: another cycle of that id is stored, or nothing could be written.
    """
    content = canonical_json(record)
    name, once = hashlib.sha256(content).hexdigest(), f"{CYCLE}:{record.cycle_id}"
    known = journal.once(once)
    if known is None:
        journal.put_blob(content)
        try:
            return journal.append(CYCLE, _line(record, name), at, once=once)
        except RefusedError:  # another process stored it meanwhile
            known = journal.once(once)
    if known is None or decode(CycleLine, known.body).record != name:
        raise JournalError(_clash(journal, record))
    return known


def _clash(journal: Journal, record: CycleRecord) -> str:
    """The same inputs came to something else: the code that decides has changed since, though not its version."""
    return (
        f"{journal.path}: another cycle is already stored as `{record.cycle_id}`: the same inputs, decided by other "
        f"code of version {record.versions.get('oracle_core', 'unknown')}. Nothing was overwritten; "
        f"`oracle replay {record.cycle_id}` shows what differs, and `--state DIR` keeps the new decision elsewhere"
    )


def cycles(journal: Journal) -> Iterator[CycleLine]:
    """Every stored cycle, oldest first."""
    return (_read_line(journal, entry) for entry in journal.entries(CYCLE))


def newest_cycles(journal: Journal, limit: int) -> list[CycleLine]:
    """The last cycles, oldest first."""
    return [_read_line(journal, entry) for entry in journal.newest(CYCLE, limit)]


def load_cycle(journal: Journal, line: CycleLine) -> CycleRecord:
    """The whole record of a cycle, as it was stored.

    Raises: JournalError: it is absent, or its text is not a cycle of this version.
    """
    try:
        return decode(CycleRecord, journal.blob(line.record))
    except (ValueError, TypeError, InputError) as error:
        raise JournalError(f"{journal.path}: cycle `{line.cycle_id}` cannot be read: {error}") from error


def find_cycle(journal: Journal, name: str) -> Found:
    """The cycle that a name stands for: an id or a unique start of one, `CYCLE:c3`, or a candidate's hash.

    A candidate's hash names what is done and may stand in many cycles: the newest is meant.

    Raises: InputError: nothing, or more than one cycle, is called that.
    """
    wanted, _, label = name.partition(":")
    lines = list(cycles(journal))
    called = [line for line in lines if line.cycle_id == wanted] or [
        line for line in lines if len(wanted) >= LEAST_PREFIX and line.cycle_id.startswith(wanted)
    ]
    if len(called) > 1:
        raise InputError([fault("journal", "cycle", name, f"one cycle; {len(called)} start like this")])
    if called:
        return _with_candidate(load_cycle(journal, called[0]), name, label)
    holding = [line for line in lines if wanted in line.candidates]
    if not holding or label:
        raise InputError([fault("journal", "cycle", name, f"a stored cycle or candidate{_newest(lines)}")])
    return _with_candidate(load_cycle(journal, holding[-1]), name, wanted)


def _with_candidate(record: CycleRecord, name: str, label: str) -> Found:
    candidate = record.recommendation.candidate(label) if label else None
    if label and candidate is None:
        last = len(record.recommendation.candidates)
        raise InputError([fault("journal", "candidate", name, f"a candidate of that cycle, c1 to c{last}")])
    return Found(record=record, candidate=candidate)


def _newest(lines: list[CycleLine]) -> str:
    return f"; the newest is `{lines[-1].cycle_id}`" if lines else "; none is stored yet"


def _line(record: CycleRecord, name: str) -> CycleLine:
    made = record.recommendation
    return CycleLine(
        cycle_id=record.cycle_id, as_of=record.as_of, reason=record.reason, strategy=made.strategy,
        persona=made.persona, ruling=record.verdict.ruling.value, candidates=tuple(c.id for c in made.candidates),
        chosen=made.chosen, plan_hash=record.plan.hash if record.plan else None, decision_hash=record.decision_hash,
        record=name, moment=made.moment,
    )  # fmt: skip


def _read_line(journal: Journal, entry: Entry) -> CycleLine:
    try:
        return decode(CycleLine, entry.body)
    except ValueError as error:
        raise JournalError(f"{journal.path}: entry {entry.seq} is not a cycle: {error}") from error
