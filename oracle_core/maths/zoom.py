"""A search for the least cost over a box: a coarse grid, then ever finer ones around the best point so far.

Costs are taken many points at once, need no slope and may be infinite; the same input gives the same answer.
"""

from collections.abc import Callable, Sequence
from typing import Final, NamedTuple, TypeAlias

import numpy as np

from oracle_core.maths.domain import Floats

Cost: TypeAlias = Callable[[Floats], Floats]


class Zoom(NamedTuple):
    """How fine to search: points along each axis at first and later, how many later rounds, and their shrinking."""

    first: int = 16
    later: int = 9
    rounds: int = 9
    shrink: float = 0.4


STANDARD: Final = Zoom()


def least_cost(cost: Cost, low: Sequence[float], high: Sequence[float], zoom: Zoom = STANDARD) -> Floats:
    """The point of a box with the least cost found.

    Args: cost: points of shape (n, axes) to costs of shape (n,); infinite where a point is not allowed.
    Returns: shape (axes,), inside the box.

    >>> least_cost(lambda p: (p[:, 0] - 0.3) ** 2 + (p[:, 1] + 0.2) ** 2, [-1, -1], [1, 1]).round(3).tolist()
    [0.3, -0.2]
    """
    lowest, highest = np.asarray(low, dtype=np.float64), np.asarray(high, dtype=np.float64)
    best, least, half = 0.5 * (lowest + highest), np.inf, 0.5 * (highest - lowest)
    for number in range(zoom.rounds + 1):
        points = _grid(best, half, zoom.first if number == 0 else zoom.later, lowest, highest)
        costs = cost(points)
        at = int(np.argmin(costs))
        if costs[at] <= least:
            best, least = points[at], float(costs[at])
        # The first grid's cells are the next box, and a half more: a narrow valley may hide its least in the next cell.
        half = half * (3.0 / (zoom.first - 1) if number == 0 else zoom.shrink)
    return best


def _grid(middle: Floats, half: Floats, count: int, lowest: Floats, highest: Floats) -> Floats:
    steps = np.linspace(-1.0, 1.0, count)
    places: list[Floats] = [steps[number.ravel()] for number in np.indices((count,) * middle.size)]
    return np.clip(middle + half * np.stack(places, axis=1), lowest, highest)
