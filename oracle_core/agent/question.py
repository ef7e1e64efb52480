"""What the desk asks the advisor, and what comes back: candidates and callables in, picks and a note out."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from oracle_core.domain.checks import aware, refuse
from oracle_core.domain.hedge import AdvisorNote, CandidateAction, Pick
from oracle_core.errors import fault


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One decision to make. `screen` and `select` are the engine's, bound to strategy and persona by the desk.

    `candidates` are ranked, with the status and reasons the engine gave them. `screen` sets status, reasons,
    rank and duty, and nothing else; `select` is the engine's own choice among the screened. The guidance texts and
    `notes` are untrusted; `facts` are short, trusted and already formatted, and a fact named `net_delta` can be
    quoted as `{book.net_delta}`.
    """

    as_of: datetime
    candidates: tuple[CandidateAction, ...]
    screen: Callable[[tuple[CandidateAction, ...]], tuple[CandidateAction, ...]]
    select: Callable[[tuple[CandidateAction, ...]], tuple[Pick, ...]]
    strategy_name: str
    strategy_guidance: str
    persona_name: str
    persona_guidance: str
    facts: Mapping[str, str]
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        twice = [name for name, count in Counter(item.id for item in self.candidates).items() if count > 1]
        refuse(
            aware("question", as_of=self.as_of),
            [fault("question", "candidates", name, "every candidate once") for name in twice],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What was decided: every candidate as screened, the picks among them, and who picked.

    `reply` is the canonical text of what the model sent, for the journal and for replay; None when the
    engine chose without asking.
    """

    candidates: tuple[CandidateAction, ...]
    picks: tuple[Pick, ...]
    advisor: AdvisorNote
    reply: str | None
