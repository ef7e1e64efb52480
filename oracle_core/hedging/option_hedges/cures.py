"""The smallest step in options that ends a breach of gamma, vega, stress or expiring gamma: a duty."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from functools import partial
from typing import Final, NamedTuple

import numpy as np

from oracle_core.domain.hedge import ActionKind, CandidateAction
from oracle_core.hedging.cure import smallest_cure
from oracle_core.hedging.evaluate import UntradableError
from oracle_core.hedging.limits import breached, convex_breach, cures
from oracle_core.hedging.option_hedges.chain import Chain
from oracle_core.hedging.option_hedges.goals import GAMMA, VEGA
from oracle_core.hedging.option_hedges.offer import offer
from oracle_core.hedging.option_hedges.sketch import Sketch, sketch
from oracle_core.hedging.option_hedges.variance import variance_along
from oracle_core.hedging.situation import Situation
from oracle_core.pricing.contracts import Floats

PROBES: Final = 48
TRIED: Final = 4
"""Directions whose smallest cure is weighed in full, of all that cure in the sketch."""


class _Ray(NamedTuple):
    """Equal contracts of some options, and the first probed size that cures."""

    legs: Chain
    kind: ActionKind
    unit: Floats
    first: float


def single_cures(legs: Chain, kind: ActionKind, name: str) -> Iterator[CandidateAction]:
    """The smallest cure with one option of a breach in gamma (or expiring gamma), or in vega."""
    case = legs.case
    names = (GAMMA, "expiry_gamma_1pct_pct_equity") if name == GAMMA else (VEGA,)
    if not convex_breach(case, names):
        return
    unit = legs.gamma if name == GAMMA else legs.vega
    net = float(case.view.effective[case.view.rows[legs.coin]] @ _whole(case, name)[case.view.rows[legs.coin]])
    one = np.eye(len(legs.listed))[: legs.options] * -np.sign(net)
    yield from smallest_cures(legs, kind, one[unit[: legs.options] > 0.0])


def smallest_cures(legs: Chain, kind: ActionKind, units: Floats) -> Iterator[CandidateAction]:
    """The best of the smallest cures along some directions (shape (d, m), ±1 contract of each option).

    One that ends every breach comes before one that ends some. At most one is given.
    """
    if not len(units) or not units.any():
        return
    numbers = sketch(legs)
    for wholly in (True, False):
        best: CandidateAction | None = None
        for ray in _promising(legs, kind, numbers, units, wholly=wholly):
            made = _cure(ray, wholly=wholly)
            if made is not None and (best is None or _key(made) < _key(best)):
                best = made
        if best is not None:
            yield best
            return


def _promising(legs: Chain, kind: ActionKind, numbers: Sketch, units: Floats, *, wholly: bool) -> Iterator[_Ray]:
    """The directions that cure in the sketch, those worth most at the first probed size that does."""
    most = np.where(units != 0.0, np.where(units > 0.0, legs.most(1.0), legs.most(-1.0)), np.inf).min(axis=1)
    counts = np.concatenate([np.geomspace(1e-3, 1.0, PROBES // 2), np.linspace(0.0, 1.0, PROBES // 2 + 1)[1:]])
    sizes = np.sort(counts)[None, :] * most[:, None]
    plans = legs.flattened(legs.within(units[:, None, :] * sizes[:, :, None]))
    over = numbers.excess(plans.reshape(-1, units.shape[1]))
    fine = ~(over > numbers.hold + 1e-9).any(axis=1)
    ended = (over == 0.0).all(axis=1) if wholly else ((over == 0.0) & (numbers.hold > 0.0)).any(axis=1)
    cured = (fine & ended).reshape(len(units), -1)
    able = np.flatnonzero(cured.any(axis=1))
    if not len(able):
        return
    first = cured[able].argmax(axis=1)
    at = sizes[able, first]
    plan = plans[able, first]
    variance = variance_along(legs, plan, np.ones((len(able), 1)))[:, 0]
    for row in numbers.weigh(plan, variance).order()[:TRIED]:
        yield _Ray(legs, kind, units[able[row]], float(at[row]))


def _cure(ray: _Ray, *, wholly: bool) -> CandidateAction | None:
    lead = int(np.flatnonzero(ray.unit)[0])
    grid = ray.legs.listed[lead].grid
    full = grid.away_from_zero(float(ray.unit[lead]) * ray.first)
    return smallest_cure(full, grid, partial(_attempt, ray, wholly=wholly))


def _attempt(ray: _Ray, contracts: Decimal, *, wholly: bool) -> CandidateAction | None:
    sizes = ray.legs.flattened(ray.legs.within(ray.unit * float(abs(contracts))))
    try:
        made = offer(ray.legs, ray.kind, sizes, protects=ray.kind is ActionKind.OPTION_WING)
    except UntradableError:
        return None
    done = cures(ray.legs.case, made) and not (wholly and breached(ray.legs.case, made.after))
    return replace(made, duty=True) if done else None


def _key(made: CandidateAction) -> tuple[float, float, str]:
    return (made.breach, -made.benefit, made.id)


def _whole(case: Situation, name: str) -> Floats:
    return case.view.table.gamma if name == GAMMA else case.view.table.vega
