"""A day made by hand: a short straddle measured by the risk floor, one recommendation, its plan, approval and fill."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import numpy as np

from oracle_core.domain.exposure import Outlook
from oracle_core.domain.hedge import (
    ActionKind,
    AdvisorNote,
    CandidateAction,
    Cost,
    Leg,
    Pick,
    Recommendation,
    Style,
    Terms,
    candidate_id,
)
from oracle_core.domain.instrument import Fees, Grid, Instrument, InstrumentId, Kind, OptionType
from oracle_core.domain.limits import StateLimits
from oracle_core.domain.market import MarketSnapshot, Quote
from oracle_core.domain.plan import Approval, Fill, Plan, PlanLeg
from oracle_core.domain.portfolio import Numeraire, Portfolio, Position
from oracle_core.domain.record import CycleRecord
from oracle_core.domain.trading import TradingState
from oracle_core.domain.verdict import Finding, Ruling, Verdict
from oracle_core.reports.inputs import DailyInputs, DayFill
from oracle_core.risk.outlook import outlook
from oracle_core.risk.view import view_book

AS_OF = datetime(2026, 1, 11, 22, 30, tzinfo=UTC)
EXPIRY = datetime(2026, 1, 31, 8, tzinfo=UTC)
PERPETUAL = InstrumentId("paper", "ETH/USDT:USDT")
BOUGHT = Decimal("3.554")
LIMITS = StateLimits(
    net_delta_pct_equity=40.0, gamma_1pct_pct_equity=15.0, vega_point_pct_equity=0.4, stress_loss_pct_equity=25.0,
    gross_leverage=3.0, margin_use_pct=50.0, liquidation_distance_pct_min=20.0, expiry_gamma_1pct_pct_equity=8.0,
    cross_hedge_pct_equity=15.0, venue_share_pct_max=60.0,
)  # fmt: skip


def market(funding: float | None = 0.0001) -> MarketSnapshot:
    """ETH at 1,900: a perpetual and the call and put of 1,800."""
    linear = {"venue": "paper", "base": "ETH", "quote": "USDT", "settle": "USDT", "linear": True, "contract_size": 1.0}
    step = Decimal("0.001")
    grid, fees = Grid(amount_step=step, min_amount=step, tick_size=0.01), Fees(maker=0.0002, taker=0.0005)
    listed = [Instrument(symbol=PERPETUAL.symbol, kind=Kind.PERPETUAL, grid=grid, fees=fees, **linear)]
    listed += [
        Instrument(symbol=f"ETH/USDT:USDT-260131-1800-{right.name[0]}", kind=Kind.OPTION, grid=grid, fees=fees,
                   expiry=EXPIRY, strike=1_800.0, option_type=right, **linear)
        for right in OptionType
    ]  # fmt: skip
    quotes = [
        Quote(venue="paper", symbol=item.symbol, as_of=AS_OF, index=1_900.0, mark=1_900.0, bid=1_899.9, ask=1_900.1,
              funding_rate=funding, funding_interval_hours=8.0)
        if item.kind is Kind.PERPETUAL
        else Quote(venue="paper", symbol=item.symbol, as_of=AS_OF, index=1_900.0, forward=1_900.0, mark_iv=0.42)
        for item in listed
    ]  # fmt: skip
    return MarketSnapshot(
        as_of=AS_OF, instruments={item.id: item for item in listed}, quotes={quote.id: quote for quote in quotes}
    )


def outlooks() -> tuple[Outlook, Outlook]:
    """The short straddle with its old hedge, and with 3.554 ETH-PERP more."""
    held = [("ETH/USDT:USDT-260131-1800-C", -10.0), ("ETH/USDT:USDT-260131-1800-P", -10.0), (PERPETUAL.symbol, 0.955)]
    positions = tuple(Position(venue="paper", symbol=symbol, contracts=size) for symbol, size in held)
    book = Portfolio(name="ETH desk", numeraire=Numeraire.USD, equity={"USD": 25_000.0}, positions=positions)
    view = view_book(book, market())
    legs = np.zeros(len(view.table.instruments))
    legs[view.table.row[PERPETUAL]] = float(BOUGHT)
    return outlook(view), outlook(view, legs, 3.73)


def record(name: str = "4f2a9c01d3e5", prose: str | None = None, symbol: str = PERPETUAL.symbol) -> CycleRecord:
    """Buy 3.554 ETH-PERP, allowed but for one rail that clipped nothing."""
    held, then = outlooks()
    nothing = Terms(execution=0.0, carry=None, edge=None, risk=-10.0, capital=0.0)
    free = Cost(fee=0.0, half_spread=0.0, slippage=None, total=0.0)
    cost = Cost(fee=3.3763, half_spread=0.3554, slippage=None, total=3.7317)
    leg = Leg(venue="paper", symbol=symbol, contracts=BOUGHT, coins=3.554, notional_usd=6_752.9554, price=1_900.1)
    hold = CandidateAction(
        id=candidate_id(ActionKind.HOLD, {}), kind=ActionKind.HOLD, coin=None, legs=(), cost=free, terms=nothing,
        benefit=0.0, breach=0.0, before=held, after=held, rank=2,
    )  # fmt: skip
    buy = replace(hold, id=candidate_id(ActionKind.TO_TARGET, {PERPETUAL: BOUGHT}), kind=ActionKind.TO_TARGET,
                  coin="ETH", legs=(leg,), cost=cost, benefit=2.6, after=then, rank=1)  # fmt: skip
    plan = Plan(
        cycle_id=name, candidates=(buy.id,), cost_usd=3.7317, market_hash="m", created_at=AS_OF,
        expires_at=AS_OF + timedelta(minutes=5),
        legs=(PlanLeg(venue="paper", symbol=symbol, contracts=BOUGHT, children=(BOUGHT,), limit_price=1_905.0,
                      expected_price=1_900.1, style=Style.TAKER, reduce_only=False),),
    )  # fmt: skip
    findings = (
        Finding(rail="price_collar", ruling=Ruling.ALLOW, scale=1.0, why="inside"),
        Finding(rail="order_notional", ruling=Ruling.CLIP, scale=1.0, why="27.0 % of equity, limit 20 %"),
    )
    advice = Recommendation(
        as_of=AS_OF, strategy="delta_neutral", persona="balanced",
        advisor=AdvisorNote(name="engine", fallback_reason="the model did not answer in 20 s", prose=prose),
        picks=(Pick(id=buy.id),), candidates=(buy, hold), outlook=then, cost=cost,
        assumptions=("volatility of ETH: 42.00 %, at-the-money implied volatility",),
    )  # fmt: skip
    return CycleRecord(
        cycle_id=name, reason="operator", as_of=AS_OF, inputs={}, recommendation=advice,
        verdict=Verdict(findings=findings), plan=plan, reply=None, versions={},
    )  # fmt: skip


def day(*, filled: Decimal | None = BOUGHT, zone: str = "UTC") -> DailyInputs:
    """The whole day: one cycle, approved, and filled by as much as asked."""
    found = record()
    assert found.plan is not None
    approval = Approval(
        plan_hash=found.plan.hash, cycle_id=found.cycle_id, actor="sam", approved_at=AS_OF, expires_at=AS_OF
    )
    fills = () if filled is None else (DayFill(plan_hash=found.plan.hash, notional_usd=6_752.9554, fill=_fill(filled)),)
    return DailyInputs(
        as_of=AS_OF, account="ETH desk", trading_state=TradingState.ACTIVE, records=(found,), current=outlooks()[0],
        market=market(), limits=LIMITS, fills=fills, approvals=(approval,), zone=zone,
    )  # fmt: skip


def _fill(contracts: Decimal) -> Fill:
    return Fill(
        trade_id="t1", client_id="p1", venue="paper", symbol=PERPETUAL.symbol, contracts=contracts, price=1_900.1,
        fee=3.3763, fee_currency="USDT", filled_at=AS_OF + timedelta(seconds=9),
    )  # fmt: skip
