"""What happened: replay a stored cycle, read the journal, verify its chain."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from typing import TypeGuard

from oracle_core.agent.advisor import Advisor, EngineAdvisor, ReplayAdvisor
from oracle_core.desk.brief import Brief
from oracle_core.desk.decide import conclude, decide, face
from oracle_core.desk.desk import Desk
from oracle_core.desk.documents import Document
from oracle_core.desk.requests import JournalRequest, NothingRequest, ReplayRequest
from oracle_core.domain.canonical import Json, canonical_json, to_json
from oracle_core.domain.hedge import ActionKind
from oracle_core.domain.record import CycleRecord
from oracle_core.hedging.candidates import Proposal
from oracle_core.journal.cycles import find_cycle
from oracle_core.journal.entry import Broken

TOLERANCE = 1e-9
"""How far a number may move when it is computed again on another machine, relative to its size or to 1."""


def replay(desk: Desk, request: ReplayRequest) -> Document:
    """`oracle.replay/1`: decide a stored cycle again from its stored candidates, and compute its numbers again.

    The decision must be the same to the byte; the numbers, from the stored book and market, to 1e-9.
    """
    record = find_cycle(desk.journal, request.cycle).record
    brief = desk.stored_brief(record)
    advisor = _advisor(record)
    again = redecide(brief, record, advisor)
    afresh = decide(brief, advisor)
    differences = list(islice(_differences(to_json(record), to_json(afresh), ""), 50))
    moved = [size for _, size in differences if size is not None]
    return {
        "schema": "oracle.replay/1",
        "cycle_id": record.cycle_id,
        "decision_hash": record.decision_hash,
        "same_decision": canonical_json(again) == canonical_json(record),
        "same_numbers": not differences,
        "largest_difference": max(moved, default=0.0),
        "differences": [path for path, _ in differences],
    }


def redecide(brief: Brief, record: CycleRecord, advisor: Advisor) -> CycleRecord:
    """Screen, choose and judge again among the candidates as they were stored."""
    stored = record.recommendation
    measured = face(brief)
    resting = next(action for action in stored.candidates if action.kind is ActionKind.HOLD)
    # What doing nothing is worth is as stored too: another machine may compute its last digit otherwise.
    case = replace(measured, hold=resting.before, resting=resting.terms)
    candidates = tuple(replace(action, reasons=(), rank=0) for action in stored.candidates)
    return conclude(brief, Proposal(case=case, candidates=candidates, left_out=dict(stored.left_out)), advisor)


def journal(desk: Desk, request: JournalRequest) -> Document:
    """`oracle.journal/1`: the newest entries."""
    found = list(desk.journal.entries(request.kind)) if desk.journal_path.is_file() else []
    rows: list[Json] = [
        {"seq": entry.seq, "at": to_json(entry.at), "kind": entry.kind, "hash": entry.hash, "body": entry.value}
        for entry in found[-request.limit :]
    ]
    return {"schema": "oracle.journal/1", "path": str(desk.journal_path), "entries": rows}


def verify(desk: Desk, _: NothingRequest) -> Document:
    """`oracle.verification/1`: every entry and blob read again; `ok` is false where one is not as it was written."""
    document: Document = {"schema": "oracle.verification/1", "path": str(desk.journal_path)}
    if not desk.journal_path.is_file():
        return {**document, "ok": True, "entries": 0, "blobs": 0, "head": None}
    found = desk.journal.verify()
    if isinstance(found, Broken):
        return {**document, "ok": False, "first_broken": found.seq, "why": found.why}
    return {**document, "ok": True, "entries": found.entries, "blobs": found.blobs, "head": found.head}


def _advisor(record: CycleRecord) -> Advisor:
    return EngineAdvisor() if record.reply is None else ReplayAdvisor(reply=record.reply)


def _differences(one: Json, other: Json, path: str) -> Iterator[tuple[str, float | None]]:
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        for key in sorted({*one, *other}):
            yield from _differences(one.get(key), other.get(key), f"{path}.{key}".lstrip("."))
    elif _is_list(one) and _is_list(other) and len(one) == len(other):
        for number, (left, right) in enumerate(zip(one, other, strict=True)):
            yield from _differences(left, right, f"{path}[{number}]")
    elif isinstance(one, float | int) and isinstance(other, float | int):
        size = abs(one - other) / max(abs(one), abs(other), 1.0)
        if size > TOLERANCE:
            yield f"{path}: {one!r}, then {other!r}", size
    elif one != other:
        yield f"{path}: {one!r}, then {other!r}", None


def _is_list(value: Json) -> TypeGuard[Sequence[Json]]:
    return isinstance(value, list)
