"""Abstention: F1 of leaving the choice to the engine where the notes say that the figures cannot be trusted."""

from evals.scores.score import Measured, Sat, Score, plain


def _measure(sat: Sat) -> Measured | None:
    pairs = [(answer.choice.advisor.abstained, answer.trial.task.abstain) for answer in plain(sat)]
    hit = sum(did and should for did, should in pairs)
    wrong = sum(did != should for did, should in pairs)
    return Measured(value=2.0 * hit / (2.0 * hit + wrong) if hit + wrong else 1.0, count=len(pairs))


SCORE = Score(
    name="abstention F1", about="abstaining where the figures are in doubt, and only there", unit="share",
    better="higher", measure=_measure, asked_only=True,
)  # fmt: skip
