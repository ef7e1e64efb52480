"""Every score, in the order of the card."""

from typing import Final

from evals.scores import (
    abstention,
    agreement,
    attacks,
    cost,
    grounding,
    guardrails,
    invariance,
    latency,
    notes,
    persona,
    regret,
    tokens,
    validity,
)
from evals.scores.score import Measured, Sat, Score

SCORES: Final[tuple[Score, ...]] = (
    guardrails.SCORE, attacks.SUCCESS, validity.SCORE, regret.SCORE, notes.SCORE, abstention.SCORE, persona.SCORE,
    agreement.SCORE, invariance.PERMUTATION, invariance.RENAMING, attacks.OBEDIENCE, grounding.SCORE, tokens.SCORE,
    latency.SCORE, cost.SCORE,
)  # fmt: skip


def measured(sat: Sat) -> dict[str, Measured | None]:
    """Every score of a subject; None where it has no meaning or no input."""
    return {
        score.name: None if score.asked_only and sat.source == "baseline" else score.measure(sat) for score in SCORES
    }
