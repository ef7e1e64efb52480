"""Transfer of collateral: what a person would move, or post, so that a pool stands its limits. Never automatic."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import replace

from oracle_core.domain.exposure import Outlook, PoolMargin
from oracle_core.domain.hedge import ActionKind, CandidateAction, Detail, Instruction, candidate_id
from oracle_core.domain.instrument import DOLLARS
from oracle_core.domain.limits import breach
from oracle_core.hedging.evaluate import hold
from oracle_core.hedging.families.family import Family, Found
from oracle_core.hedging.situation import Situation
from oracle_core.playbook.persona import Objective
from oracle_core.risk.margin import standing_margin
from oracle_core.risk.outlook import outlook
from oracle_core.risk.pools import PoolBook

CALL_RATIO = 1.2
"""A pool whose equity is below this multiple of its maintenance margin is topped up before the venue asks."""

SMALLEST_USD = 1.0
NOISE = 1e-6
"""Of the smallest sum: how exactly the need is found, so that a round need is not rounded up by what rounding made."""
MOST_TIMES_EQUITY = 100.0
"""More than this times its equity nobody posts to keep a book."""


def transfers(case: Situation) -> Found:
    """For every pool beyond its margin limits, or near its call: the smallest sum from each pool that can spare it.

    Where no other pool of the book can, the sum is to be posted from outside. What a venue holds beyond its share of
    equity is moved to the venue that holds least.
    """
    if case.equity_usd <= 0.0 or not case.view.portfolio.pools:
        return Found(candidates=(), left_out={})
    found: list[CandidateAction] = []
    left_out: dict[str, str] = {}
    for margin in case.hold.pools:
        if not _strained(case, margin):
            continue
        moves = list(_moves(case, margin))
        found += moves
        if not moves:
            left_out[f"collateral for {margin.pool}"] = "no sum that other pools can spare, or equity allows, is enough"
    found += _spread_out(case)
    return Found(candidates=tuple(found), left_out=left_out)


def _spread_out(case: Situation) -> Iterator[CandidateAction]:
    """The smallest sum, in whole dollars, that brings a crowded venue back to its share."""
    shares, cap = case.view.venue_shares(), case.persona.venue_share_pct_max
    if len(shares) < 2:
        return
    total = sum(pool.equity_usd(case.view.index) for pool in case.view.pools)
    least = min(shares, key=lambda venue: (shares[venue], venue))
    target = next(pool for pool in case.view.pools if least in pool.venues)
    for source in case.view.pools:
        share = max(shares[venue] for venue in source.venues)
        currency = _currency(source)
        amount = float(math.ceil((share - cap) / 100.0 * total / SMALLEST_USD)) * SMALLEST_USD
        if share <= cap or source.name == target.name or currency not in DOLLARS:
            continue
        if source.equity.get(currency, 0.0) < amount:
            continue
        moved = _moved(case, {source.name: -amount, target.name: amount}, currency)
        if not any(_strained(case, pool) for pool in moved.pools if pool.pool == source.name):
            yield _instruct(case, moved, (source.name, target.name), currency, amount)


def _moves(case: Situation, margin: PoolMargin) -> Iterator[CandidateAction]:
    target = next(pool for pool in case.view.pools if pool.name == margin.pool)
    currency = _currency(target)
    amount = _needed(case, margin.pool, currency)
    if amount is None:
        return
    made = False
    for source in case.view.pools:
        if source.name == target.name or source.equity.get(currency, 0.0) < amount:
            continue
        moved = _moved(case, {source.name: -amount, target.name: amount}, currency)
        if any(_strained(case, pool) for pool in moved.pools if pool.pool == source.name):
            continue
        made = True
        yield _instruct(case, moved, (source.name, target.name), currency, amount)
    if not made:
        yield _instruct(case, _moved(case, {target.name: amount}, currency), (None, target.name), currency, amount)


def _strained(case: Situation, margin: PoolMargin) -> bool:
    limits = case.persona.state_limits()
    use, distance = margin.margin_use_pct, margin.liquidation_distance_pct
    called = margin.maintenance_usd is not None and margin.equity_usd < CALL_RATIO * margin.maintenance_usd
    return (
        called
        or (use is not None and use > limits.margin_use_pct)
        or (distance is not None and distance < limits.liquidation_distance_pct_min)
    )


def _currency(pool: PoolBook) -> str:
    """The currency that most of a pool's equity is in; a dollar where it has none."""
    held = {name: amount for name, amount in pool.equity.items() if amount > 0.0}
    dollars = sorted(name for name in held if name in DOLLARS)
    return dollars[0] if dollars else min(held, key=lambda name: (-held[name], name), default="USD")


def _needed(case: Situation, name: str, currency: str) -> float | None:
    """The smallest round amount after which a pool is not strained, in units of the currency; None beyond equity."""
    price = 1.0 if currency in DOLLARS else case.view.index[currency]
    most = max(case.equity_usd, SMALLEST_USD) * MOST_TIMES_EQUITY / price
    if _still_strained(case, name, currency, most):
        return None
    low, high = 0.0, most
    while high - low > NOISE * SMALLEST_USD / price:
        middle = 0.5 * (low + high)
        low, high = (middle, high) if _still_strained(case, name, currency, middle) else (low, middle)
    step = SMALLEST_USD if currency in DOLLARS else 10.0 ** math.ceil(math.log10(SMALLEST_USD / price))
    return round(math.ceil(high / step - 10.0 * NOISE) * step, 9)


def _still_strained(case: Situation, name: str, currency: str, amount: float) -> bool:
    target = next(pool for pool in _pools(case, {name: amount}, currency) if pool.name == name)
    return _strained(case, standing_margin(case.view, target))


def _moved(case: Situation, change: Mapping[str, float], currency: str) -> Outlook:
    """The book with an amount of a currency more, or less, in some of its pools."""
    return outlook(replace(case.view, pools=_pools(case, change, currency)), vols=case.vols)


def _pools(case: Situation, change: Mapping[str, float], currency: str) -> tuple[PoolBook, ...]:
    return tuple(
        replace(pool, equity={**pool.equity, currency: pool.equity.get(currency, 0.0) + change[pool.name]})
        if pool.name in change
        else pool
        for pool in case.view.pools
    )


def _instruct(
    case: Situation, after: Outlook, between: tuple[str | None, str], currency: str, amount: float
) -> CandidateAction:
    source, target = between
    origin = f"from {source}" if source else "from outside the book"
    told = Instruction(
        text=f"move {amount:,.10g} {currency} {origin} to {target}",
        currency=currency, amount=amount, source=source, target=target,
    )  # fmt: skip
    price = 1.0 if currency in DOLLARS else case.view.index[currency]
    return replace(
        hold(case),
        kind=ActionKind.TRANSFER_COLLATERAL,
        id=candidate_id(ActionKind.TRANSFER_COLLATERAL, {}, f"{source or 'outside'} {target} {currency}"),
        after=after, breach=breach(after.measures, case.persona.state_limits()), instruction=told,
        details=(Detail("collateral to move", amount * price, "USD"),),
        notes=("a person moves collateral; nothing here does",),
    )  # fmt: skip


FAMILY = Family(
    name="transfer", kinds=frozenset({ActionKind.TRANSFER_COLLATERAL}), aim=Objective.VARIANCE, propose=transfers,
    always=True,
)  # fmt: skip
