"""Worst moves, legs by themselves, running P&L, heat, and what venues and their largest positions allow."""

from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest
import worlds

from oracle_core.domain.hedge import ActionKind
from oracle_core.domain.instrument import Instrument, MarginTier, OptionType
from oracle_core.domain.limits import STATE_LIMITS
from oracle_core.domain.portfolio import MarginModel, MarginPool, PoolBalance, Portfolio
from oracle_core.hedging.evaluate import evaluate
from oracle_core.hedging.limits import refusals
from oracle_core.maths.black import black_price
from oracle_core.pricing.liquidation import inverse_liquidation, linear_liquidation
from oracle_core.risk.heat import heat_index
from oracle_core.risk.legs import isolated_liquidation, leg_checks, required_move, running_pnl
from oracle_core.risk.outlook import outlook
from oracle_core.risk.survival import worst_move_survival
from oracle_core.risk.view import BookView

TIERS = (MarginTier(up_to_notional=None, initial=0.02, maintenance=0.01),)
NEAR, FAR = worlds.perpetual(venue="near", tiers=TIERS), worlds.perpetual(venue="far", tiers=TIERS)
SPOT = 100_000.0
PERSONAS = ("cautious", "conservative", "balanced", "aggressive", "degen")


def two_venues(near: float, far: float, near_equity: float, far_equity: float) -> BookView:
    pools = (worlds.pool("one", "near", near_equity), worlds.pool("two", "far", far_equity))
    held = [worlds.held(leg, size) for leg, size in ((NEAR, near), (FAR, far)) if size]
    portfolio = worlds.book({"USD": near_equity + far_equity}, *held, pools=pools)
    return worlds.seen(portfolio, worlds.market([(leg, worlds.quoted(leg, SPOT)) for leg in (NEAR, FAR)]))


@pytest.mark.requirement("RSK-03")
def test_a_hedge_elsewhere_saves_no_pool_from_thirty_per_cent_and_the_shortfall_is_told() -> None:
    short, long = worst_move_survival(two_venues(-5.0, 5.0, 100_000.0, 400_000.0))
    assert (short.survives, short.move_pct) == (False, 30.0)
    assert short.shortfall_usd == pytest.approx(0.30 * 5.0 * SPOT + 0.01 * 5.0 * 1.3 * SPOT - 100_000.0)
    assert (long.survives, long.shortfall_usd, long.move_pct) == (True, 0.0, -30.0)


@pytest.mark.requirement("RSK-03")
def test_a_pool_of_options_is_revalued_at_the_worst_move() -> None:
    call = worlds.option("BTC", 110_000.0, OptionType.CALL, days=20)
    pools = (worlds.pool("one", "deribit", 100_000.0),)
    portfolio = worlds.book({"USD": 1e5}, worlds.held(call, -5.0), pools=pools)
    view = worlds.seen(portfolio, worlds.market([(call, worlds.marked(call, SPOT, 0.5))]))
    (found,) = worst_move_survival(view)
    assert (found.survives, found.move_pct) == (False, 30.0)
    premium, mark = (float(black_price(at, 110_000.0, 20 / 365, 0.5, sign=1)) for at in (SPOT, 130_000.0))
    assert found.shortfall_usd == pytest.approx(5.0 * (0.075 * 130_000.0 + mark - premium) - 100_000.0)
    unnamed = worlds.seen(replace(portfolio, pools=()), view.market)
    assert worst_move_survival(unnamed)[0].survives is None


@pytest.mark.requirement("RSK-03")
@pytest.mark.parametrize(("reported", "survives"), [(None, True), (5.0, True), (9.0, False), (10.5, False)])
def test_survival_starts_from_the_margin_that_the_venue_reports_as_the_liquidation_distance_does(
    reported: float | None, survives: bool
) -> None:
    call = worlds.option("BTC", SPOT, OptionType.CALL, days=30, linear=False)
    purse = PoolBalance(balance=10.0, equity=10.0, initial_margin=reported, maintenance_margin=reported)
    pool = MarginPool(id="one", venue="deribit", margin_model=MarginModel.STANDARD, currencies={"BTC": purse})
    portfolio = worlds.book({"BTC": 10.0}, worlds.held(call, -10.0), pools=(pool,))
    view = worlds.seen(portfolio, worlds.market([(call, worlds.marked(call, SPOT, 0.6))]))
    (found,), (margin,) = worst_move_survival(view), outlook(view).pools
    assert found.survives is survives
    assert survives is ((margin.liquidation_distance_pct or np.inf) > 30.0)
    if reported is not None:
        assert found.maintenance_usd is not None
        assert found.maintenance_usd > 0.3 * reported * SPOT


