"""Latency: the median wait for an answer. Only where somebody was waited for: a replay has none."""

from statistics import median

from evals.scores.score import Measured, Sat, Score


def _measure(sat: Sat) -> Measured | None:
    waited = [answer.seconds for answer in sat.answers if answer.seconds is not None]
    return Measured(value=median(waited), count=len(waited)) if waited else None


SCORE = Score(
    name="latency", about="median seconds per answer; none when replayed", unit="s", better="lower",
    measure=_measure, gated=False, asked_only=True,
)  # fmt: skip
