"""A small plan on a small book that no sound limit stands against: the self-test bends it, one limit at a time."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from oracle_core.domain.exposure import Exposure, Outlook, StressCell
from oracle_core.domain.hedge import Cost
from oracle_core.domain.instrument import Fees, Grid, Instrument, Kind, OptionType
from oracle_core.domain.limits import FlowLimits, StateLimits, StateMeasures
from oracle_core.domain.market import Quote, VenueStatus
from oracle_core.domain.trading import RecentFlow, TradingState
from oracle_core.guardrails.case import Case, CaseLeg, DeskRules, GlobalCaps

EQUITY = 1_000_000.0
MARK = 100.0
NOW = datetime(2026, 1, 2, tzinfo=UTC)
STEP = Decimal("0.001")

PERPETUAL = Instrument(
    venue="paper", symbol="CALM/USD:USD", kind=Kind.PERPETUAL, base="CALM", quote="USD", settle="USD", linear=True,
    contract_size=1.0, grid=Grid(amount_step=STEP, min_amount=STEP, tick_size=0.01),
    fees=Fees(maker=0.0, taker=0.0005),
)  # fmt: skip
OPTION = replace(
    PERPETUAL, symbol="CALM/USD:USD-260327-100-C", kind=Kind.OPTION, expiry=NOW + timedelta(days=84), strike=100.0,
    option_type=OptionType.CALL,
)  # fmt: skip
NO_FLOW = RecentFlow(
    turnover_day_usd=0.0, working_usd=0.0, trades_last_hour=0, orders_last_minute=0, premium_week_usd=0.0,
    funding_cost_week_usd=0.0,
)  # fmt: skip


def calm_outlook(coins: float) -> Outlook:
    """A book that holds nothing but some delta."""
    exposure = Exposure(
        coin="CALM", options_delta=0.0, net_transaction_delta=0.0, perpetual_delta=coins, future_delta=0.0,
        spot_delta=0.0, collateral_delta=0.0, net_delta=coins, delta_usd=coins * MARK, gamma_1pct_usd=0.0,
        vega_usd_per_point=0.0, theta_usd_per_day=0.0, funding_usd_per_day=0.0,
    )  # fmt: skip
    worst = StressCell(-30.0, 1.0, -abs(coins) * MARK * 0.3)
    nothing = StateMeasures(
        net_delta_pct_equity=0.0, gamma_1pct_pct_equity=0.0, vega_point_pct_equity=0.0, stress_loss_pct_equity=0.0,
        gross_leverage=0.0, margin_use_pct=None, liquidation_distance_pct_min=None, expiry_gamma_1pct_pct_equity=0.0,
        cross_hedge_pct_equity=0.0, venue_share_pct_max=None,
    )  # fmt: skip
    return Outlook(
        equity_usd=EQUITY, exposures=(exposure,), stress=(worst,), worst=worst, pools=(), measures=nothing
    )  # fmt: skip


def calm_quote(listed: Instrument) -> Quote:
    """A quote one basis point wide."""
    return Quote(
        venue=listed.venue, symbol=listed.symbol, as_of=NOW, bid=MARK - 0.005, ask=MARK + 0.005, mark=MARK, index=MARK
    )  # fmt: skip


def calm_leg(listed: Instrument, contracts: Decimal) -> CaseLeg:
    """One leg at the touch, in one child."""
    price = MARK + (0.005 if contracts > 0 else -0.005)
    return CaseLeg(
        venue=listed.venue, symbol=listed.symbol, instrument=listed, quote=calm_quote(listed), quote_problem=None,
        venue_status=VenueStatus.OK, contracts=contracts, children=(contracts,), held=10.0, price=price,
        limit_price=price, coins=float(contracts), notional_usd=abs(float(contracts)) * price, reduce_only=False,
    )  # fmt: skip


def calm_case(
    caps: GlobalCaps, state: StateLimits, flow: FlowLimits, desk: DeskRules, *, min_benefit_bps_equity: float
) -> Case:  # fmt: skip
    """Ten coins long, one thousandth of a coin sold: about ten cents of a million."""
    leg = calm_leg(PERPETUAL, -STEP)
    return Case(
        legs=(leg,), before=calm_outlook(10.0), after=calm_outlook(10.0 - float(STEP)),
        cost=Cost(fee=0.0, half_spread=0.0, slippage=None, total=0.0),
        benefit=1.0 + min_benefit_bps_equity / 10_000.0 * EQUITY, min_benefit_bps_equity=min_benefit_bps_equity,
        state=state, flow=flow, caps=caps, desk=desk, trading_state=TradingState.ACTIVE, now=NOW,
        expires_at=NOW + desk.approval_ttl, recent=NO_FLOW, equity_usd=EQUITY, risk_before=1.0, risk_after=0.9,
    )  # fmt: skip
