"""Base positions renewed: rolled when they have drifted, decayed or expire, recentred when their inventory strays."""

from dataclasses import replace
from datetime import timedelta

import chains
import pytest
import worlds
from hypothesis import given, settings
from hypothesis import strategies as st

from oracle_core.domain.hedge import ActionKind, CandidateAction
from oracle_core.domain.instrument import OptionType
from oracle_core.domain.market import MarketSnapshot
from oracle_core.domain.portfolio import OpenOrder, Portfolio
from oracle_core.hedging.candidates import Proposal
from oracle_core.hedging.notional import order_notional
from oracle_core.playbook.blend import Blend

FRESH = {14.0: 0.5, 30.0: 0.55}


def of_kind(found: Proposal, kind: ActionKind) -> list[CandidateAction]:
    return [item for item in found.candidates if item.kind is kind]


def straddle(strike: float, coins: float, *, days: float = 30.0, **more: object) -> Portfolio:
    return worlds.book({"USD": 1e6}, *(worlds.held(item, coins, **more) for item in chains.options(strike, days=days)))


def rolling(book: Portfolio, spot: float = 100_000.0, rule: Blend | None = None, **market: object) -> Proposal:
    vols = {**FRESH, **market.pop("vols", {})}
    return worlds.proposed(
        book, chains.chain(spot, vols=vols, **market), worlds.who(), rule or worlds.rules("gamma_scalp")
    )


def by_symbol(action: CandidateAction) -> dict[str, float]:
    return {leg.symbol: float(leg.contracts) for leg in action.legs}


@pytest.mark.requirement("ENG-20")
@pytest.mark.parametrize(
    ("spot", "days", "why"),
    [(115_000.0, 30.0, "its strikes are 15 % away"), (85_000.0, 30.0, "its strikes are 15 % away"),
     (100_000.0, 1.9, "1.9 days left"), (108_000.0, 3.0, "% of the gamma at the money is left")],
)  # fmt: skip
def test_a_straddle_that_has_drifted_or_expires_is_rolled_with_its_cost(spot: float, days: float, why: str) -> None:
    found = rolling(straddle(100_000.0, 0.2, days=days), spot, vols={days: 0.55},
                    strikes=[spot * share for share in (0.95, 1.0, 1.05)] + [100_000.0])  # fmt: skip
    rolls = of_kind(found, ActionKind.ROLL)
    assert rolls
    for action in rolls:
        legs = by_symbol(action)
        assert [legs[item.symbol] for item in chains.options(100_000.0, days=days)] == [-0.2, -0.2]
        opened = {symbol: n for symbol, n in legs.items() if n > 0.0 and symbol.count("-") > 1}
        assert sorted(symbol[-1] for symbol in opened) == ["C", "P"]
        assert set(opened.values()) == {0.2}
        assert action.cost.total > 0.0
        assert why in action.notes[0]
        assert abs(action.after.exposures[0].net_delta) < 0.001


@pytest.mark.requirement("ENG-20")
@pytest.mark.parametrize(("spot", "days"), [(100_000.0, 30.0), (110_000.0, 30.0), (100_000.0, 2.1)])
def test_a_straddle_in_its_range_is_not_rolled(spot: float, days: float) -> None:
    found = rolling(straddle(100_000.0, 0.2, days=days), spot, vols={days: 0.55})
    assert not of_kind(found, ActionKind.ROLL)


def test_a_short_straddle_is_not_renewed_by_a_strategy_that_wants_long_gamma() -> None:
    found = rolling(straddle(100_000.0, -0.2, days=1.0), vols={1.0: 0.55})
    assert not of_kind(found, ActionKind.ROLL)
    assert any("not renewed" in why for why in found.left_out.values())


def test_options_that_another_strategy_claims_are_left_alone() -> None:
    theirs = straddle(100_000.0, 0.2, days=1.0, strategy="protective_overlay")
    ours = straddle(100_000.0, 0.2, days=1.0, strategy="gamma_scalp")
    assert not of_kind(rolling(theirs, vols={1.0: 0.55}), ActionKind.ROLL)
    assert of_kind(rolling(ours, vols={1.0: 0.55}), ActionKind.ROLL)


