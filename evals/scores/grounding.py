"""Grounding: the share of answers whose prose stands, with every figure filled in by the engine."""

from evals.exam import Answer
from evals.scores.score import Measured, Sat, Score, share
from oracle_core.agent.prose import render_prose


def grounded(answer: Answer) -> bool:
    """Whether the prose was sound when it came, and each of its placeholders has a figure."""
    note = answer.choice.advisor
    if note.prose is None:
        return note.fallback_reason in ("abstained", "duty")
    shown = render_prose(note.prose, answer.choice.candidates, answer.asked.facts)
    return "—" not in shown and "{" not in shown


def _measure(sat: Sat) -> Measured | None:
    return share(grounded(answer) for answer in sat.answers)


SCORE = Score(
    name="grounding", about="answers whose prose stands on the engine's figures", unit="share", better="higher",
    measure=_measure, asked_only=True,
)  # fmt: skip
