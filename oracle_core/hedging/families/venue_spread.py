"""Venue spreads: buy a coin where it is cheap, sell it where it is dear, and leave when the gap has closed."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import NamedTuple

from oracle_core.domain.hedge import ActionKind, CandidateAction, Detail
from oracle_core.domain.instrument import Instrument
from oracle_core.domain.market import Level
from oracle_core.hedging.convergence import exit_rate, middle
from oracle_core.hedging.evaluate import UntradableError, cost_rate, evaluate
from oracle_core.hedging.families.family import Family, Found
from oracle_core.hedging.figures import linear_details
from oracle_core.hedging.situation import Situation
from oracle_core.hedging.two_legs import Room, coins_within, largest_allowed, offsetting, room
from oracle_core.playbook.persona import Objective

MOST = 20
RISKS = "not free of risk: a gap may widen, a venue stop paying, one leg be liquidated, and funding turn"


class _Gap(NamedTuple):
    """A venue to sell on and one to buy on. Shares of price: the gap, and what both legs cost now and to leave."""

    net: float
    gap: float
    leaving: float
    sold: Instrument
    bought: Instrument


def venue_spreads(case: Situation) -> Found:
    """Every gap between two venues that is wider than what both legs cost, and every held pair whose gap is gone."""
    made: list[CandidateAction] = []
    left_out: dict[str, str] = {}
    for group in case.venue_groups:
        listed = [item for _, item in group]
        if not case.may_open(listed[0].base) or listed[0].kind not in case.strategy.hedge_kinds:
            continue
        gaps = [_gap(case, sold, bought) for sold in listed for bought in listed if sold.venue != bought.venue]
        wide = sorted((gap for gap in gaps if gap is not None and gap.net > 0.0), key=_widest)
        if not wide:
            name = f"venue spread of {listed[0].base} ({listed[0].kind.value})"
            left_out[name] = "no gap between venues is wider than what both legs cost"
        made += [*_openings(case, wide, left_out), *_closings(case, gaps, left_out)]
    return Found(candidates=tuple(made[:MOST]), left_out=left_out)


def _widest(gap: _Gap) -> tuple[float, str, str]:
    return -gap.net, str(gap.sold.id), str(gap.bought.id)


def _gap(case: Situation, sold: Instrument, bought: Instrument) -> _Gap | None:
    """The gap between two venues; None where somebody is missing on the side that is needed."""
    rates = cost_rate(case, sold.id, -1.0), cost_rate(case, bought.id, 1.0)
    if rates[0] is None or rates[1] is None:
        return None
    high, low = middle(case.view, sold), middle(case.view, bought)
    gap = (high - low) / (0.5 * (high + low))
    leaving = exit_rate(case, sold, -1.0) + exit_rate(case, bought, 1.0)
    return _Gap(gap - rates[0] - rates[1], gap, leaving, sold, bought)


def _openings(case: Situation, gaps: list[_Gap], left_out: dict[str, str]) -> Iterator[CandidateAction]:
    allowed = room(case, ActionKind.VENUE_SPREAD)
    for gap in gaps:
        coins = min(coins_within(case, allowed, gap.sold, gap.bought), _depth(case, gap))
        try:
            found = largest_allowed(case, coins, partial(_open, case, gap, allowed))
        except UntradableError as reason:
            left_out[f"venue spread {gap.sold.id} / {gap.bought.id}"] = str(reason)
            continue
        if found is None:
            left_out[f"venue spread {gap.sold.id} / {gap.bought.id}"] = "the grids allow less than its size"
        else:
            yield found


def _open(case: Situation, gap: _Gap, allowed: Room, coins: float) -> CandidateAction | None:
    trades = offsetting(case, gap.sold, gap.bought, coins)
    if trades is None:
        return None
    made = evaluate(case, ActionKind.VENUE_SPREAD, gap.sold.base, trades)
    size = min(abs(leg.notional_usd) for leg in made.legs)
    net = gap.gap - made.cost.total / size
    details = (
        Detail("gap", 100.0 * gap.gap, "%"),
        Detail("cost of both legs", 100.0 * made.cost.total / size, "%"),
        Detail("net of cost", 100.0 * net, "%"),
        Detail("net of cost, once left", 100.0 * (net - gap.leaving), "%"),
        *linear_details(case, trades),
    )
    return replace(
        made, details=details, notes=(*made.notes, f"sized within {allowed.cap} and the depth that pays", RISKS)
    )


def _closings(case: Situation, gaps: list[_Gap | None], left_out: dict[str, str]) -> Iterator[CandidateAction]:
    """Held pairs whose gap no longer stands in their favour: both legs go."""
    for gap in gaps:
        if gap is None or gap.gap < 0.0:
            continue
        held = [_coins(case, listed) for listed in (gap.sold, gap.bought)]
        if not held[1] < 0.0 < held[0]:  # long where it is dear, short where it is cheap
            continue
        trades = offsetting(case, gap.sold, gap.bought, min(held[0], -held[1]))
        try:
            made = None if trades is None else evaluate(case, ActionKind.VENUE_SPREAD, gap.sold.base, trades)
        except UntradableError as reason:
            left_out[f"closing {gap.sold.id} / {gap.bought.id}"] = str(reason)
            continue
        if made is not None and trades is not None:
            details = (Detail("gap", 100.0 * gap.gap, "%"), *linear_details(case, trades))
            yield replace(made, details=details, notes=(*made.notes, "the gap that this pair was held for is gone"))


def _coins(case: Situation, listed: Instrument) -> float:
    row = case.view.table.row[listed.id]
    return float(case.view.effective[row] * case.view.table.delta[row])


def _depth(case: Situation, gap: _Gap) -> float:
    """Coins of a leg that both books show at prices that still pay for both fees; endless where one shows no depth."""
    bids, asks = (_levels(case, listed, sold=listed == gap.sold) for listed in (gap.sold, gap.bought))
    if not bids or not asks:
        return float("inf")
    fees = gap.sold.fees.taker + gap.bought.fees.taker
    total, bid, ask = 0.0, 0, 0
    left = [bids[0][1], asks[0][1]]
    while bids[bid][0] - asks[ask][0] > fees * asks[ask][0]:
        taken = min(left)
        total += taken
        left = [left[0] - taken, left[1] - taken]
        if left[0] <= 0.0:
            bid += 1
            if bid == len(bids):
                break
            left[0] = bids[bid][1]
        if left[1] <= 0.0:
            ask += 1
            if ask == len(asks):
                break
            left[1] = asks[ask][1]
    return total


def _levels(case: Situation, listed: Instrument, *, sold: bool) -> list[Level]:
    """Depth in coins a level."""
    quote = case.view.market.quotes[listed.id]
    unit = float(case.view.table.delta[case.view.table.row[listed.id]])
    return [(price, contracts * unit) for price, contracts in (quote.bids if sold else quote.asks)]


FAMILY = Family(
    name="venue_spread", kinds=frozenset({ActionKind.VENUE_SPREAD}), aim=Objective.CARRY, propose=venue_spreads,
)  # fmt: skip
