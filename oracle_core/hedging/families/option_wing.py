"""Wings: bought puts below and calls above the money against a gap, with what they cost and what they protect."""

from collections.abc import Iterator
from typing import Final

import numpy as np

from oracle_core.domain.hedge import ActionKind, CandidateAction
from oracle_core.hedging.evaluate import UntradableError
from oracle_core.hedging.families.family import Family, Found
from oracle_core.hedging.limits import convex_breach
from oracle_core.hedging.option_hedges.caps import Cut, cut
from oracle_core.hedging.option_hedges.chain import Chain, chain
from oracle_core.hedging.option_hedges.cures import smallest_cures
from oracle_core.hedging.option_hedges.offer import offer
from oracle_core.hedging.option_hedges.rays import Rays, rays
from oracle_core.hedging.option_hedges.single import SHARES, asks
from oracle_core.hedging.option_hedges.sketch import sketch
from oracle_core.hedging.situation import Situation
from oracle_core.playbook.params.option_wing import OptionWingParams
from oracle_core.playbook.persona import Objective
from oracle_core.pricing.contracts import SPOT_SHOCKS, VOL_FACTORS, Floats

MOST_OFFERS: Final = 8
DOWN, UP = SPOT_SHOCKS.index(-0.30), SPOT_SHOCKS.index(0.30)


def option_wing(case: Situation) -> Found:
    """Puts where a coin's fall loses, calls where its rally does, both where both do; the smallest cure is a duty.

    A put insures long legs and a call short ones: the wing is on the side of the loss. A wing is no larger than the
    loss of an instant move of 30 % that it pays for.
    """
    candidates: dict[str, CandidateAction] = {}
    left_out: dict[str, str] = {}
    for coin in case.view.coins if case.equity_usd > 0.0 else ():
        asked = asks(case, ActionKind.OPTION_WING) and case.may_open(coin)
        if not asked and not convex_breach(case):
            continue
        legs = chain(case, coin, duty=not asked)
        units = _units(legs)
        if not len(units):
            left_out[f"{coin} wings"] = f"no loss at ±30 % that an option quoted on both sides insures in {coin}"
            continue
        made = smallest_cures(legs, ActionKind.OPTION_WING, units) if convex_breach(case) else ()
        for action in (*made, *(_overlays(legs, units, left_out) if asked else ())):
            candidates.setdefault(action.id, action)
    return Found(candidates=tuple(candidates.values()), left_out=left_out)


def _units(legs: Chain) -> Floats:
    """One contract of a put, of a call, or of each in one expiry with deltas alike: those on the side of the loss."""
    down, up = _coin_loss(legs)
    puts = [n for n in range(legs.options) if _is_wing(legs, n, -1.0)]
    calls = [n for n in range(legs.options) if _is_wing(legs, n, 1.0)]
    singles = [[n] for n in (*(puts if down > 0.0 else ()), *(calls if up > 0.0 else ()))]
    pairs = list(_pairs(legs, puts, calls)) if min(down, up) > 0.0 else []
    units = np.zeros((len(singles) + len(pairs), len(legs.listed)))
    for row, wing in enumerate([*pairs, *singles]):
        units[row, wing] = 1.0
    return units


def _is_wing(legs: Chain, leg: int, sign: float) -> bool:
    """Whether an option is out of the money on a side: a put (-1) below, a call (+1) above its forward."""
    listed = legs.listed[leg]
    forward = float(legs.case.view.table.price[legs.rows[leg]])
    strike, right = listed.strike or 0.0, listed.option_type
    return right is not None and right.sign == sign and (strike - forward) * sign > 0.0


def _pairs(legs: Chain, puts: list[int], calls: list[int]) -> Iterator[list[int]]:
    """Each put with the call of its expiry whose delta is nearest."""
    delta = np.abs(legs.case.view.table.delta[legs.rows])
    for put in puts:
        alike = [call for call in calls if legs.listed[call].expiry == legs.listed[put].expiry]
        if alike:
            yield [put, min(alike, key=lambda call: (abs(delta[call] - delta[put]), legs.listed[call].id))]


def _coin_loss(legs: Chain) -> tuple[float, float]:
    """USD that the coin's own legs and collateral lose in an instant fall and rally of 30 % at unchanged volatility."""
    case, rows = legs.case, legs.case.view.rows[legs.coin]
    pnl = case.view.effective[rows] @ case.view.stress[rows][:, :, VOL_FACTORS.index(1.0)]
    owned = case.view.collateral(legs.coin) * case.view.index[legs.coin]
    return float(-pnl[DOWN] + 0.30 * owned), float(-pnl[UP] - 0.30 * owned)


def _overlays(legs: Chain, units: Floats, left_out: dict[str, str]) -> list[CandidateAction]:
    numbers = sketch(legs)
    plans = _sized(legs, units)
    held = cut(legs, numbers, plans, ActionKind.OPTION_WING)
    if not held.plans.any():
        words = next(filter(None, held.words), "the smallest size its venue takes")
        left_out[f"{legs.coin} wings"] = f"none is within {words}"
        return []
    bought, asked = held.plans[:, : legs.options].sum(axis=1), plans[:, : legs.options].sum(axis=1)
    found = rays(legs, numbers, held.plans, SHARES)
    rows = found.best(MOST_OFFERS, bought / np.maximum(asked, 1e-12), each=2)
    return list(_offers(legs, found, rows, held, left_out))


def _sized(legs: Chain, units: Floats) -> Floats:
    """Each wing at the size that pays for the whole loss of its side at 30 %, the smaller of two sides."""
    quiet = legs.case.view.stress[legs.rows][:, :, VOL_FACTORS.index(1.0)]
    gains = np.column_stack([units @ quiet[:, DOWN], units @ quiet[:, UP]])
    losses = np.array(_coin_loss(legs))
    losses *= (legs.case.strategy.params.option_wing or OptionWingParams()).cover_pct_of_loss / 100.0
    full = np.where((gains > 0.0) & (losses > 0.0), losses / np.where(gains > 0.0, gains, 1.0), np.inf).min(axis=1)
    return legs.flattened(legs.within(units * np.where(np.isfinite(full), full, 0.0)[:, None]))


def _offers(
    legs: Chain, found: Rays, rows: list[int], held: Cut, left_out: dict[str, str]
) -> Iterator[CandidateAction]:
    for row in rows:
        plan = int(found.plan[row])
        lead = int(np.abs(held.plans[plan, : legs.options]).argmax())
        cap = held.words[plan]
        note = None if cap is None else f"at most {held.plans[plan, lead]:,.10g} contracts: {cap}"
        try:
            yield offer(legs, ActionKind.OPTION_WING, found.sizes[row], protects=True, notes=(note,))
        except UntradableError as reason:
            left_out[str(legs.listed[lead].id)] = str(reason)


FAMILY = Family(
    name="option_wing", kinds=frozenset({ActionKind.OPTION_WING}), aim=Objective.CONVEXITY, propose=option_wing,
    always=True,
)  # fmt: skip
