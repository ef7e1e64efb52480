"""For every limit, by its configured name, a plan that breaks it and as little else as possible."""

import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Final

from oracle_core.domain.exposure import PoolMargin
from oracle_core.domain.hedge import Cost
from oracle_core.domain.limits import FLOORS, STATE_LIMITS
from oracle_core.domain.market import Quote, VenueStatus
from oracle_core.domain.portfolio import OpenOrder
from oracle_core.domain.trading import TradingState
from oracle_core.guardrails.calm import EQUITY, MARK, OPTION, PERPETUAL, STEP, calm_leg, calm_outlook
from oracle_core.guardrails.case import Case, CaseLeg

Violate = Callable[[Case, float], Case]
"""Bends a calm case beyond a bound."""

BEYOND = 1.001
A_LITTLE = 0.01
SECOND = timedelta(seconds=1)


def _leg(case: Case) -> CaseLeg:
    return case.legs[0]


def _over(bound: float) -> float:
    return bound * BEYOND + A_LITTLE


def _with_leg(case: Case, leg: CaseLeg) -> Case:
    return replace(case, legs=(leg,))


def _state(name: str) -> Violate:
    def violate(case: Case, bound: float) -> Case:
        value = bound / BEYOND if name in FLOORS else _over(bound)
        measures = replace(case.after.measures, **{name: value})
        return replace(case, after=replace(case.after, measures=measures))

    return violate


def _notional(case: Case, bound: float) -> Case:
    return _with_leg(case, replace(_leg(case), notional_usd=_over(bound) / 100.0 * EQUITY))


def _turnover(case: Case, bound: float) -> Case:
    return replace(case, recent=replace(case.recent, turnover_day_usd=_over(bound) / 100.0 * EQUITY))


def _cost(case: Case, bound: float) -> Case:
    total = _over(bound) / 10_000.0 * EQUITY
    return replace(case, cost=Cost(fee=total, half_spread=0.0, slippage=None, total=total))


def _premium(case: Case, bound: float) -> Case:
    return _with_leg(case, replace(_leg(case), premium_usd=_over(bound) / 10_000.0 * EQUITY))


def _funding(case: Case, bound: float) -> Case:
    return _with_leg(case, replace(_leg(case), funding_week_usd=_over(bound) / 10_000.0 * EQUITY))


def _hour(case: Case, bound: float) -> Case:
    return replace(case, recent=replace(case.recent, trades_last_hour=math.floor(bound)))


def _minute(case: Case, bound: float) -> Case:
    return replace(case, recent=replace(case.recent, orders_last_minute=math.floor(bound)))


def _bias(case: Case, bound: float) -> Case:
    return replace(case, after=calm_outlook(-10.0 * bound / 100.0 - 2.0 * float(STEP)))


def _old(case: Case, _bound: float) -> Case:
    return replace(case, now=case.now + case.desk.quote_max_age + SECOND)


def _off_mark(case: Case, bound: float) -> Case:
    return _with_leg(case, replace(_leg(case), limit_price=MARK * (1.0 - _over(bound) / 10_000.0)))


def _option_off_mark(case: Case, bound: float) -> Case:
    return _off_mark(_with_leg(case, calm_leg(OPTION, _leg(case).contracts)), bound)


def _too_long(case: Case, _bound: float) -> Case:
    return replace(case, expires_at=case.now + case.desk.approval_ttl + SECOND)


def _position(case: Case, bound: float) -> Case:
    return _with_leg(case, replace(_leg(case), held=-_over(bound) / 100.0 * EQUITY / MARK))


def _no_edge(case: Case, _bound: float) -> Case:
    return replace(case, benefit=case.min_benefit_bps_equity / 10_000.0 * EQUITY - A_LITTLE)


FLOW: Final[Mapping[str, Violate]] = {
    "order_notional_pct_equity": _notional,
    "plan_notional_pct_equity": _notional,
    "day_turnover_pct_equity": _turnover,
    "plan_cost_bps_equity": _cost,
    "premium_week_bps_equity": _premium,
    "funding_cost_week_bps_equity": _funding,
    "trades_per_hour": _hour,
    "hedge_bias_pct_max": _bias,
}
STATE: Final[Mapping[str, Violate]] = {name: _state(name) for name in STATE_LIMITS}
DESK: Final[Mapping[str, Violate]] = {
    "quote_max_age": _old,
    "collar_bps": _off_mark,
    "option_collar_bps": _option_off_mark,
    "approval_ttl": _too_long,
    "orders_per_minute": _minute,
    "position_pct_equity": _position,
    "min_benefit_bps_equity": _no_edge,
}


def _leg_change(change: Callable[[CaseLeg], CaseLeg]) -> Violate:
    return lambda case, _bound: _with_leg(case, change(_leg(case)))


SAFEGUARDS: Final[Mapping[str, Violate]] = {
    "kill_switch": lambda case, _bound: replace(case, trading_state=TradingState.HALTED),
    "instrument": _leg_change(lambda leg: replace(leg, instrument=None)),
    "venue_open": _leg_change(lambda leg: replace(leg, venue_status=VenueStatus.HALTED)),
    "price_sanity": _leg_change(lambda leg: replace(leg, price=math.nan)),
    "grid": _leg_change(lambda leg: replace(leg, contracts=leg.contracts / 2, children=(leg.contracts / 2,))),
    "book_depth": _leg_change(lambda leg: replace(leg, quote=_thin(leg))),
    "reduce_only": _leg_change(lambda leg: replace(leg, reduce_only=True, held=-10.0)),
    "self_trade": lambda case, _bound: replace(case, open_orders=(_crossed(_leg(case)),)),
    "margin_known": lambda case, _bound: _worse(case, unknown=("the margin rule",)),
    "improves_risk": lambda case, _bound: _worse(case, unknown=()),
    "price_sources": lambda case, _bound: replace(
        _worse(case, unknown=()), price_doubts={PERPETUAL.base: "its sources are apart"}
    ),
    "collateral_ratio": lambda case, _bound: _short_of_collateral(case),
}
"""Rails without a number in a file, by their own name."""


def _thin(leg: CaseLeg) -> Quote | None:
    return None if leg.quote is None else replace(leg.quote, bids=((MARK, float(STEP) / 2.0),))


def _crossed(leg: CaseLeg) -> OpenOrder:
    return OpenOrder(venue=leg.venue, symbol=leg.symbol, contracts=1.0, price=MARK)


def _worse(case: Case, *, unknown: tuple[str, ...]) -> Case:
    measures = replace(case.after.measures, unknown=unknown)
    return replace(case, risk_after=2.0, risk_before=1.0, after=replace(case.after, measures=measures))


def _short_of_collateral(case: Case) -> Case:
    """A pool at 100 % that asks for 150 %, and a leg that adds to its position."""
    short = PoolMargin(
        pool="calm", venue=_leg(case).venue, equity_usd=EQUITY, initial_usd=None, maintenance_usd=None,
        margin_use_pct=None, liquidation_price=None, liquidation_distance_pct=None, gross_usd=EQUITY,
        collateral_ratio_pct_min=150.0,
    )  # fmt: skip
    added = calm_leg(PERPETUAL, STEP)
    before, after = (replace(outlook, pools=(short,)) for outlook in (case.before, case.after))
    return replace(_with_leg(case, added), before=before, after=after)
