"""A random search against the optimiser: plans of the same legs, any sizes on the grid within the books."""

import numpy as np

from oracle_core.hedging.option_hedges.polish import Table
from oracle_core.pricing.contracts import Floats


def beats(table: Table, plan: Floats, *, count: int = 10_000, seed: int = 0) -> Floats | None:
    """A plan that the rank key and the limits put before `plan` (shape (m,)), of `count` drawn; None where none is.

    Half are drawn over everything that the books show, half around the plan.
    """
    draw = np.random.default_rng(seed)
    legs, width = table.legs, len(plan)
    wide = draw.uniform(-legs.most(-1.0), legs.most(1.0), (count // 2, width))
    near = plan * draw.uniform(0.0, 2.0, (count - len(wide), width))
    drawn = legs.within(np.concatenate([wide, near, draw.choice([0.0, 1.0], (1, width)) * plan]))
    flat = legs.flattened(drawn, table.away)
    tried = np.concatenate([plan[None, :], drawn, flat])
    order = table.weigh(tried).order()
    ahead = tried[int(order[0])]
    same = table.weigh(np.array([plan, ahead]))
    better = same.utility[1] > same.utility[0] + 0.01 or same.breach[1] < same.breach[0] - 1e-3
    return ahead if better and not same.refused[1] else None
