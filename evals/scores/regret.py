"""Regret: what the best candidate on offer was worth more than what was done, on outcomes nobody had seen."""

from zlib import crc32

import numpy as np

from evals.outcomes import BATCHES, regrets
from evals.scores.score import Measured, Sat, Score, plain

Z = 1.96


def _measure(sat: Sat) -> Measured | None:
    counted = [answer for answer in plain(sat) if answer.trial.task.outcome]
    if not counted:
        return None
    # One seed a task: every subject and persona meets the same outcomes.
    found = np.array([regrets(answer, crc32(answer.trial.task.name.encode())) for answer in counted]).mean(axis=0)
    wide = Z * float(found.std(ddof=1)) / BATCHES**0.5
    mean = float(found.mean())
    return Measured(value=mean, count=len(counted), low=mean - wide, high=mean + wide)


SCORE = Score(
    name="regret", about="mean worth given up per decision, out of sample", unit="USD", better="lower",
    measure=_measure, slack=1.0,
)  # fmt: skip
