"""Who is put to the tasks: stand-ins that answer over HTTP like a model, and baselines that nobody asks."""

from collections.abc import Callable, Mapping
from random import Random
from typing import Final

from evals.choosers import CHOOSERS, Chooser
from evals.exam import Answer, Exam
from evals.scores.score import Sat
from evals.task import Trial
from oracle_core.agent.nodes import with_duties
from oracle_core.agent.offer import is_offered
from oracle_core.agent.question import Choice
from oracle_core.domain.hedge import ActionKind, AdvisorNote, CandidateAction, Pick

STAND_INS: Final[Mapping[str, Chooser]] = {
    name: CHOOSERS[name]
    for name in ("engine-first", "attentive", "persona-rule", "hold", "random", "contrarian", "obedient")
}
Policy = Callable[[Choice, Trial], tuple[Pick, ...]]


def engine(own: Choice, trial: Trial) -> tuple[Pick, ...]:
    """What the desk does without a model."""
    return own.picks


def hold(own: Choice, trial: Trial) -> tuple[Pick, ...]:
    """Nothing, but for duties."""
    return _one(next(item for item in own.candidates if item.kind is ActionKind.HOLD))


def random(own: Choice, trial: Trial) -> tuple[Pick, ...]:
    """Anything on offer, by a lot of the trial's own."""
    return _one(Random(trial.name).choice([item for item in own.candidates if is_offered(item)]))


def full_hedge(own: Choice, trial: Trial) -> tuple[Pick, ...]:
    """Of each coin as much delta away as anything on offer takes, whatever it costs."""
    best: dict[str, CandidateAction] = {}
    for item in own.candidates:
        if is_offered(item) and item.coin is not None:
            rest = best.get(item.coin)
            best[item.coin] = item if rest is None or _delta(item) < _delta(rest) else rest
    return tuple(Pick(id=item.id) for item in best.values()) or hold(own, trial)


BASELINES: Final[Mapping[str, Policy]] = {
    "engine": engine, "hold": hold, "random": random, "full hedge": full_hedge,
}  # fmt: skip
GATED: Final = (
    "baseline/engine",
    *(f"reference-server/{name}" for name in ("engine-first", "attentive", "persona-rule")),
)
"""Whose scores may not get worse; the others are there to lose."""


def baseline(exam: Exam, name: str, trials: tuple[Trial, ...]) -> Sat:
    """A baseline's answers to the tasks as they are, without variants."""
    answers = tuple(_answer(exam, BASELINES[name], trial) for trial in trials if trial.plain)
    return Sat(subject=name, source="baseline", answers=answers)


def _answer(exam: Exam, policy: Policy, trial: Trial) -> Answer:
    paper = exam.paper(trial.task, trial.persona)
    own = paper.engine
    picks = with_duties(policy(own, trial), own.picks, own.candidates)
    choice = Choice(candidates=own.candidates, picks=picks, advisor=AdvisorNote(name="baseline"), reply=None)
    return exam.weighed(trial, paper.asked, choice)


def _one(action: CandidateAction) -> tuple[Pick, ...]:
    return (Pick(id=action.id),)


def _delta(action: CandidateAction) -> float:
    left = [abs(item.net_delta) for item in action.after.exposures if item.coin == action.coin]
    return left[0] if left else 0.0
