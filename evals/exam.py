"""A trial put to whoever answers, through the desk's own line: candidates, choice, guardrails, plan."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from evals.case import NOWHERE
from evals.task import Task, Trial
from oracle_core.agent.advisor import Advisor, EngineAdvisor, OpenAIAdvisor
from oracle_core.agent.graph import choose
from oracle_core.agent.question import Choice, Question
from oracle_core.desk.brief import Brief
from oracle_core.desk.decide import Ruled, face, question, rule
from oracle_core.desk.desk import Desk
from oracle_core.desk.requests import DecisionRequest
from oracle_core.desk.settings import Settings
from oracle_core.domain.hedge import CandidateAction, Status
from oracle_core.hedging.candidates import Proposal, propose
from oracle_core.hedging.situation import Situation

PATIENCE: Final = 60.0
"""Seconds an answer may take: nobody is waiting, and a busy machine must not look like a bad model."""
SHIFT: Final = 20
"""What the labels of a renamed trial are moved by: c1 is c21."""

Reorder = Callable[[tuple[CandidateAction, ...]], tuple[CandidateAction, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came of one trial. `seconds` is how long the answer took; None when it was replayed."""

    trial: Trial
    case: Situation
    asked: Question
    choice: Choice
    engine: Choice
    ruled: Ruled
    seconds: float | None = None

    @property
    def picked(self) -> tuple[str, ...]:
        """The ids that were picked, in order."""
        return tuple(sorted(pick.id for pick in self.choice.picks))

    def candidate(self, name: str) -> CandidateAction:
        return next(item for item in self.choice.candidates if item.id == name)

    @property
    def offered(self) -> tuple[CandidateAction, ...]:
        return tuple(item for item in self.choice.candidates if item.status is not Status.REFUSED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """One task seen by one persona: what is the same whoever answers."""

    brief: Brief
    proposal: Proposal
    asked: Question
    engine: Choice


class Exam:
    """Every paper, written once and put to each subject."""

    def __init__(self, state: Path) -> None:
        self._desk = Desk(settings=Settings(state=state), environment={})
        self._papers: dict[tuple[str, str], Paper] = {}

    def paper(self, task: Task, persona: str) -> Paper:
        """A task's paper."""
        key = (task.name, persona)
        if key not in self._papers:
            self._papers[key] = self._written(task, persona)
        return self._papers[key]

    def _written(self, task: Task, persona: str) -> Paper:
        held, there = task.files
        request = DecisionRequest(book=held, market=there, strategy=task.strategy, persona=persona)
        brief = self._desk.brief(request, notes=task.notes)[0]
        proposal = propose(face(brief))
        asked = question(brief, proposal)
        return Paper(brief=brief, proposal=proposal, asked=asked, engine=choose(asked, EngineAdvisor()))

    def answer(self, trial: Trial, advisor: Advisor, *, timed: bool = False) -> Answer:
        """What an advisor makes of a trial."""
        paper = self.paper(trial.task, trial.persona)
        asked = _varied(paper, trial)
        start = time.perf_counter()
        choice = choose(asked, advisor)
        seconds = time.perf_counter() - start if timed else None
        return self.weighed(trial, asked, choice, seconds)

    def weighed(self, trial: Trial, asked: Question, choice: Choice, seconds: float | None = None) -> Answer:
        """A choice, taken through the guardrails to a plan."""
        paper = self.paper(trial.task, trial.persona)
        case = paper.proposal.case
        ruled = rule(paper.brief.bench, case, "eval", choice.candidates, choice.picks)
        return Answer(
            trial=trial, case=case, asked=asked, choice=choice, engine=paper.engine, ruled=ruled, seconds=seconds
        )  # fmt: skip


def advisor(model: str, *, url: str = NOWHERE, key: str | None = None) -> OpenAIAdvisor:
    """A model behind an address; replayed answers need none."""
    return OpenAIAdvisor(model=model, base_url=url, api_key=key, deadline_seconds=PATIENCE)


def _varied(paper: Paper, trial: Trial) -> Question:
    """The same question in another order, or with other labels: what is right, and the engine's choice, stay."""
    asked, reorder = paper.asked, _REORDER.get(trial.variant)
    if reorder is None:
        return asked
    return replace(asked, screen=lambda actions: reorder(asked.screen(actions)), select=lambda _: paper.engine.picks)


def _shuffled(actions: tuple[CandidateAction, ...]) -> tuple[CandidateAction, ...]:
    """The last first: order and labels both change."""
    return tuple(replace(item, rank=number) for number, item in enumerate(reversed(actions), start=1))


def _renamed(actions: tuple[CandidateAction, ...]) -> tuple[CandidateAction, ...]:
    """The same order under other labels."""
    return tuple(replace(item, rank=item.rank + SHIFT) for item in actions)


_REORDER: Final[Mapping[str, Reorder]] = {"shuffled": _shuffled, "renamed": _renamed}