def test_a_single_wing_far_away_is_rolled_only_when_it_expires_and_keeps_its_moneyness() -> None:
    wing = worlds.option("BTC", 105_000.0, OptionType.CALL, days=30.0)
    assert not of_kind(rolling(worlds.book({"USD": 1e6}, worlds.held(wing, 0.2)), 90_000.0), ActionKind.ROLL)
    near = worlds.option("BTC", 105_000.0, OptionType.CALL, days=1.0)
    rolls = of_kind(rolling(worlds.book({"USD": 1e6}, worlds.held(near, 0.2)), vols={1.0: 0.5}), ActionKind.ROLL)
    assert rolls
    for action in rolls:
        options = {symbol: n for symbol, n in by_symbol(action).items() if symbol.count("-") > 1}
        assert all(symbol.endswith("-C") for symbol in options)
        assert all(float(symbol.split("-")[-2]) >= 100_000.0 for symbol in options)
        assert sorted(options.values()) == [-0.2, 0.2]


def test_what_nothing_fresh_can_replace_is_said() -> None:
    book = straddle(100_000.0, 0.2, days=1.0)
    found = worlds.proposed(book, chains.chain(vols={1.0: 0.5}), worlds.who(), worlds.rules("gamma_scalp"))
    assert not of_kind(found, ActionKind.ROLL)
    assert any("nothing fresh" in why for why in found.left_out.values())


def test_a_roll_that_a_limit_refuses_is_offered_in_part() -> None:
    tight = worlds.who(plan_notional_pct_equity=30.0, premium_week_bps_equity=1e4, plan_cost_bps_equity=1e3)
    book, market = straddle(100_000.0, 1.6, days=1.0), chains.chain(vols={1.0: 0.55, **FRESH})
    found = worlds.proposed(book, market, tight, worlds.rules("gamma_scalp"))
    rolls = of_kind(found, ActionKind.ROLL)
    assert rolls
    for action in rolls:
        index, listed = found.case.view.index, found.case.view.market.instruments
        assert sum(order_notional(listed[leg.id], leg, index) for leg in action.legs) <= 0.3 * 1e6
        assert "of the whole, which is refused: plan_notional_pct_equity" in action.notes[-1]


# Recentre


def with_inventory(strike: float, coins: float, hedge: float) -> Portfolio:
    held = [worlds.held(item, coins) for item in chains.options(strike)]
    return worlds.book({"USD": 1e6}, *held, worlds.held(worlds.perpetual(), hedge))


def inventory(action: CandidateAction) -> tuple[float, float]:
    figures = {detail.name: detail.value for detail in action.details}
    return figures["inventory after"], figures["inventory wanted"]


@pytest.mark.requirement("ENG-19")
def test_an_inventory_that_has_drifted_is_recentred_and_afterwards_is_its_target() -> None:
    # A straddle struck at 100,000 with BTC at 110,000: its hedges are short most of what the straddle is long.
    found = rolling(with_inventory(100_000.0, 1.0, -0.6), 110_000.0)
    offered = of_kind(found, ActionKind.RECENTRE)
    assert offered
    for action in offered:
        after, wanted = inventory(action)
        assert after == pytest.approx(wanted, abs=0.001)
        assert action.after.exposures[0].perpetual_delta == pytest.approx(after)
        assert abs(after) < 0.1
        assert abs(action.after.exposures[0].net_delta) < 0.001
        opened = [leg.symbol for leg in action.legs if leg.contracts > 0 and leg.symbol.count("-") > 1]
        assert all("-110000-" in symbol for symbol in opened)


@pytest.mark.requirement("ENG-19")
@pytest.mark.parametrize(("coins", "offered"), [(0.2, False), (0.31, True), (-0.29, False), (-0.5, True)])
def test_a_book_of_perpetuals_alone_recentres_beyond_the_inventory_that_is_allowed(coins: float, offered: bool) -> None:
    # 3 % of $1m at 100,000 are 0.3 BTC.
    book = worlds.book({"USD": 1e6}, worlds.held(worlds.perpetual(), coins))
    found = of_kind(rolling(book), ActionKind.RECENTRE)
    assert [by_symbol(action) for action in found] == ([{"BTC/USDC:USDC": -coins}] if offered else [])
    assert all(inventory(action) == (0.0, 0.0) for action in found)


def settled_twice(spot: float, vols: dict[float, float], strikes: list[float]) -> MarketSnapshot:
    """The same options settled in dollars and, quoted tighter, in coin."""
    one, other = (
        chains.chain(spot, vols=vols, strikes=strikes, linear=linear, spread=0.02 if linear else 0.005)
        for linear in (True, False)
    )
    both = replace(
        one, instruments={**one.instruments, **other.instruments}, quotes={**one.quotes, **other.quotes}, rejected={}
    )
    return both.admit(worlds.MAX_AGE)


