"""The immutable plan: legs on the grid, cut within the order cap, collared around the mark."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from oracle_core.domain.canonical import content_hash
from oracle_core.domain.hedge import CandidateAction, Leg, Pick, Status, Style
from oracle_core.domain.instrument import Grid, Instrument
from oracle_core.domain.plan import Plan, PlanLeg
from oracle_core.execution.slicing import slices
from oracle_core.pricing.inputs import reference
from oracle_core.risk.view import BookView


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanRules:
    """How plans are cut and collared. Collars are basis points of the mark; the cap binds each child order."""

    collar_bps: float
    option_collar_bps: float
    time_to_live: timedelta
    order_cap_usd: float


def build_plan(cycle_id: str, action: CandidateAction, picks: Sequence[Pick], view: BookView, rules: PlanRules) -> Plan:
    """The plan of an action weighed in `view`. It expires on that market's clock."""
    as_of = view.market.as_of
    style = picks[0].style if picks else Style.TAKER
    return Plan(
        cycle_id=cycle_id,
        candidates=tuple(pick.id for pick in picks),
        legs=tuple(_leg(leg, view, rules, style) for leg in action.legs),
        created_at=as_of,
        expires_at=as_of + rules.time_to_live,
        cost_usd=action.cost.total,
        market_hash=content_hash([view.market.instruments[leg.id] for leg in action.legs]),
        cure=action.status is Status.CURE,
        kind=action.kind,
        duty=action.duty,
    )


def _leg(leg: Leg, view: BookView, rules: PlanRules, style: Style) -> PlanLeg:
    listed, quote = view.market.instrument(leg.id), view.market.quote(leg.id)
    mark = reference(quote)
    bps = rules.option_collar_bps if listed.is_option else rules.collar_bps
    held = float(view.held[view.table.row[leg.id]])
    return PlanLeg(
        venue=leg.venue, symbol=leg.symbol, contracts=leg.contracts,
        children=_children(listed, leg, rules.order_cap_usd),
        limit_price=_collared(listed, mark if mark is not None else leg.price, bps, buying=leg.contracts > 0),
        expected_price=leg.price, style=style,
        reduce_only=held * float(leg.contracts) < 0.0 and abs(float(leg.contracts)) <= abs(held),
    )  # fmt: skip


def _children(listed: Instrument, leg: Leg, cap_usd: float) -> tuple[Decimal, ...]:
    per_contract = abs(leg.notional_usd) / abs(float(leg.contracts))
    return slices(leg.contracts, listed.grid.toward_zero(cap_usd / per_contract), listed.grid)


def _collared(listed: Instrument, mark: float, bps: float, *, buying: bool) -> float:
    """The worst price the collar allows, on the tick inside it."""
    share = Decimal(repr(bps if buying else -bps)) / 10_000
    edge = Decimal(repr(mark)) * (1 + share)
    tick = _tick(listed.grid, float(edge))
    steps = (edge / tick).to_integral_value(rounding=ROUND_FLOOR if buying else ROUND_CEILING)
    return float(max(steps, Decimal(1)) * tick)


def _tick(grid: Grid, price: float) -> Decimal:
    reached = [tick for above, tick in grid.tick_steps if price > above]
    return Decimal(repr(reached[-1] if reached else grid.tick_size))
