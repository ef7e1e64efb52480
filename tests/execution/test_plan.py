"""Plans: on the grid, sliced within the order limit, collared on the tick, and only for as long as they are fresh."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from oracle_core.domain.hedge import ActionKind, CandidateAction, Cost, Leg, Pick, Status, Style, Terms
from oracle_core.domain.instrument import Grid
from oracle_core.domain.market import MarketSnapshot
from oracle_core.domain.plan import Plan
from oracle_core.domain.portfolio import Numeraire, Portfolio, Position
from oracle_core.execution.approve import terms_hash
from oracle_core.execution.plan import PlanRules, build_plan
from oracle_core.execution.slicing import slices
from oracle_core.guardrails.calm import calm_outlook
from oracle_core.risk.view import view_book
from tests.execution.plans import BTC, NOW, market, quote

RULES = PlanRules(
    collar_bps=50.0, option_collar_bps=1_000.0, time_to_live=timedelta(minutes=5), order_cap_usd=200_000.0
)
grids = st.builds(
    Grid,
    amount_step=st.sampled_from([Decimal("0.001"), Decimal("0.5"), Decimal(1), Decimal(10)]),
    min_amount=st.sampled_from([Decimal("0.001"), Decimal(1), Decimal(20)]),
    tick_size=st.just(0.5),
)


def built(contracts: str, *, held: float = 3.0, found: MarketSnapshot | None = None, **more: object) -> Plan:
    size = Decimal(contracts)
    leg = Leg(
        venue="paper", symbol=BTC.symbol, contracts=size, coins=float(size), notional_usd=float(size) * 100_000.0,
        price=99_999.0,
    )  # fmt: skip
    action = CandidateAction(
        id="c" * 16, kind=ActionKind.TO_EDGE, coin="BTC", legs=(leg,), benefit=1.0, breach=0.0,
        cost=Cost(fee=50.0, half_spread=1.0, slippage=None, total=51.0), before=calm_outlook(1.0),
        terms=Terms(execution=-51.0, carry=None, edge=None, risk=0.0, capital=0.0), after=calm_outlook(0.5),
    )  # fmt: skip
    book = Portfolio(
        name="desk", numeraire=Numeraire.USD, equity={"USD": 1e6, "BTC": 0.1},
        positions=(Position(venue="paper", symbol=BTC.symbol, contracts=held),) if held else (),
    )  # fmt: skip
    picks = (Pick(id=action.id, style=Style.MAKER),)
    return build_plan("a1b2", replace(action, **more), picks, view_book(book, found or market()), RULES)


def test_a_plan_says_what_was_chosen_at_what_cost_and_until_when() -> None:
    plan = built("-1")
    assert (plan.cycle_id, plan.candidates, plan.cost_usd, plan.cure) == ("a1b2", ("c" * 16,), 51.0, False)
    assert plan.expires_at - plan.created_at == timedelta(minutes=5)
    assert plan.legs[0].style is Style.MAKER
    assert built("-1", status=Status.CURE).cure
    assert plan.market_hash == terms_hash(plan, market())


@pytest.mark.requirement("EXE-04")
def test_a_large_order_is_split_and_adds_up() -> None:
    (leg,) = built("-9").legs
    assert leg.children == tuple(map(Decimal, ("-1.8",) * 5))


@pytest.mark.requirement("EXE-04")
@given(grid=grids, steps=st.integers(1, 5_000), most=st.decimals("0.001", 3_000, places=3), sells=st.booleans())
def test_slices_add_up_within_the_limit_above_the_minimum(grid: Grid, steps: int, most: Decimal, sells: bool) -> None:
    contracts = (steps * grid.amount_step) * (-1 if sells else 1)
    assume(grid.holds(contracts))
    children = slices(contracts, most, grid)
    assert sum(children) == contracts
    assert all(child * contracts > 0 and grid.holds(child) for child in children)
    if len(children) > 1:
        assert max(map(abs, children)) <= most
        assert max(children) - min(children) <= grid.amount_step
        assert most // grid.amount_step * grid.amount_step * (len(children) - 1) < abs(contracts)


@pytest.mark.parametrize(("contracts", "most"), [("4", "3"), ("4", "0"), ("0.7", "0.5")])
def test_a_leg_that_cannot_be_cut_stays_whole(contracts: str, most: str) -> None:
    grid = Grid(amount_step=Decimal("0.5"), min_amount=Decimal(3), tick_size=0.5)
    assert slices(Decimal(contracts), Decimal(most), grid) == (Decimal(contracts),)


@pytest.mark.parametrize(
    ("contracts", "held", "flagged"),
    [("-1", 3.0, True), ("-3", 3.0, True), ("-3.001", 3.0, False), ("1", 3.0, False), ("-1", 0.0, False)],
)
def test_reduce_only_is_what_only_reduces(contracts: str, held: float, flagged: bool) -> None:
    assert built(contracts, held=held).legs[0].reduce_only is flagged


@given(mark=st.floats(1.0, 1e6), tick=st.sampled_from([0.01, 0.5, 5.0]), buys=st.booleans(), bps=st.floats(1.0, 500.0))
def test_a_limit_price_is_on_its_tick_inside_the_collar(mark: float, tick: float, buys: bool, bps: float) -> None:
    assume(mark * bps / 10_000.0 > tick)
    listed = replace(BTC, grid=replace(BTC.grid, tick_size=tick))
    found = market(quote(BTC, mark=mark, bid=mark, ask=mark, index=mark))
    found = replace(found, instruments={**found.instruments, BTC.id: listed})
    rules = replace(RULES, collar_bps=bps)
    view = view_book(Portfolio(name="d", numeraire=Numeraire.USD, equity={"BTC": 1.0}), found)
    action = replace(_action(Decimal(1 if buys else -1), mark))
    (leg,) = build_plan("a1b2", action, (), view, rules).legs
    away = 10_000.0 * (leg.limit_price / mark - 1.0) * (1.0 if buys else -1.0)
    assert 0.0 <= away <= bps * (1.0 + 1e-9)
    assert Decimal(repr(leg.limit_price)) % Decimal(repr(tick)) == 0
    assert (bps - away) * mark / 10_000.0 <= tick * (1.0 + 1e-6)


def _action(contracts: Decimal, price: float) -> CandidateAction:
    leg = Leg(
        venue="paper", symbol=BTC.symbol, contracts=contracts, coins=float(contracts), price=price,
        notional_usd=float(contracts) * price,
    )  # fmt: skip
    return CandidateAction(
        id="c" * 16, kind=ActionKind.TO_EDGE, coin="BTC", legs=(leg,), benefit=1.0, breach=0.0,
        cost=Cost(fee=0.0, half_spread=0.0, slippage=None, total=0.0), before=calm_outlook(1.0),
        terms=Terms(execution=0.0, carry=None, edge=None, risk=0.0, capital=0.0), after=calm_outlook(0.5),
    )  # fmt: skip


def test_ticks_follow_the_price() -> None:
    stepped = replace(BTC, grid=replace(BTC.grid, tick_size=0.5, tick_steps=((50_000.0, 10.0),)))
    found = market()
    found = replace(found, instruments={**found.instruments, BTC.id: stepped})
    assert built("-1", found=found).legs[0].limit_price == 99_500.0
    assert built("1", found=found).legs[0].limit_price == 100_500.0


def test_a_plan_of_an_old_market_expires_on_that_markets_clock() -> None:
    assert built("-1").expires_at == NOW + timedelta(minutes=5)
