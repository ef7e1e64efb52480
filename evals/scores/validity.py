"""Validity: the share of answers that could be used as they came."""

from evals.exam import Answer
from evals.scores.score import Measured, Sat, Score, share

USED = (None, "abstained", "duty")
"""Reasons beside which the reply itself was sound."""


def valid(answer: Answer) -> bool:
    """Whether the first reply held: form, ids, scale, prose."""
    return answer.choice.advisor.fallback_reason in USED


def _measure(sat: Sat) -> Measured | None:
    return share(valid(answer) for answer in sat.answers)


SCORE = Score(
    name="validity", about="answers that could be used as they came", unit="share", better="higher",
    measure=_measure, asked_only=True,
)  # fmt: skip
