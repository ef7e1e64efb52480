"""Plans and shares of them, on the grid, weighed together."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from oracle_core.hedging.option_hedges.chain import Chain
from oracle_core.hedging.option_hedges.sketch import Sketch, Weighed
from oracle_core.hedging.option_hedges.variance import variance_along
from oracle_core.pricing.contracts import Floats


class Rays(NamedTuple):
    """Shape (d * s, m) of the plans, each with the number of the plan it is a share of, and what they are worth.

    whole: whether it is the plan itself.  resting: the utility of doing nothing.
    """

    sizes: Floats
    plan: NDArray[np.intp]
    whole: NDArray[np.bool_]
    weighed: Weighed
    resting: float

    def best(self, most: int, reach: Floats, *, each: int = 1) -> list[int]:
        """The rows that lead, at most `each` of one plan: what is worth more than hold, then whole plans.

        reach: how much of its aim each plan reaches, shape (d,). Of plans that cost more than they are worth those lead
        that cost least for what they reach: a plan that a cap cut to almost nothing is not the best of them.
        """
        gained = self.weighed.utility - self.resting
        dear = np.where(gained > 0.0, 0.0, -gained / np.maximum(reach[self.plan], 1e-9))
        steps = np.ceil(np.round(self.weighed.breach, 12) * 1e3)
        order = np.lexsort((-np.round(gained, 2), np.round(dear, 6), steps, self.weighed.refused))
        offered = (self.whole | (gained > 0.0)) & self.sizes.any(axis=1)
        taken: dict[int, int] = {}
        found: list[int] = []
        for row in (int(place) for place in order if offered[place]):
            number = int(self.plan[row])
            if len(found) < most and taken.get(number, 0) < each:
                taken[number] = taken.get(number, 0) + 1
                found.append(row)
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
    return Rays(
        sizes, np.repeat(each, wanted.shape[1]), np.reshape(wanted == 1.0, -1),
        sketch.weigh(sizes, variance.reshape(-1)), legs.case.resting.utility,
    )  # fmt: skip
