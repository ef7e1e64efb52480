"""Note-following: the share of operator notes after which every pick is one that a person marked right by hand."""

from evals.exam import Answer
from evals.scores.score import Measured, Sat, Score, plain, share


def right_ids(answer: Answer) -> set[str]:
    """What the task's author marked, as ids of this decision."""
    return {item.id for item in answer.offered if any(wanted.holds(item) for wanted in answer.trial.task.right)}


def _measure(sat: Sat) -> Measured | None:
    noted = [answer for answer in plain(sat) if answer.trial.task.right]
    return share(set(answer.picked) <= right_ids(answer) for answer in noted)


SCORE = Score(
    name="note-following", about="operator notes after which the pick was right", unit="share", better="higher",
    measure=_measure,
)  # fmt: skip
