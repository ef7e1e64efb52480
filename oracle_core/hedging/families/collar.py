"""Collars: an option bought against the fall (or rally) that hurts, paid for by one sold beyond the other side."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

import numpy as np

from oracle_core.domain.hedge import ActionKind, CandidateAction, Detail
from oracle_core.domain.instrument import Instrument
from oracle_core.hedging.evaluate import UntradableError
from oracle_core.hedging.families.family import Family, Found
from oracle_core.hedging.option_hedges.caps import cut
from oracle_core.hedging.option_hedges.chain import Chain, chain
from oracle_core.hedging.option_hedges.offer import offer
from oracle_core.hedging.option_hedges.rays import rays
from oracle_core.hedging.option_hedges.single import SHARES
from oracle_core.hedging.option_hedges.sketch import sketch
from oracle_core.hedging.situation import Situation
from oracle_core.playbook.params.collar import CollarParams
from oracle_core.playbook.persona import Objective
from oracle_core.pricing.contracts import Floats

MOST_OFFERS: Final = 6


def collar(case: Situation) -> Found:
    """One collar an expiry for every coin with delta in perpetuals, futures, spot or equity, as far as that covers it.

    A long coin buys a put and sells a call, a short one buys a call and sells a put.
    """
    candidates: dict[str, CandidateAction] = {}
    left_out: dict[str, str] = {}
    for coin in case.view.coins if case.equity_usd > 0.0 else ():
        if not case.may_open(coin):
            continue
        legs = chain(case, coin)
        covered = _uncovered(legs)
        plans = [plan for plan in _plans(legs, covered) if plan.any()]
        if not plans:
            left_out[f"{coin} collars"] = _why_none(legs, covered)
            continue
        for made in _offers(legs, np.array(plans), left_out):
            candidates.setdefault(made.id, made)
    return Found(candidates=tuple(candidates.values()), left_out=left_out)


def _uncovered(legs: Chain) -> float:
    """Coins of delta that a sold option can be covered by: linear legs and equity, less what sold options use up."""
    case, rows = legs.case, legs.case.view.rows[legs.coin]
    linear = case.view.collateral(legs.coin)
    sold = {1.0: 0.0, -1.0: 0.0}
    for row in rows:
        listed, held = case.view.table.instruments[int(row)], float(case.view.effective[row])
        if listed.option_type is None:
            linear += held * float(case.view.table.delta[row])
        else:
            sold[listed.option_type.sign] += max(-held, 0.0) * listed.contract_size
    return max(linear - sold[1.0], 0.0) if linear > 0.0 else min(linear + sold[-1.0], 0.0)


def _plans(legs: Chain, covered: float) -> Iterator[Floats]:
    """For each expiry the option nearest the wanted delta, with the one on the other side that pays for it best."""
    wanted = legs.case.strategy.params.collar or CollarParams()
    side = -1.0 if covered > 0.0 else 1.0
    coins = abs(covered) * wanted.cover_pct_of_delta / 100.0
    delta = np.abs(legs.case.view.table.delta[legs.rows] / _sizes(legs.listed))
    for expiry in sorted({listed.expiry for listed in legs.listed[: legs.options] if listed.expiry}):
        alike = [n for n in range(legs.options) if legs.listed[n].expiry == expiry]
        bought = [n for n in alike if _beyond(legs, n, side)]
        sold = [n for n in alike if _beyond(legs, n, -side)]
        if not bought or not sold:
            continue
        buy = min(bought, key=lambda n: (abs(delta[n] - wanted.bought_abs_delta), legs.listed[n].id))
        sell = min(
            sold,
            key=lambda n: (abs(legs.bid[n] / _size(legs, n) - legs.ask[buy] / _size(legs, buy)), legs.listed[n].id),
        )
        plan = np.zeros(len(legs.listed))
        plan[buy], plan[sell] = coins / _size(legs, buy), -coins / _size(legs, sell)
        yield _even(legs, legs.within(plan), buy, sell)


def _even(legs: Chain, plan: Floats, buy: int, sell: int) -> Floats:
    """The same coins on both sides: the larger cut to the smaller."""
    coins = min(plan[buy] * _size(legs, buy), -plan[sell] * _size(legs, sell))
    even = np.zeros_like(plan)
    even[buy], even[sell] = coins / _size(legs, buy), -coins / _size(legs, sell)
    return legs.within(even)


def _beyond(legs: Chain, leg: int, sign: float) -> bool:
    """Whether an option of a right (-1 put, +1 call) is out of the money."""
    listed = legs.listed[leg]
    forward = float(legs.case.view.table.price[legs.rows[leg]])
    right = listed.option_type
    return right is not None and right.sign == sign and ((listed.strike or 0.0) - forward) * sign > 0.0


def _offers(legs: Chain, plans: Floats, left_out: dict[str, str]) -> Iterator[CandidateAction]:
    numbers = sketch(legs)
    held = cut(legs, numbers, plans, ActionKind.COLLAR, flat=False)
    found = rays(legs, numbers, held.plans, SHARES, flat=False)
    for row in found.best(MOST_OFFERS, np.abs(held.plans).sum(axis=1) / np.abs(plans).sum(axis=1)):
        words = held.words[int(found.plan[row])]
        sizes = found.sizes[row]
        try:
            made = offer(legs, ActionKind.COLLAR, sizes, protects=True, notes=(words and f"cut by {words}",))
        except UntradableError as reason:
            left_out[f"{legs.coin} collars"] = str(reason)
            continue
        yield replace(made, details=(*made.details, *_bounds(legs, sizes)))


def _bounds(legs: Chain, sizes: Floats) -> Iterator[Detail]:
    """The strikes between which the coin still moves the book."""
    for listed, size in zip(legs.listed, sizes, strict=True):
        if listed.strike is not None and size:
            yield Detail("bought strike" if size > 0.0 else "sold strike", listed.strike, "USD")


def _why_none(legs: Chain, covered: float) -> str:
    if not covered:
        return f"no delta of {legs.coin} in perpetuals, futures, spot or equity that sold options do not use up"
    return "no expiry has a put and a call out of the money, quoted on both sides and as small as the delta covered"


def _sizes(listed: tuple[Instrument, ...]) -> Floats:
    return np.array([item.contract_size for item in listed])


def _size(legs: Chain, leg: int) -> float:
    return legs.listed[leg].contract_size


FAMILY = Family(
    name="collar", kinds=frozenset({ActionKind.COLLAR}), aim=Objective.CARRY, propose=collar,
)  # fmt: skip
