"""From a plan to the case its judges see: facts only, unknown stays unknown."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from oracle_core.domain.hedge import HEDGES, CandidateAction
from oracle_core.domain.instrument import Instrument, InstrumentId
from oracle_core.domain.plan import Plan, PlanLeg
from oracle_core.domain.trading import RecentFlow, TradingState
from oracle_core.guardrails.case import Case, CaseLeg, DeskRules, GlobalCaps
from oracle_core.hedging.bands import target_delta
from oracle_core.hedging.carry import leg_carry
from oracle_core.hedging.gates import gated_state
from oracle_core.hedging.notional import order_notional, premium_usd
from oracle_core.hedging.situation import Situation
from oracle_core.risk.view import BookView

HOURS_A_WEEK = 168.0
QUIET = RecentFlow(
    turnover_day_usd=0.0, working_usd=0.0, trades_last_hour=0, orders_last_minute=0,
    premium_week_usd=0.0, funding_cost_week_usd=0.0,
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """What binds every plan of the desk, whoever asks: caps, rules, trading state and what was traded of late."""

    caps: GlobalCaps
    rules: DeskRules
    trading_state: TradingState = TradingState.ACTIVE
    recent: RecentFlow = field(default=QUIET)


def docket(bench: Bench, situation: Situation, plan: Plan, action: CandidateAction, now: datetime) -> Case:
    """The case of a plan: `action` is the plan weighed as a whole in the situation it is judged in."""
    view, persona = situation.view, situation.persona
    return Case(
        legs=tuple(_leg(situation, leg, action) for leg in plan.legs),
        before=action.before, after=action.after, cost=action.cost, benefit=action.benefit,
        min_benefit_bps_equity=persona.min_benefit_bps_equity,
        state=persona.state_limits(), flow=persona.flow_limits(), caps=bench.caps, desk=bench.rules,
        trading_state=gated_state(situation, (leg.id for leg in plan.legs), bench.trading_state), now=now,
        expires_at=plan.expires_at, recent=bench.recent,
        equity_usd=situation.equity_usd,
        risk_before=-situation.resting.risk,
        risk_after=-action.terms.risk,
        targets={coin: target_delta(situation, coin) for coin in view.coins},
        price_doubts=situation.doubts, open_orders=view.portfolio.open_orders,
        hedge=action.kind in HEDGES, duty=action.duty, cure=plan.cure,
    )  # fmt: skip


def _leg(situation: Situation, leg: PlanLeg, action: CandidateAction) -> CaseLeg:
    view = situation.view
    listed = view.market.instruments.get(leg.id)
    weighed = next((item for item in action.legs if item.id == leg.id), None)
    row = view.table.row.get(leg.id)
    held = None if row is None else float(view.held[row])
    return CaseLeg(
        venue=leg.venue, symbol=leg.symbol, instrument=listed, quote=view.market.quotes.get(leg.id),
        quote_problem=view.market.problem(leg.id), venue_status=view.market.status(leg.venue),
        contracts=leg.contracts, children=leg.children, held=held,
        price=None if weighed is None else weighed.price, limit_price=leg.limit_price,
        coins=None if weighed is None else weighed.coins,
        notional_usd=None if listed is None or weighed is None else order_notional(listed, weighed, view.index),
        reduce_only=leg.reduce_only,
        premium_usd=_premium(listed, float(leg.contracts), held or 0.0, weighed.price if weighed else None, view.index),
        funding_week_usd=_funding_week(view, leg.id, float(leg.contracts)),
        pool=None if row is None else next((pool.name for pool in view.pools if pool.home[row]), None),
    )  # fmt: skip


def _premium(
    listed: Instrument | None, traded: float, held: float, price: float | None, index: Mapping[str, float]
) -> float | None:
    """USD of premium paid for options that are opened: 0 of everything else, and of buying back what is short."""
    if listed is None or price is None:
        return None
    opened = max(held + traded, 0.0) - max(held, 0.0)
    return premium_usd(listed, opened, price, index[listed.base]) if listed.is_option and opened > 0.0 else 0.0


def _funding_week(view: BookView, key: InstrumentId, contracts: float) -> float | None:
    """USD more of funding that a position is expected to pay over a week; what it would have earned is no payment.

    The leg's candidate says where no rate is quoted.
    """
    row = view.table.row.get(key)
    if row is None:
        return None
    held = float(view.effective[row])
    paid = [max(-(leg_carry(view, row, size, HOURS_A_WEEK) or 0.0), 0.0) for size in (held, held + contracts)]
    return max(paid[1] - paid[0], 0.0)
