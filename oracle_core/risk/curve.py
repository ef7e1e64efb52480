"""One coin of a pool wherever its price may go."""

from typing import NamedTuple, TypeAlias

import numpy as np

from oracle_core.pricing.contracts import Floats

CurveKey: TypeAlias = tuple[str, str, str, float]
"""A pool, its margin rule, a coin, and how much of that coin the pool owns."""


class Curve(NamedTuple):
    """One coin of a pool. Shape of the arrays: that of moves, in which 0 is one.

    equity: change in USD.  pledged: USD of equity that does not count against margin.  initial, maintenance: USD.
    kinked: straight between the moves, so that a line between two is exact; else smooth.
    """

    coin: str
    mark: float
    moves: Floats
    equity: Floats
    pledged: Floats
    maintenance: Floats
    initial: float
    kinked: bool

    def now(self, values: Floats) -> float:
        """A figure at the present price."""
        return float(values[int(np.argmin(np.abs(self.moves)))])