@pytest.mark.requirement("RSK-03")
def test_a_pool_that_owes_no_margin_does_not_survive_a_move_that_takes_all_its_equity() -> None:
    call = worlds.option("BTC", 90_000.0, OptionType.CALL, days=20, linear=False)
    portfolio = worlds.book({"USD": 1e5}, worlds.held(call, 20.0), pools=(worlds.pool("one", "deribit", 1e5),))
    (found,) = worst_move_survival(worlds.seen(portfolio, worlds.market([(call, worlds.marked(call, SPOT, 0.5))])))
    # Its calls are worth 2.2 coins: a fall takes more than the equity, though a rise pledges more of it.
    assert (found.survives, found.move_pct) == (False, -30.0)
    assert found.equity_usd is not None
    assert found.equity_usd < 0.0


@pytest.mark.requirement("MKT-16")
def test_each_venue_s_margin_ratio_is_its_own_and_one_can_breach_alone() -> None:
    near, far = outlook(two_venues(-5.0, 5.0, 12_000.0, 400_000.0)).pools
    assert near.margin_use_pct == pytest.approx(100.0 * 10_000.0 / 12_000.0)
    assert far.margin_use_pct == pytest.approx(2.5)
    assert near.margin_ratio_pct == pytest.approx(100.0 * 5_000.0 / 12_000.0)
    limits = worlds.who("degen").state_limits()
    assert near.margin_use_pct > limits.margin_use_pct > far.margin_use_pct


@pytest.mark.requirement("RSK-04")
@pytest.mark.parametrize(("persona", "survives"), list(zip(PERSONAS, (False, False, False, True, True), strict=True)))
def test_a_leg_passes_by_itself_where_its_persona_asks_for_less(persona: str, survives: bool) -> None:
    view = two_venues(-5.0, 0.0, 80_000.0, 1.0)
    move = required_move(worlds.who(persona).liquidation_distance_pct_min)
    assert 10.0 <= move <= 20.0
    (leg,) = leg_checks(view, outlook(view).pools, move)
    assert leg.isolated_distance_pct == pytest.approx(100.0 * (80_000.0 - 5_000.0) / 505_000.0)
    assert leg.survives is survives


@pytest.mark.requirement("RSK-09")
def test_isolating_a_leg_raises_its_return_and_brings_its_liquidation_nearer() -> None:
    ether = worlds.perpetual("ETH", venue="near", tiers=TIERS)
    pools = (worlds.pool("one", "near", 200_000.0),)
    held = (worlds.held(NEAR, -5.0, entry_price=102_000.0), worlds.held(ether, 160.0, entry_price=2_990.0))
    quotes = [(NEAR, worlds.quoted(NEAR, SPOT)), (ether, worlds.quoted(ether, 3_000.0))]
    view = worlds.seen(worlds.book({"USD": 2e5}, *held, pools=pools), worlds.market(quotes))
    short, long = leg_checks(view, outlook(view).pools, 20.0)
    assert (short.pnl_usd, long.pnl_usd) == (pytest.approx(10_000.0), pytest.approx(1_600.0))
    assert short.isolated_equity_usd + long.isolated_equity_usd == pytest.approx(200_000.0)
    for leg in (short, long):
        assert leg.cross_roe_pct is not None
        assert leg.cross_distance_pct is not None
        assert (leg.isolated_roe_pct or 0.0) > leg.cross_roe_pct
        assert (leg.isolated_distance_pct or 0.0) < leg.cross_distance_pct


