"""Stopping and going on: halt, resume, reject."""

from oracle_core.desk.desk import Desk
from oracle_core.desk.documents import Document
from oracle_core.desk.requests import HaltRequest, RejectRequest
from oracle_core.domain.canonical import to_json
from oracle_core.errors import RefusedError
from oracle_core.execution.approve import approval_name
from oracle_core.journal.cycles import find_cycle
from oracle_core.journal.entry import Entry
from oracle_core.journal.states import HALTED, RESUMED, raise_flag, trading_state
from oracle_core.journal.states import halt as halt_desk
from oracle_core.journal.states import resume as resume_desk

REJECTION = "rejection"


def halt(desk: Desk, request: HaltRequest) -> Document:
    """`oracle.state/1`: no new order leaves from here on, in any state, until a person resumes.

    The flag is set before the journal is opened, so that a journal that cannot be read halts the desk all the same.
    """
    raise_flag(desk.journal_path)
    halt_desk(desk.journal, desk.clock(), actor=request.actor, reason=request.why)
    return _state(desk, request.why)


def resume(desk: Desk, request: HaltRequest) -> Document:
    """`oracle.state/1`: active again, by a person's act.

    Raises: RefusedError: the desk is active already.
    """
    resume_desk(desk.journal, desk.clock(), actor=request.actor, reason=request.why)
    return _state(desk, request.why)


def reject(desk: Desk, request: RejectRequest) -> Document:
    """`oracle.rejection/1`: a person's no, kept beside the cycle; it cannot be approved any more.

    Raises: RefusedError: the plan was approved before; what was sent cannot be taken back by a no.
    """
    found = find_cycle(desk.journal, request.subject)
    plan = found.record.plan
    if plan is not None and desk.journal.once(approval_name(plan.hash)) is not None:
        raise RefusedError(f"The plan of cycle `{found.record.cycle_id}` was approved already")
    candidate = found.candidate.id if found.candidate is not None else None
    body = {
        "cycle_id": found.record.cycle_id, "candidate": candidate, "why": request.why, "actor": request.actor,
    }  # fmt: skip
    entry = desk.journal.append(REJECTION, body, desk.clock())
    return {"schema": "oracle.rejection/1", "entry": entry.seq, **body}


def _state(desk: Desk, why: str) -> Document:
    entries = [desk.journal.last(kind) for kind in (HALTED, RESUMED)]
    last = max((entry for entry in entries if entry is not None), key=_place)
    return {
        "schema": "oracle.state/1",
        "trading_state": trading_state(desk.journal).value,
        "since": to_json(last.at),
        "why": why,
    }


def _place(entry: Entry) -> int:
    return entry.seq
