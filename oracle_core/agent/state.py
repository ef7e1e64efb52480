"""What the graph remembers between steps: JSON primitives only, so that a checkpoint is plain text."""

from collections.abc import Sequence
from dataclasses import replace

from typing_extensions import TypedDict

from oracle_core.agent.prompt import Prompt
from oracle_core.agent.reply import Reply
from oracle_core.domain.hedge import AdvisorNote, CandidateAction, Pick, Status, Style


class ScreenedState(TypedDict):
    id: str
    status: str
    reasons: list[str]
    rank: int
    duty: bool


class PickState(TypedDict):
    id: str
    scale: float
    style: str


class PromptState(TypedDict):
    system: str
    user: str
    tokens: int
    tokenizer: str


class NoteState(TypedDict):
    name: str
    fallback_reason: str | None
    model: str | None
    prose: str | None
    reason_codes: list[str]
    adjustments: list[str]
    confidence: str | None
    abstained: bool
    calls: int
    tokens: int | None
    tokenizer: str | None
    agreement: float | None


class State(TypedDict):
    """One run of the graph. `replies` are `Reply` texts, `rounds` how many were asked for at once each time; `kept` is
    the reply whose choice stands, `share` how many samples made it."""

    screened: list[ScreenedState]
    engine: list[PickState]
    prompt: PromptState | None
    offered: list[str]
    rounds: list[int]
    replies: list[str]
    fault: str | None
    kept: int | None
    share: float
    picks: list[PickState]
    note: NoteState


class Update(TypedDict, total=False):
    """What one step changes."""

    screened: list[ScreenedState]
    engine: list[PickState]
    prompt: PromptState | None
    offered: list[str]
    rounds: list[int]
    replies: list[str]
    fault: str | None
    kept: int | None
    share: float
    picks: list[PickState]
    note: NoteState


def empty_state() -> State:
    return State(
        screened=[],
        engine=[],
        prompt=None,
        offered=[],
        rounds=[],
        replies=[],
        fault=None,
        kept=None,
        share=0.0,
        picks=[],
        note=note_state(AdvisorNote(name="nobody")),
    )


def screened_state(candidates: Sequence[CandidateAction]) -> list[ScreenedState]:
    return [
        ScreenedState(id=item.id, status=item.status.value, reasons=list(item.reasons), rank=item.rank, duty=item.duty)
        for item in candidates
    ]


def screened(state: State, candidates: Sequence[CandidateAction]) -> tuple[CandidateAction, ...]:
    """The candidates as screened, in the order of the screening."""
    by_id = {item.id: item for item in candidates}
    return tuple(
        replace(
            by_id[found["id"]],
            status=Status(found["status"]),
            reasons=tuple(found["reasons"]),
            rank=found["rank"],
            duty=found["duty"],
        )
        for found in state["screened"]
    )


def pick_states(picks: Sequence[Pick]) -> list[PickState]:
    return [PickState(id=pick.id, scale=pick.scale, style=pick.style.value) for pick in picks]


def picks(states: Sequence[PickState]) -> tuple[Pick, ...]:
    return tuple(Pick(id=pick["id"], scale=pick["scale"], style=Style(pick["style"])) for pick in states)


def prompt_state(prompt: Prompt) -> PromptState:
    return PromptState(system=prompt.system, user=prompt.user, tokens=prompt.tokens, tokenizer=prompt.tokenizer)


def prompt_of(state: State) -> Prompt | None:
    """The prompt that the state holds, if one could be written."""
    held = state["prompt"]
    if held is None:
        return None
    return Prompt(
        system=held["system"], user=held["user"], labels=tuple(state["offered"]),
        tokens=held["tokens"], tokenizer=held["tokenizer"],
    )  # fmt: skip


def replies(state: State) -> list[Reply]:
    return [Reply.model_validate_json(text) for text in state["replies"]]


def note_state(note: AdvisorNote) -> NoteState:
    return NoteState(
        name=note.name,
        fallback_reason=note.fallback_reason,
        model=note.model,
        prose=note.prose,
        reason_codes=list(note.reason_codes),
        adjustments=list(note.adjustments),
        confidence=note.confidence,
        abstained=note.abstained,
        calls=note.calls,
        tokens=note.tokens,
        tokenizer=note.tokenizer,
        agreement=note.agreement,
    )


def advisor_note(state: NoteState) -> AdvisorNote:
    return AdvisorNote(
        name=state["name"],
        fallback_reason=state["fallback_reason"],
        model=state["model"],
        prose=state["prose"],
        reason_codes=tuple(state["reason_codes"]),
        adjustments=tuple(state["adjustments"]),
        confidence=state["confidence"],
        abstained=state["abstained"],
        calls=state["calls"],
        tokens=state["tokens"],
        tokenizer=state["tokenizer"],
        agreement=state["agreement"],
    )