@pytest.mark.parametrize("contracts", [5.0, -5.0])
def test_an_isolated_leg_is_liquidated_where_the_venue_s_formula_says(contracts: float) -> None:
    found = isolated_liquidation(NEAR, contracts, SPOT, 60_000.0, index=SPOT)
    assert found == pytest.approx(linear_liquidation(60_000.0, contracts, SPOT, TIERS))
    inverse = replace(worlds.inverse_perpetual(), margin_tiers=TIERS)
    # Its equity is coin, which the index prices and the contract's own mark does not.
    found = isolated_liquidation(inverse, 10_000.0 * contracts, SPOT, 60_000.0, index=0.99 * SPOT)
    assert found == pytest.approx(inverse_liquidation(0.6 / 0.99, 100_000.0 * contracts, SPOT, TIERS))


def test_the_coins_behind_an_inverse_leg_are_worth_its_own_mark_to_it() -> None:
    inverse = replace(worlds.inverse_perpetual(), margin_tiers=TIERS)
    # 5,000 USD of maintenance and 5,020 of equity at the index: at a mark 1 % lower that is 4,970.
    assert isolated_liquidation(inverse, 50_000.0, 0.99 * SPOT, 5_020.0, index=SPOT) == 0.99 * SPOT
    assert isolated_liquidation(inverse, 50_000.0, 1.01 * SPOT, 5_020.0, index=SPOT) != 1.01 * SPOT


@pytest.mark.requirement("RSK-04")
@pytest.mark.parametrize("linear", [True, False])
@pytest.mark.parametrize("side", [1.0, -1.0])
@pytest.mark.parametrize(("equity", "survives"), [(1_000.0, False), (62_000.0, False), (140_000.0, True)])
def test_a_leg_that_is_at_its_maintenance_already_outlives_no_move(
    linear: bool, side: float, equity: float, survives: bool
) -> None:
    tiers = (MarginTier(up_to_notional=None, initial=0.25, maintenance=0.125),)
    leg = worlds.perpetual(tiers=tiers) if linear else replace(worlds.inverse_perpetual(), margin_tiers=tiers)
    pools = (worlds.pool("one", leg.venue, equity),)
    portfolio = worlds.book({"USD": equity}, worlds.held(leg, side * (5.0 if linear else 50_000.0)), pools=pools)
    view = worlds.seen(portfolio, worlds.market([(leg, worlds.quoted(leg, SPOT))]))
    (found,) = leg_checks(view, outlook(view).pools, 10.0)
    assert found.survives is survives
    assert survives or found.isolated_distance_pct == 0.0


@pytest.mark.requirement("ENG-01")
def test_running_pnl_is_the_value_now_less_the_entry_and_unknown_without_one() -> None:
    call = worlds.option("BTC", 110_000.0, OptionType.CALL, days=20, linear=False)
    inverse = worlds.inverse_perpetual()
    held = (
        worlds.held(NEAR, 2.0, entry_price=95_000.0), worlds.held(inverse, -1_000.0, entry_price=125_000.0),
        worlds.held(call, -3.0, entry_price=0.02), worlds.held(FAR, 1.0),
    )  # fmt: skip
    quotes = [(leg, worlds.quoted(leg, SPOT)) for leg in (NEAR, FAR, inverse)] + [
        (call, worlds.marked(call, SPOT, 0.5))
    ]
    view = worlds.seen(worlds.book({"USD": 1e6}, *held), worlds.market(quotes))
    found = [running_pnl(view, item) for item in held]
    assert found[:2] == [pytest.approx(10_000.0), pytest.approx(-10_000.0 * (1 / 125_000.0 - 1 / SPOT) * SPOT)]
    worth = float(view.table.value_usd[view.table.row[call.id]])
    assert found[2] == pytest.approx(-3.0 * (worth - 0.02 * SPOT))
    assert found[3] is None


