"""Delta, gamma and vega hedged together: a few options and a perpetual, picked by an optimiser over the chain."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

import numpy as np

from oracle_core.domain.hedge import ActionKind, CandidateAction
from oracle_core.hedging.bands import target_delta
from oracle_core.hedging.evaluate import UntradableError
from oracle_core.hedging.families.family import Family, Found
from oracle_core.hedging.option_hedges.caps import flow_caps
from oracle_core.hedging.option_hedges.chain import Chain, chain
from oracle_core.hedging.option_hedges.goals import GAMMA, VEGA, Goal, goal, room
from oracle_core.hedging.option_hedges.offer import offer
from oracle_core.hedging.option_hedges.polish import Table, best, nearest
from oracle_core.hedging.option_hedges.program import Program, binding, exact, solve
from oracle_core.hedging.option_hedges.single import NO_OPTIONS
from oracle_core.hedging.option_hedges.sketch import sketch
from oracle_core.hedging.option_hedges.variance import quadratic
from oracle_core.hedging.situation import Situation
from oracle_core.playbook.params.delta_gamma_vega import DeltaGammaVegaParams
from oracle_core.playbook.persona import Objective
from oracle_core.pricing.contracts import Floats

KIND: Final = ActionKind.DELTA_GAMMA_VEGA
SHARES: Final = (0.75, 0.5, 0.25)
"""Of the goals, tried in turn where they cannot be met whole."""


def delta_gamma_vega(case: Situation) -> Found:
    """For every coin off its goals, plans in different options: each as its goals ask and as the objective sizes it.

    Where no plan meets the goals, what binds is said, and the largest part of the way that can be gone is offered.
    """
    candidates: dict[str, CandidateAction] = {}
    left_out: dict[str, str] = {}
    for coin in case.view.coins if case.equity_usd > 0.0 else ():
        if not case.may_open(coin):
            continue
        legs = chain(case, coin)
        goals = tuple(goal(case, coin, name) or room(case, coin, name) for name in (GAMMA, VEGA))
        away = _away(case, coin)
        if not any(found.missing for found in goals):
            continue
        if not legs.options or not legs.hedged:
            left_out[f"{coin} delta, gamma and vega"] = _missing(legs)
            continue
        for made in _plans(_program(legs, goals, away), left_out):
            candidates.setdefault(made.id, made)
    return Found(candidates=tuple(candidates.values()), left_out=left_out)


def _missing(legs: Chain) -> str:
    return "nothing to take out delta with" if legs.options else NO_OPTIONS.format("gamma or vega")


def _away(case: Situation, coin: str) -> float:
    """Coins of delta beyond the strategy's target; 0 where it has none, so that delta stays as it is."""
    if case.strategy.targets.net_delta_pct_equity is None:
        return 0.0
    net = next(item.effective_delta for item in case.hold.exposures if item.coin == coin)
    return net - target_delta(case, coin)


def _program(legs: Chain, goals: tuple[Goal, ...], away: float) -> Program:
    wanted = legs.case.strategy.params.delta_gamma_vega or DeltaGammaVegaParams()
    return Program(legs=legs, goals=goals, caps=flow_caps(legs.case, KIND), away=away, most_legs=wanted.option_legs_max)


def _plans(program: Program, left_out: dict[str, str]) -> Iterator[CandidateAction]:
    wanted = program.legs.case.strategy.params.delta_gamma_vega or DeltaGammaVegaParams()
    found = _solutions(program, wanted.solutions_max)
    note: str | None = None
    if not found:
        note = _infeasible(program)
        left_out[f"{program.legs.coin} delta, gamma and vega"] = note
        for share in SHARES:
            program = _eased(program, share)
            if found := _solutions(program, wanted.solutions_max):
                note = f"{100.0 * share:g} % of the way: {note}"
                break
    for sizes in found:
        yield from _sized(program, sizes, (note, *(item.note for item in program.goals)), left_out)


def _infeasible(program: Program) -> str:
    bound = binding(program)
    return f"no plan meets the goals; it would without {' or without '.join(bound) or 'several limits at once'}"


def _eased(program: Program, share: float) -> Program:
    """The same program with every goal and the delta only a share of the way."""
    goals = tuple(_part(item, share) for item in program.goals)
    return replace(program, goals=goals, away=share * program.away)


def _part(item: Goal, share: float) -> Goal:
    there = item.now + share * item.missing
    if item.exact:
        return item._replace(low=there, high=there)
    return item._replace(low=min(item.low, there), high=max(item.high, there))


def _solutions(program: Program, most: int) -> list[Floats]:
    """Up to `most` solutions, none in the options of another."""
    seen: list[frozenset[int]] = []
    found: list[Floats] = []
    while len(found) < most:
        sizes = solve(program, seen)
        if sizes is None or not sizes[: program.legs.options].any():
            break
        seen.append(frozenset(int(leg) for leg in np.flatnonzero(sizes[: program.legs.options])))
        found.append(sizes)
    return found


def _sized(
    program: Program, sizes: Floats, notes: tuple[str | None, ...], left_out: dict[str, str]
) -> Iterator[CandidateAction]:
    """One set of options: on the grid nearest to the goals, and as large as the objective wants them."""
    used = [int(leg) for leg in np.flatnonzero(sizes[: program.legs.options])]
    legs = program.legs.narrowed(used)
    kept = sizes[[*used, len(sizes) - 1]]
    numbers = sketch(legs)
    targets = [item for item in program.goals if item.exact]
    if targets:
        kept = exact(legs, targets, program.away, kept)
    met = nearest(legs, numbers, program.goals, program.away, kept)
    scale = np.maximum(np.abs(kept), legs.least)
    table = Table(
        legs=legs,
        sketch=numbers,
        variance=quadratic(legs, scale),
        caps=program.caps,
        goals=program.goals,
        away=program.away,
    )
    ranked = best(table, [met])
    said = {"sized for its goals": met, "sized by the objective": ranked}
    for words, plan in said.items():
        if not plan[: legs.options].any() or (words.endswith("objective") and (plan == met).all()):
            continue
        try:
            yield offer(legs, KIND, plan, notes=(words, *notes))
        except UntradableError as reason:
            left_out[f"{legs.coin} delta, gamma and vega"] = str(reason)


FAMILY = Family(
    name="delta_gamma_vega", kinds=frozenset({KIND}), aim=Objective.VARIANCE, propose=delta_gamma_vega
)  # fmt: skip
