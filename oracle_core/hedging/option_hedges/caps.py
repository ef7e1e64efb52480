"""Plans cut to what limits and budgets allow, with the name of the cap that cut them."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from oracle_core.domain.hedge import ActionKind
from oracle_core.hedging.limits import premium_budget
from oracle_core.hedging.option_hedges.chain import Chain
from oracle_core.hedging.option_hedges.sketch import MEASURED, Sketch
from oracle_core.hedging.situation import Situation
from oracle_core.pricing.contracts import Floats

HALVINGS = 24


class FlowCap(NamedTuple):
    """A limit on what a plan may trade or pay: USD of it, and its words."""

    name: str
    usd: float
    words: str


class Cut(NamedTuple):
    """Plans within every cap, shape (b, m), and of each the words of the cap that cut it, or None."""

    plans: Floats
    words: tuple[str | None, ...]


def flow_caps(case: Situation, kind: ActionKind) -> tuple[FlowCap, ...]:
    """The persona's limits of one plan, and the premium that its strategies may pay where that is less."""
    persona, equity = case.persona, max(case.equity_usd, 0.0)
    shares = {"plan_notional_pct_equity": 0.01 * equity, "plan_cost_bps_equity": 1e-4 * equity}
    caps = [
        FlowCap(name, persona.number(name) * unit, f"{name} {persona.number(name):g} of {persona.name}")
        for name, unit in shares.items()
    ]
    most, words = premium_budget(case, kind)
    return (*caps, FlowCap("premium_week_bps_equity", 1e-4 * equity * most, words))


def flow_sizes(legs: Chain, sketch: Sketch, plans: Floats) -> dict[str, Floats]:
    """USD of notional, cost and premium opened of each plan, under the names of the caps."""
    opened = np.maximum(sketch.held + plans, 0.0) - np.maximum(sketch.held, 0.0)
    return {
        "plan_notional_pct_equity": np.abs(plans) @ legs.notional,
        "plan_cost_bps_equity": sketch.cost(plans),
        "premium_week_bps_equity": np.maximum(opened, 0.0) @ legs.ask,
    }


def cut(legs: Chain, sketch: Sketch, plans: Floats, kind: ActionKind, *, flat: bool = True) -> Cut:
    """The largest share of each plan, on the grid, that no state limit or flow limit refuses."""
    shares, words = _state_shares(legs, sketch, plans)
    used = flow_sizes(legs, sketch, plans)
    for cap in flow_caps(legs.case, kind):
        sizes = used[cap.name]
        allowed = np.where(sizes > cap.usd, cap.usd / np.where(sizes > 0.0, sizes, 1.0), 1.0)
        words = [cap.words if new < old else text for new, old, text in zip(allowed, shares, words, strict=True)]
        shares = np.minimum(shares, allowed)
    made = legs.within(plans * shares[:, None])
    return Cut(legs.flattened(made) if flat else made, tuple(words))


def _state_shares(legs: Chain, sketch: Sketch, plans: Floats) -> tuple[Floats, list[str | None]]:
    """The largest share that leaves no state limit worse, by halving, and the limit that stands just beyond it."""

    def worse(shares: Floats) -> Floats:
        return sketch.excess(plans * shares[:, None]) - sketch.hold - 1e-9

    ones = np.ones(len(plans))
    refused: NDArray[np.bool_] = np.any(worse(ones) > 0.0, axis=1)
    low, high = np.where(refused, 0.0, 1.0), ones
    for _ in range(HALVINGS if refused.any() else 0):
        middle = 0.5 * (low + high)
        over = np.any(worse(middle) > 0.0, axis=1)
        low, high = np.where(over, low, middle), np.where(over, middle, high)
    persona = legs.case.persona
    names = [MEASURED[int(found)] for found in worse(high).argmax(axis=1)]
    return low, [
        f"{name} {persona.number(name):g} of {persona.name}" if bound else None
        for name, bound in zip(names, refused, strict=True)
    ]
