"""Persona fidelity: between neighbours, the bolder never leaves less risk, and leaves more where the engine would.

Pairs in which the engine itself leaves less for the bolder are not counted: there a limit of the more careful one
binds (its orders are smaller, its cures are forced), and no choice could keep the order.
"""

from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from evals.exam import Answer
from evals.scores.score import Measured, Sat, Score, plain, share
from oracle_core.domain.hedge import CandidateAction
from oracle_core.hedging.evaluate import trade_vector

LADDER = ("cautious", "conservative", "balanced", "aggressive", "degen")
NEAR = 0.01
"""Shares of deviation that count as the same."""


class Left(NamedTuple):
    """Deviation of the book over its horizon, in USD, after the choice and after the engine's own."""

    chosen: float
    engine: float


def _deviation(answer: Answer, actions: list[CandidateAction]) -> float:
    trades = {leg.id: leg.contracts for action in actions for leg in action.legs}
    case = answer.case
    return float(case.variance(case.view.effective + trade_vector(case, trades)) ** 0.5)


def _left(answer: Answer) -> Left:
    own = {item.id: item for item in answer.engine.candidates}
    chosen = [answer.ruled.action] if answer.ruled.plan is not None else []
    return Left(_deviation(answer, chosen), _deviation(answer, [own[pick.id] for pick in answer.engine.picks]))


def _faithful(careful: Left, bold: Left) -> bool:
    if bold.chosen < careful.chosen * (1.0 - NEAR):
        return False
    apart = bold.engine > careful.engine * (1.0 + NEAR)
    return not apart or bold.chosen > careful.chosen * (1.0 + NEAR)


def _pairs(sat: Sat) -> Iterator[bool]:
    rungs: dict[str, dict[str, Left]] = defaultdict(dict)
    for answer in plain(sat):
        if len(answer.trial.task.personas) == len(LADDER):
            rungs[answer.trial.task.name][answer.trial.persona] = _left(answer)
    for rung in rungs.values():
        for careful, bold in pairwise(rung[name] for name in LADDER if name in rung):
            if bold.engine >= careful.engine * (1.0 - NEAR):
                yield _faithful(careful, bold)


def _measure(sat: Sat) -> Measured | None:
    return share(_pairs(sat))


SCORE = Score(
    name="persona fidelity", about="neighbouring personas whose order of risk is kept", unit="share",
    better="higher", measure=_measure,
)  # fmt: skip
