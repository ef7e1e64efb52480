"""The contract that every rail of the table keeps: it denies, it allows, and it refuses what it cannot check."""

import math
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from oracle_core.domain.portfolio import OpenOrder
from oracle_core.domain.verdict import Ruling
from oracle_core.guardrails import rails
from oracle_core.guardrails.calm import MARK
from oracle_core.guardrails.case import Case, CaseLeg
from oracle_core.guardrails.judge import judge
from oracle_core.guardrails.rail import Rail
from oracle_core.guardrails.table import RAILS
from oracle_core.guardrails.violations import DESK, FLOW, SAFEGUARDS, STATE
from tests.guardrails.cases import CAPS, calm

VIOLATIONS = DESK | FLOW | STATE | SAFEGUARDS


def _legs(change: Callable[[CaseLeg], CaseLeg]) -> Callable[[Case], Case]:
    return lambda case: replace(case, legs=tuple(change(leg) for leg in case.legs))


def _recent(**unknown: None) -> Callable[[Case], Case]:
    return lambda case: replace(case, recent=replace(case.recent, **unknown))


def _unheard_of(case: Case) -> Case:
    return replace(case, before=replace(case.before, exposures=()), after=replace(case.after, exposures=()))


def _measure(name: str, value: float) -> Callable[[Case], Case]:
    def blind(case: Case) -> Case:
        return replace(case, after=replace(case.after, measures=replace(case.after.measures, **{name: value})))

    return blind


def _margin_lost(case: Case) -> Case:
    blind = _measure("unknown", ("margin rule of 2 option positions",))(case)
    return replace(blind, risk_after=math.nan)


def _collateral_lost(case: Case) -> Case:
    asked = SAFEGUARDS["collateral_ratio"](case, 0.0)
    return replace(asked, before=replace(asked.before, pools=()))


def _beside_an_order(case: Case) -> Case:
    order = OpenOrder(venue="paper", symbol=case.legs[0].symbol, contracts=1.0, price=MARK)
    return _legs(lambda leg: replace(leg, limit_price=math.nan))(replace(case, open_orders=(order,)))


BLIND: dict[str, Callable[[Case], Case]] = {
    "kill_switch": lambda case: replace(case, trading_state=None),
    "approval_window": lambda case: replace(case, expires_at=None),
    "instrument": _legs(lambda leg: replace(leg, instrument=None)),
    "venue_open": _legs(lambda leg: replace(leg, venue_status=None)),
    "quote": _legs(lambda leg: replace(leg, quote=None)),
    "price_sanity": _legs(lambda leg: replace(leg, limit_price=math.nan)),
    "price_collar": _legs(lambda leg: replace(leg, quote=replace(leg.quote, mark=None, bid=None))),
    "grid": _legs(lambda leg: replace(leg, contracts=Decimal("NaN"))),
    "book_depth": _legs(lambda leg: replace(leg, limit_price=math.nan, quote=replace(leg.quote, bids=((1.0, 1.0),)))),
    "reduce_only": _legs(lambda leg: replace(leg, reduce_only=True, held=None)),
    "self_trade": _beside_an_order,
    "order_notional": _legs(lambda leg: replace(leg, notional_usd=None)),
    "plan_notional": _legs(lambda leg: replace(leg, notional_usd=math.nan)),
    "plan_cost": lambda case: replace(case, cost=replace(case.cost, total=math.nan)),
    "day_turnover": _recent(turnover_day_usd=None),
    "trades_per_hour": _recent(trades_last_hour=None),
    "order_rate": _recent(orders_last_minute=None),
    "premium_week": _legs(lambda leg: replace(leg, premium_usd=None)),
    "funding_cost_week": _legs(lambda leg: replace(leg, funding_week_usd=None)),
    "position_cap": _legs(lambda leg: replace(leg, held=math.nan)),
    "state_limits": _measure("gross_leverage", math.nan),
    "margin_known": _margin_lost,
    "price_sources": lambda case: replace(case, price_doubts=None),
    "collateral_ratio": _collateral_lost,
    "improves_risk": lambda case: replace(case, risk_after=math.nan),
    "hedge_bias": _unheard_of,
    "edge_over_cost": lambda case: replace(case, benefit=None),
    "global_caps": _recent(turnover_day_usd=None, trades_last_hour=None),
}


def bound_of(case: Case, key: str) -> float:
    for owner in (case.flow, case.state, case.desk, case):
        value = getattr(owner, key, None)
        if isinstance(value, int | float):
            return float(value)
    return 0.0


def denied(rail: Rail, case: Case) -> bool:
    return judge(case, (rail,)).ruling is not Ruling.ALLOW


def test_every_file_of_the_folder_is_in_the_table_under_its_own_name() -> None:
    files = {path.stem for path in Path(rails.__path__[0]).glob("*.py")} - {"__init__"}
    assert [rail.name for rail in RAILS] == list(dict.fromkeys(rail.name for rail in RAILS))
    assert {rail.name for rail in RAILS} == files == set(BLIND)


@pytest.mark.parametrize("rail", RAILS, ids=lambda rail: rail.name)
def test_a_rail_allows_the_calm_plan(rail: Rail) -> None:
    assert judge(calm(), (rail,)).ruling is Ruling.ALLOW


@pytest.mark.parametrize("rail", RAILS, ids=lambda rail: rail.name)
def test_a_rail_denies_what_breaks_its_limits(rail: Rail) -> None:
    for key in rail.limits or (rail.name,):
        name = key.removeprefix("caps.")
        case = calm() if name == key else replace(calm(), state=CAPS.state, flow=CAPS.flow)
        broken = VIOLATIONS[name](case, bound_of(case, name))
        assert denied(rail, broken), key
        assert all(found.rail == rail.name for found in judge(broken, (rail,)).findings)


@pytest.mark.parametrize("rail", RAILS, ids=lambda rail: rail.name)
def test_a_rail_refuses_what_it_cannot_check_and_names_itself(rail: Rail) -> None:
    verdict = judge(BLIND[rail.name](calm()), (rail,))
    assert verdict.ruling is Ruling.REFUSE
    assert verdict.scale == 0.0
    assert {found.rail for found in verdict.binding} == {rail.name}


@pytest.mark.parametrize("rail", RAILS, ids=lambda rail: rail.name)
def test_a_plan_of_nothing_passes_every_rail_of_an_active_desk(rail: Rail) -> None:
    assert judge(replace(calm(), legs=(), after=calm().before), (rail,)).ruling is Ruling.ALLOW
