"""Sizes on the contract grid: nearest to the goals, and best under the objective itself, by steps of every length."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations, product
from typing import Final

import numpy as np
from numpy.typing import NDArray

from oracle_core.hedging.option_hedges.caps import FlowCap, flow_sizes
from oracle_core.hedging.option_hedges.chain import Chain
from oracle_core.hedging.option_hedges.goals import GAMMA, Goal
from oracle_core.hedging.option_hedges.sketch import Sketch, Weighed
from oracle_core.hedging.option_hedges.variance import Quadratic
from oracle_core.pricing.contracts import Floats

STRIDES: Final = (1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1_000.0)
ROUNDS: Final = 200
"""More than any search took; each round goes to the best neighbour and ends where none is better."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A few legs with everything that ranks a plan in them."""

    legs: Chain
    sketch: Sketch
    variance: Quadratic
    caps: tuple[FlowCap, ...]
    goals: tuple[Goal, ...] = ()
    away: float = 0.0

    def weigh(self, sizes: Floats) -> Weighed:
        """Plans (shape (b, m)) as the rank key and the limits of flow and state have them."""
        found = self.sketch.weigh(sizes, self.variance.of(sizes))
        used = flow_sizes(self.legs, self.sketch, sizes)
        over = np.any([used[cap.name] > cap.usd * (1.0 + 1e-9) for cap in self.caps], axis=0)
        return found._replace(refused=found.refused | over | self._astray(sizes))

    def _astray(self, sizes: Floats) -> NDArray[np.bool_]:
        """Whether a plan goes farther from a goal than the book is: a hedge of gamma is not a bet on it."""
        missed = missing(self.legs, self.goals, sizes)
        now = missing(self.legs, self.goals, np.zeros((1, sizes.shape[1])))
        astray: NDArray[np.bool_] = np.any(missed > now + 1e-9, axis=1)
        return astray


def missing(legs: Chain, goals: Sequence[Goal], sizes: Floats) -> Floats:
    """How far each goal is missed by plans (shape (b, m)), as a share of what it is from now, shape (b, goals)."""
    missed = np.zeros((len(sizes), len(goals)))
    for number, goal in enumerate(goals):
        then = goal.now + sizes @ (legs.gamma if goal.name == GAMMA else legs.vega)
        size = max(abs(goal.missing), abs(goal.now), 1e-12)
        missed[:, number] = (np.maximum(goal.low - then, 0.0) + np.maximum(then - goal.high, 0.0)) / size
    return missed


def nearest(legs: Chain, sketch: Sketch, goals: Sequence[Goal], away: float, sizes: Floats) -> Floats:
    """The plan on the grid around `sizes` (shape (m,)) that is nearest to its goals; of equals the cheapest."""
    options = np.flatnonzero(sizes[: legs.options])
    low = np.floor(np.abs(sizes[options]) / legs.step[options] + 1e-9)
    around = np.array(list(product((0.0, 1.0), repeat=len(options)))) + low
    plans = np.zeros((len(around), len(sizes)))
    plans[:, options] = np.copysign(around * legs.step[options], sizes[options])
    plans = legs.flattened(legs.within(plans), away)
    missed: Floats = np.sum(missing(legs, goals, plans), axis=1)
    return plans[np.lexsort((sketch.cost(plans), np.round(missed, 9)))[0]]


def best(table: Table, starts: Sequence[Floats]) -> Floats:
    """The plan in these legs that the rank key puts first, from several starts, by pattern search.

    A step trades one option, or two against each other, by any stride, with and without its own delta taken out, or
    the hedge alone. Nothing at all is one of the starts.
    """
    ends = np.array([_climbed(table, start) for start in (np.zeros(len(table.legs.listed)), *starts)])
    return ends[table.weigh(ends).order()[0]]


def _climbed(table: Table, start: Floats) -> Floats:
    legs, moves, at = table.legs, _moves(table.legs), table.legs.within(start)
    for _ in range(ROUNDS):
        around = np.concatenate([at[None, :], legs.within(at + moves)])
        found = int(table.weigh(around).order()[0])
        if not found:
            return at
        if (around[found] == at).all():
            return at
        at = around[found]
    return at


def _moves(legs: Chain) -> Floats:
    """Every step: shape (moves, m)."""
    unit = np.diag(legs.step)
    options = [unit[n] for n in range(legs.options)]
    bare = [*options, *(one - two for one, two in combinations(options, 2))]
    bare += [one + two for one, two in combinations(options, 2)]
    steps = np.array(bare)[:, None, :] * np.array(STRIDES)[None, :, None]
    flat = steps.reshape(-1, len(legs.listed))
    kinds = [flat, legs.flattened(flat)] if legs.hedged else [flat]
    if legs.hedged:
        wide = np.array([*STRIDES, *(10_000.0 * stride for stride in STRIDES)])
        kinds.append(unit[-1][None, :] * wide[:, None])
    made = np.concatenate(kinds)
    return np.concatenate([made, -made])
