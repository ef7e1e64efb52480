"""One option, and the hedge that takes out its delta, against a coin's gamma or its vega."""

from typing import Final

import numpy as np

from oracle_core.domain.hedge import ActionKind, CandidateAction
from oracle_core.hedging.evaluate import UntradableError
from oracle_core.hedging.families.family import Found
from oracle_core.hedging.limits import breached
from oracle_core.hedging.option_hedges.caps import cut
from oracle_core.hedging.option_hedges.chain import Chain, chain
from oracle_core.hedging.option_hedges.cures import single_cures
from oracle_core.hedging.option_hedges.goals import GAMMA, NOUNS, Goal, goal
from oracle_core.hedging.option_hedges.offer import offer
from oracle_core.hedging.option_hedges.rays import rays
from oracle_core.hedging.option_hedges.sketch import sketch
from oracle_core.hedging.situation import Situation
from oracle_core.pricing.contracts import Floats

MOST_OFFERS: Final = 6
SHARES: Final = np.array([1.0, 0.75, 0.5, 0.25])
NO_OPTIONS: Final = "no option is quoted on both sides within the strategy's days and deltas; nothing else changes {}"


def single_options(case: Situation, kind: ActionKind, name: str) -> Found:
    """Every coin: the cure of a breach in gamma or vega, and the options that bring it to its goal.

    A perpetual, future or spot changes neither, so without an option nothing is offered.
    """
    candidates: dict[str, CandidateAction] = {}
    left_out: dict[str, str] = {}
    for coin in case.view.coins if case.equity_usd > 0.0 else ():
        asked = asks(case, kind) and case.may_open(coin)
        wanted = goal(case, coin, name) if asked else None
        if wanted is None and not breached(case, case.hold):
            continue
        legs = chain(case, coin, duty=not asked)
        if not legs.options:
            left_out[f"{coin} {NOUNS[name]}"] = NO_OPTIONS.format(NOUNS[name])
            continue
        for made in (*single_cures(legs, kind, name), *(_hedges(legs, kind, wanted, left_out) if wanted else ())):
            candidates.setdefault(made.id, made)
    return Found(candidates=tuple(candidates.values()), left_out=left_out)


def asks(case: Situation, kind: ActionKind) -> bool:
    """Whether the strategy names a kind, and trades the options that are seen."""
    return not case.universe.widened and kind in case.strategy.policies


def _hedges(legs: Chain, kind: ActionKind, wanted: Goal, left_out: dict[str, str]) -> list[CandidateAction]:
    plans = _sized(legs, wanted)
    plans = plans[plans.any(axis=1)]
    if not len(plans):
        return []
    numbers = sketch(legs)
    held = cut(legs, numbers, plans, kind)
    found = rays(legs, numbers, held.plans, SHARES)
    made: list[CandidateAction] = []
    for plan, words in enumerate(held.words):
        if words is not None and not held.plans[plan].any():
            lead = legs.listed[int(np.abs(plans[plan, : legs.options]).argmax())]
            left_out[str(lead.id)] = f"no size of it for {NOUNS[wanted.name]} is within {words}"
    unit = legs.gamma if wanted.name == GAMMA else legs.vega
    reach = np.abs(held.plans @ unit) / max(abs(wanted.missing), 1e-12)
    for row in found.best(MOST_OFFERS, reach):
        plan = int(found.plan[row])
        try:
            made.append(
                offer(
                    legs,
                    kind,
                    found.sizes[row],
                    notes=(wanted.note, _said(legs, plans[plan], held.plans[plan], held.words[plan])),
                )
            )
        except UntradableError as reason:
            left_out[str(legs.listed[int(np.abs(plans[plan]).argmax())].id)] = str(reason)
    return made


def _sized(legs: Chain, wanted: Goal) -> Floats:
    """One plan for each option: the size that reaches the goal, its delta flattened, shape (options, m).

    A target is not overshot; a limit is met by the smallest step that does.
    """
    unit = (legs.gamma if wanted.name == GAMMA else legs.vega)[: legs.options]
    size = np.where(unit > 0.0, wanted.missing / np.where(unit > 0.0, unit, 1.0), 0.0)
    steps = size / legs.step[: legs.options]
    if not wanted.exact:
        steps = np.copysign(np.ceil(np.abs(steps) - 1e-6), steps)
    plans = np.zeros((legs.options, len(legs.listed)))
    plans[np.arange(legs.options), np.arange(legs.options)] = steps * legs.step[: legs.options]
    return legs.flattened(legs.within(plans))


def _said(legs: Chain, whole: Floats, held: Floats, words: str | None) -> str | None:
    """That a cap cut the size, from what to what."""
    if words is None:
        return None
    lead = int(np.abs(whole[: legs.options]).argmax())
    return f"at most {abs(held[lead]):,.10g} of the {abs(whole[lead]):,.10g} contracts that the goal asks: {words}"