def test_the_heat_is_the_largest_share_of_a_limit_and_names_it() -> None:
    view = two_venues(-5.0, 5.0, 100_000.0, 400_000.0)
    limits, measures = worlds.who("degen").state_limits(), outlook(view).measures
    found = heat_index(measures, limits)
    shares = {
        name: limits.liquidation_distance_pct_min / value if name.endswith("_min") else value / getattr(limits, name)
        for name in STATE_LIMITS
        if (value := measures.value(name)) is not None
    }
    assert found.used == pytest.approx(shares)
    assert found.led_by == max(shares, key=lambda name: shares[name])
    assert found.heat == pytest.approx(100.0 * min(max(shares.values()), 1.0))
    assert heat_index(measures, worlds.who("cautious").state_limits()).heat >= found.heat


@pytest.mark.requirement("MKT-15")
def test_a_plan_beyond_the_venue_s_largest_position_is_refused_and_one_that_comes_back_is_not() -> None:
    small = replace(NEAR, margin_tiers=(MarginTier(up_to_notional=1e6, initial=0.02, maintenance=0.01),))

    def refused(held: float, traded: str) -> list[str]:
        case = worlds.facing(_book(small, held), worlds.market([(small, worlds.quoted(small, SPOT))],
                             volatility_index={"BTC": 0.5}), worlds.unlimited("degen"))  # fmt: skip
        action = evaluate(case, ActionKind.TO_TARGET, "BTC", {small.id: Decimal(traded)})
        return [reason for reason in map(str, refusals(case, action)) if "beyond the venue's largest" in reason]

    assert refused(9.0, "2")
    assert not refused(9.0, "0.5")
    assert not refused(12.0, "-1")


def _book(listed: Instrument, size: float) -> Portfolio:
    pools = (worlds.pool("one", listed.venue, 1e8),)
    return worlds.book({"USD": 1e8}, worlds.held(listed, size), pools=pools)


@pytest.mark.requirement("RSK-05")
@pytest.mark.parametrize("times", [10.5, 50.0, 100.0])
@pytest.mark.parametrize("persona", PERSONAS)
def test_ten_and_more_times_leverage_is_refused_to_every_persona(persona: str, times: float) -> None:
    leg = replace(NEAR, margin_tiers=(MarginTier(up_to_notional=None, initial=0.005, maintenance=0.002),))
    snapshot = worlds.market([(leg, worlds.quoted(leg, SPOT))], volatility_index={"BTC": 0.5})
    case = worlds.facing(_book_of(leg, 1e6), snapshot, worlds.who(persona))
    action = evaluate(case, ActionKind.TO_TARGET, "BTC", {leg.id: Decimal(str(times * 10.0))})
    assert any("gross_leverage" in str(reason) or "gross leverage" in str(reason) for reason in refusals(case, action))


@pytest.mark.requirement("RSK-05")
def test_the_leverage_cap_of_cautious_is_once_the_equity_and_a_persona_may_state_another() -> None:
    assert [worlds.who(persona).gross_leverage for persona in PERSONAS] == [1.0, 2.0, 3.0, 5.0, 10.0]
    assert worlds.who("cautious", gross_leverage=0.5).state_limits().gross_leverage == 0.5


def _book_of(listed: Instrument, equity: float) -> Portfolio:
    return worlds.book({"USD": equity}, worlds.held(listed, 0.001), pools=(worlds.pool("one", listed.venue, equity),))


@pytest.mark.requirement("RSK-16")
def test_new_risk_through_a_venue_beyond_its_share_is_refused_and_the_shares_are_told() -> None:
    view = two_venues(1.0, 0.0, 700_000.0, 300_000.0)
    assert view.venue_shares() == {"near": pytest.approx(70.0), "far": pytest.approx(30.0)}
    case = worlds.facing(view.portfolio, replace(view.market, volatility_index={"BTC": 0.5}), worlds.who("cautious"))
    assert case.persona.venue_share_pct_max == 40.0
    for venue, crowded in ((NEAR, True), (FAR, False)):
        action = evaluate(case, ActionKind.TO_TARGET, "BTC", {venue.id: Decimal("0.1")})
        assert any("near" in str(reason) and "40" in str(reason) for reason in refusals(case, action)) is crowded
    assert np.isfinite(outlook(view).measures.venue_share_pct_max or np.nan)
