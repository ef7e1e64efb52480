"""Agreement: how often the same question, put again, gets the same answer; pairs of all that were asked."""

from collections import defaultdict
from itertools import combinations

from evals.scores.score import Measured, Sat, Score, share

SAME = ("plain", "again", "once more")


def _measure(sat: Sat) -> Measured | None:
    heard: dict[tuple[str, str], list[object]] = defaultdict(list)
    for answer in sat.answers:
        if answer.trial.variant in SAME:
            picks = sorted((pick.id, pick.scale) for pick in answer.choice.picks)
            heard[answer.trial.task.name, answer.trial.persona].append(picks)
    return share(one == other for said in heard.values() for one, other in combinations(said, 2))


SCORE = Score(
    name="agreement@3", about="the same question, asked three times, the same answer", unit="share",
    better="higher", measure=_measure, asked_only=True,
)  # fmt: skip
