"""Plans and shares of them, on the grid, weighed together."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from oracle_core.hedging.option_hedges.chain import Chain
from oracle_core.hedging.option_hedges.sketch import Sketch, Weighed
from oracle_core.hedging.option_hedges.variance import variance_along
from oracle_core.pricing.contracts import Floats


class Rays(NamedTuple):
    """Shape (d * s, m) of the plans, each with the number of the plan it is a share of, and what they are worth."""

    sizes: Floats
    plan: NDArray[np.intp]
    weighed: Weighed

    def best(self, most: int, *, each: int = 1) -> list[int]:
        """The rows that lead, at most `each` of one plan; empty rows never."""
        taken: dict[int, int] = {}
        found: list[int] = []
        for row in self.weighed.order():
            number = int(self.plan[row])
            if len(found) == most or taken.get(number, 0) >= each or not self.sizes[row].any():
                continue
            taken[number] = taken.get(number, 0) + 1
            found.append(int(row))
        return found


def rays(legs: Chain, sketch: Sketch, plans: Floats, shares: Floats, *, flat: bool = True) -> Rays:
    """Each plan (shape (d, m)) at each of its shares (shape (s,) or (d, s)); options toward less, delta flattened."""
    wanted = np.broadcast_to(shares, (len(plans), np.shape(shares)[-1]))
    scaled = legs.within(plans[:, None, :] * wanted[:, :, None])
    made = legs.flattened(scaled) if flat else scaled
    lead = np.abs(plans[:, : legs.options]).argmax(axis=1)
    each = np.arange(len(plans))
    unit = plans[each, lead]
    done = made[each, :, lead] / np.where(unit == 0.0, 1.0, unit)[:, None]
    variance = variance_along(legs, plans, done)
    sizes = made.reshape(-1, plans.shape[1])
    return Rays(sizes, np.repeat(each, wanted.shape[1]), sketch.weigh(sizes, variance.reshape(-1)))
