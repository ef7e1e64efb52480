"""Plans cut to what limits and budgets allow, with the name of the cap that cut them."""

from typing import NamedTuple

import numpy as np

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
    """The largest share of each plan, on the grid, that no state limit and no flow limit refuses, by halving."""
    caps = flow_caps(legs.case, kind)
    ones = np.ones(len(plans))
    refused = np.any(_over(legs, sketch, caps, plans, ones) > 0.0, axis=1)
    low, high = np.where(refused, 0.0, 1.0), ones
    for _ in range(HALVINGS if np.any(refused) else 0):
        middle = 0.5 * (low + high)
        over = np.any(_over(legs, sketch, caps, plans, middle) > 0.0, axis=1)
        low, high = np.where(over, low, middle), np.where(over, middle, high)
    bound = _over(legs, sketch, caps, plans, high).argmax(axis=1)
    words = _words(legs.case, caps)
    told = tuple(words[int(number)] if cap else None for number, cap in zip(bound, refused, strict=True))
    made = legs.within(plans * low[:, None])
    return Cut(legs.flattened(made) if flat else made, told)


def _over(legs: Chain, sketch: Sketch, caps: tuple[FlowCap, ...], plans: Floats, shares: Floats) -> Floats:
    """How far each share of a plan goes beyond each state limit and each flow cap, shape (b, limits + caps)."""
    sizes = plans * shares[:, None]
    used = flow_sizes(legs, sketch, sizes)
    flows = [(used[cap.name] - cap.usd) / max(cap.usd, 1e-9) for cap in caps]
    return np.column_stack([sketch.excess(sizes) - sketch.hold, *flows]) - 1e-9


def _words(case: Situation, caps: tuple[FlowCap, ...]) -> list[str]:
    persona = case.persona
    return [*(f"{name} {persona.number(name):g} of {persona.name}" for name in MEASURED), *(cap.words for cap in caps)]
