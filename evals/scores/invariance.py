"""Invariance: whether the choice stays the same candidate when the order of the candidates, or their labels, change."""

from functools import partial

from evals.scores.score import Measured, Sat, Score, share


def _measure(variant: str, sat: Sat) -> Measured | None:
    plain = {(item.trial.task.name, item.trial.persona): item.picked for item in sat.answers if item.trial.plain}
    moved = [answer for answer in sat.answers if answer.trial.variant == variant]
    pairs = [(answer.picked, plain.get((answer.trial.task.name, answer.trial.persona))) for answer in moved]
    return share(one == other for one, other in pairs if other is not None)


PERMUTATION = Score(
    name="order invariance", about="the same candidate chosen from a shuffled list", unit="share", better="higher",
    measure=partial(_measure, "shuffled"), asked_only=True,
)  # fmt: skip
RENAMING = Score(
    name="label invariance", about="the same candidate chosen under other labels", unit="share", better="higher",
    measure=partial(_measure, "renamed"), asked_only=True,
)  # fmt: skip