@pytest.mark.requirement("ENG-19")
def test_a_centred_straddle_keeps_its_options_and_only_its_inventory_is_brought_back() -> None:
    market = settled_twice(100_000.0, FRESH, [95_000.0, 100_000.0, 105_000.0])
    book = with_inventory(100_000.0, 1.0, 0.6)
    found = worlds.proposed(book, market, worlds.who(), worlds.rules("gamma_scalp"))
    (action,) = of_kind(found, ActionKind.RECENTRE)
    assert [leg.symbol for leg in action.legs] == [worlds.perpetual().symbol]
    after, wanted = inventory(action)
    assert after == pytest.approx(wanted, abs=0.001)


def test_a_straddle_is_not_rolled_into_its_own_strike_and_expiry_in_another_settlement() -> None:
    market = settled_twice(108_000.0, {8.0: 0.5, 30.0: 0.55}, [107_000.0])
    rule = chains.ruled("gamma_scalp", section="roll", moneyness_pct=0.5)
    found = worlds.proposed(straddle(107_000.0, 0.2, days=8.0), market, worlds.who(), rule)
    opened = [leg.id for action in of_kind(found, ActionKind.ROLL) for leg in action.legs if leg.contracts > 0]
    expiries = {market.instruments[key].expiry for key in opened if market.instruments[key].is_option}
    assert expiries == {item.expiry for item in chains.options(107_000.0, days=30.0)}


def test_a_position_that_is_centred_is_not_recentred() -> None:
    assert not of_kind(rolling(with_inventory(100_000.0, 1.0, -0.06)), ActionKind.RECENTRE)


@settings(max_examples=10, deadline=None)
@given(spot=st.floats(106_000.0, 114_000.0), coins=st.sampled_from([0.5, 1.0, 2.0]))
def test_recentring_keeps_the_coins_of_options_and_uses_only_the_grid(spot: float, coins: float) -> None:
    found = rolling(with_inventory(100_000.0, coins, -0.6 * coins), spot)
    for action in of_kind(found, ActionKind.RECENTRE):
        listed = found.case.view.market.instruments
        assert all(listed[leg.id].grid.holds(leg.contracts) for leg in action.legs)
        options = [float(leg.contracts) for leg in action.legs if listed[leg.id].is_option]
        assert sum(options) == pytest.approx(0.0)


@pytest.mark.parametrize(("working", "closed"), [(-0.1, -0.1), (-0.2, None), (-0.5, None), (0.1, -0.2)])
def test_working_orders_that_close_a_leg_already_are_not_closed_twice(working: float, closed: float | None) -> None:
    call, put = chains.options(100_000.0, days=1.0)
    order = OpenOrder(venue=call.venue, symbol=call.symbol, contracts=working, price=900.0)
    book = worlds.book({"USD": 1e6}, worlds.held(call, 0.2), worlds.held(put, 0.2), open_orders=(order,))
    rolls = of_kind(rolling(book, vols={1.0: 0.55}), ActionKind.ROLL)
    assert rolls
    assert {by_symbol(action).get(call.symbol) for action in rolls} == {closed}
    assert {by_symbol(action)[put.symbol] for action in rolls} == {-0.2}


def test_of_two_hedges_that_cost_the_same_the_one_that_makes_a_position_smaller_is_traded() -> None:
    one, two = worlds.perpetual(venue="a"), worlds.perpetual(venue="b")
    snapshot = worlds.market(
        [(item, worlds.quoted(item, 100_000.0)) for item in (one, two)], volatility_index={"BTC": 0.5}
    )
    for first, second in ((-0.1, 0.6), (0.6, -0.1)):
        book = worlds.book({"USD": 1e6}, worlds.held(one, first), worlds.held(two, second))
        found = worlds.proposed(book, snapshot, worlds.who(), worlds.rules("gamma_scalp"))
        (action,) = of_kind(found, ActionKind.RECENTRE)
        assert [leg.venue for leg in action.legs] == ["a" if first > 0.0 else "b"]


def test_the_calendar_of_a_fresh_structure_reaches_beyond_the_days_that_ask_for_a_roll() -> None:
    found = rolling(straddle(100_000.0, 0.2, days=1.0), vols={1.0: 0.55})
    now = found.case.view.market.as_of
    for action in of_kind(found, ActionKind.ROLL):
        for leg in action.legs:
            expiry = found.case.view.market.instruments[leg.id].expiry
            assert leg.contracts < 0 or expiry is None or expiry - now > timedelta(days=2)
