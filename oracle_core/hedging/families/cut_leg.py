"""Cutting a leg whose pool is near liquidation, while its coin stays hedged: the loss is chosen, not suffered."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal

from oracle_core.domain.exposure import PoolMargin
from oracle_core.domain.hedge import ActionKind, CandidateAction, Detail
from oracle_core.domain.instrument import Instrument, InstrumentId
from oracle_core.hedging.cure import smallest_cure
from oracle_core.hedging.evaluate import UntradableError, cost_rate, evaluate
from oracle_core.hedging.families.family import Family, Found
from oracle_core.hedging.limits import cures
from oracle_core.hedging.situation import Situation
from oracle_core.hedging.two_legs import is_open
from oracle_core.playbook.persona import Objective
from oracle_core.risk.pools import PoolBook

SHARES = (Decimal("0.25"), Decimal("0.5"), Decimal("0.75"), Decimal(1))


def cuts(case: Situation) -> Found:
    """For every pool that stands nearer to liquidation than its persona allows, each linear leg of it, in quarters.

    The smallest cut on the grid that cures stands beside them, as a duty; a coin without another place to hedge is cut
    without a second leg, and the candidate's exposure shows it.
    """
    if case.equity_usd <= 0.0:
        return Found(candidates=(), left_out={})
    candidates: list[CandidateAction] = []
    left_out: dict[str, str] = {}
    floor = case.persona.liquidation_distance_pct_min
    for margin in case.hold.pools:
        distance = margin.liquidation_distance_pct
        if distance is None or distance >= floor:
            continue
        pool = next(item for item in case.view.pools if item.name == margin.pool)
        for listed in _legs(case, pool):
            try:
                candidates += _cut(case, pool, margin, listed)
            except UntradableError as reason:
                left_out[f"cut {listed.id}"] = str(reason)
    return Found(candidates=tuple(candidates), left_out=left_out)


def _legs(case: Situation, pool: PoolBook) -> list[Instrument]:
    """The perpetuals and futures of a pool."""
    return [
        listed
        for row, listed in enumerate(case.view.table.instruments)
        if pool.contracts[row] and case.view.held[row] and not listed.is_option and listed.margin_tiers
    ]


def _cut(case: Situation, pool: PoolBook, margin: PoolMargin, listed: Instrument) -> Iterator[CandidateAction]:
    held = float(pool.contracts[case.view.table.row[listed.id]])
    full = listed.grid.toward_zero(Decimal(repr(-held)))

    def cut(contracts: Decimal) -> CandidateAction:
        other = _elsewhere(case, pool, listed, float(contracts))
        action = evaluate(case, ActionKind.CUT_LEG, listed.base, {listed.id: contracts, **other})
        figures = _figures(action, margin, abs(float(contracts) / held))
        return replace(action, details=figures, notes=(*action.notes, _said(listed, other)))

    least = smallest_cure(full, listed.grid, lambda contracts: _curing(case, cut, contracts))
    if least is not None:
        yield replace(least, duty=True)
    for share in SHARES:
        closed = listed.grid.toward_zero(full * share)
        if closed and (least is None or closed != _traded(least, listed)):
            yield cut(closed)


def _curing(
    case: Situation, cut: Callable[[Decimal], CandidateAction], contracts: Decimal
) -> CandidateAction | None:  # fmt: skip
    try:
        action = cut(contracts)
    except UntradableError:
        return None
    return action if cures(case, action) else None


def _traded(action: CandidateAction, listed: Instrument) -> Decimal:
    return next(leg.contracts for leg in action.legs if leg.id == listed.id)


def _elsewhere(case: Situation, pool: PoolBook, listed: Instrument, closed: float) -> dict[InstrumentId, Decimal]:
    """The trade outside the pool that keeps the coin's delta: out of an opposite leg where one is held."""
    row = case.view.table.row[listed.id]
    coins = -closed * float(case.view.table.delta[row])
    choices = [
        (not _offsets(case, found_row, coins), rate, found.id)
        for found_row, found in case.hedges(listed.base)
        if not pool.home[found_row]
        and found.id != listed.id
        and is_open(case, found)
        and (rate := cost_rate(case, found.id, coins)) is not None
    ]
    if not choices:
        return {}
    key = min(choices)[2]
    found = case.view.market.instruments[key]
    size = found.grid.toward_zero(coins / float(case.view.table.delta[case.view.table.row[key]]))
    return {key: size} if size else {}


def _offsets(case: Situation, row: int, coins: float) -> bool:
    return float(case.view.held[row]) * coins < 0.0


def _figures(action: CandidateAction, margin: PoolMargin, share: float) -> tuple[Detail, ...]:
    lost = () if margin.maintenance_usd is None else (Detail("lost if liquidated", margin.maintenance_usd, "USD"),)
    return (
        Detail("share of the leg cut", 100.0 * share, "%"),
        Detail("cost of cutting", action.cost.total, "USD"),
        *lost,
    )


def _said(listed: Instrument, other: dict[InstrumentId, Decimal]) -> str:
    if other:
        return f"the delta of {listed.base} stays where it is: the other leg trades on {next(iter(other)).venue}"
    return f"nowhere else to trade {listed.base}: cutting moves its delta"


FAMILY = Family(
    name="cut_leg", kinds=frozenset({ActionKind.CUT_LEG}), aim=Objective.VARIANCE, propose=cuts, always=True,
)  # fmt: skip
