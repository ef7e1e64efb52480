"""Margin of pools that hold options: Deribit's formula, portfolio margin as an estimate, liquidation by revaluation."""

from dataclasses import replace

import numpy as np
import pytest
import worlds
from hypothesis import given
from hypothesis import strategies as st

from oracle_core.domain.exposure import PoolMargin
from oracle_core.domain.instrument import Instrument, MarginTier, OptionType
from oracle_core.domain.portfolio import MarginModel, MarginPool, PoolBalance
from oracle_core.maths.black import black_price
from oracle_core.pricing.deribit_margin import short_option_margin
from oracle_core.pricing.liquidation import (
    deribit_linear_liquidation,
    hyperliquid_tiers,
    linear_liquidation,
    with_deductions,
)
from oracle_core.risk.margin import pool_curves, pool_needs
from oracle_core.risk.nearest_zero import nearest_zero
from oracle_core.risk.outlook import outlook
from oracle_core.risk.view import BookView

TIERS = (MarginTier(up_to_notional=None, initial=0.02, maintenance=0.01),)
SPOT, VOL, DAYS = 100_000.0, 0.55, 20.0
CALL = worlds.option("BTC", 110_000.0, OptionType.CALL, days=DAYS, linear=False)
PUT = worlds.option("BTC", 90_000.0, OptionType.PUT, days=DAYS, linear=False)
LINEAR_PUT = worlds.option("BTC", 90_000.0, OptionType.PUT, days=DAYS)
LINEAR_CALL = worlds.option("BTC", 100_000.0, OptionType.CALL, days=DAYS)
PERPETUAL = worlds.perpetual(tiers=TIERS)


def seen(
    equity: dict[str, float], *held: tuple[Instrument, float], model: MarginModel = MarginModel.STANDARD, **more: float
) -> BookView:
    (venue,) = {listed.venue for listed, _ in held}
    purse = {coin: PoolBalance(balance=amount, equity=amount, **more) for coin, amount in equity.items()}
    pool = MarginPool(id="pool", venue=venue, margin_model=model, currencies=purse)
    portfolio = worlds.book(equity, *(worlds.held(listed, size) for listed, size in held), pools=(pool,))
    quotes = [
        (listed, worlds.marked(listed, SPOT, VOL) if listed.is_option else worlds.quoted(listed, SPOT))
        for listed, _ in held
    ]
    return worlds.seen(portfolio, worlds.market(quotes))


def margin(view: BookView) -> PoolMargin:
    (found,) = outlook(view).pools
    return found


def dollars(listed: Instrument, price: float) -> float:
    assert listed.strike is not None
    assert listed.option_type is not None
    return float(black_price(price, listed.strike, DAYS / 365.0, VOL, sign=listed.option_type.sign))


def standard(listed: Instrument, price: float) -> tuple[float, float]:
    assert listed.strike is not None
    assert listed.option_type is not None
    rates = short_option_margin(listed.option_type, dollars(listed, price) / price, listed.strike, price)
    return rates.initial * price, rates.maintenance * price


@pytest.mark.requirement("RSK-01")
@pytest.mark.parametrize("listed", [CALL, PUT, LINEAR_PUT], ids=lambda listed: listed.symbol)
def test_a_short_option_in_a_deribit_pool_needs_its_standard_margin(listed: Instrument) -> None:
    found = margin(seen({"USDC": 400_000.0}, (listed, -3.0)))
    initial, maintenance = standard(listed, SPOT)
    assert (found.initial_usd, found.maintenance_usd) == pytest.approx((3.0 * initial, 3.0 * maintenance), rel=1e-12)
    assert found.margin_use_pct == pytest.approx(100.0 * 3.0 * initial / 400_000.0)
    assert found.headroom_usd == pytest.approx(400_000.0 - 3.0 * initial)
    assert found.margin_ratio_pct == pytest.approx(100.0 * 3.0 * maintenance / 400_000.0)
    assert not found.unknown
    assert "standard margin" in found.rules[0]


def test_a_bought_option_needs_no_margin_and_cannot_be_liquidated() -> None:
    found = margin(seen({"USDC": 400_000.0}, (LINEAR_CALL, 3.0)))
    assert (found.initial_usd, found.maintenance_usd, found.liquidation_price) == (0.0, 0.0, None)


@pytest.mark.requirement("RSK-02")
@given(
    calls=st.floats(-8.0, 4.0), puts=st.floats(-8.0, 4.0), perpetuals=st.floats(-4.0, 4.0),
    equity=st.sampled_from([200_000.0, 500_000.0, 900_000.0]),
)  # fmt: skip
def test_at_the_liquidation_price_of_options_the_balance_is_down_to_maintenance(
    calls: float, puts: float, perpetuals: float, equity: float
) -> None:
    held = [(LINEAR_CALL, calls), (LINEAR_PUT, puts), (PERPETUAL, perpetuals)]
    kept = [(listed, size) for listed, size in held if abs(size) > 0.01]
    view = seen({"USDC": equity}, *(kept or [(LINEAR_CALL, 1.0)]))
    found = margin(view)
    if found.liquidation_price is None or not found.liquidation_distance_pct:
        return
    price = found.liquidation_price

    def left(at: float) -> float:
        """Equity without options less maintenance, from the formulas."""
        total = equity
        for listed, size in held:
            if abs(size) <= 0.01:
                continue
            if listed.is_option:
                total -= size * dollars(listed, SPOT) + max(-size, 0.0) * standard(listed, at)[1]
            else:
                total += size * (at - SPOT) - 0.01 * abs(size) * at
        return total

    # A put's maintenance has a kink where its mark is a whole coin: the cubic through it is a little off there.
    assert left(price) == pytest.approx(0.0, abs=1e-3 * equity if price < 50_000.0 else 1e-5 * equity)
    nearer = SPOT + np.sign(price - SPOT) * np.linspace(0.0, 0.99, 40) * abs(price - SPOT)
    assert all(left(float(at)) > 0.0 for at in nearer)
    assert found.liquidation_distance_pct == pytest.approx(100.0 * abs(1.0 - price / SPOT))


def test_coin_collateral_behind_inverse_options_is_counted_at_the_price_of_the_liquidation() -> None:
    found = margin(seen({"BTC": 2.0}, (CALL, -6.0)))
    assert found.liquidation_price is not None
    at = found.liquidation_price
    coins = 2.0 + 6.0 * (dollars(CALL, SPOT) / SPOT) - 6.0 * standard(CALL, at)[1] / at
    assert coins == pytest.approx(0.0, abs=1e-6)


def test_the_book_must_name_the_model_before_an_option_s_margin_is_known() -> None:
    view = seen({"USDC": 4e5}, (CALL, -3.0))
    bare = worlds.seen(replace(view.portfolio, pools=()), view.market)
    assert margin(bare).unknown == ("margin rule of 1 option positions on deribit",)
    elsewhere = replace(CALL, venue="elsewhere")
    assert margin(seen({"USDC": 4e5}, (elsewhere, -3.0))).unknown == ("margin rule of 1 option positions on elsewhere",)


@pytest.mark.requirement("RSK-08")
def test_portfolio_margin_of_a_hedged_book_is_at_most_the_sum_of_its_parts_and_is_called_an_estimate() -> None:
    hedged = [(LINEAR_PUT, 10.0), (LINEAR_CALL, -10.0), (PERPETUAL, 9.0)]
    estimate = margin(seen({"USDC": 4e5}, *hedged, model=MarginModel.PORTFOLIO))
    alone = [margin(seen({"USDC": 4e5}, item, model=MarginModel.PORTFOLIO)) for item in hedged]
    assert estimate.maintenance_usd is not None
    assert estimate.maintenance_usd <= sum(item.maintenance_usd or 0.0 for item in alone)
    assert estimate.maintenance_usd < (margin(seen({"USDC": 4e5}, *hedged)).maintenance_usd or 0.0)
    assert estimate.rules[0].startswith("ESTIMATE")


def test_portfolio_margin_is_the_worst_of_sixteen_per_cent_for_a_contract_without_options() -> None:
    found = margin(seen({"USDC": 4e5}, (PERPETUAL, 5.0), model=MarginModel.PORTFOLIO))
    assert found.maintenance_usd == pytest.approx(0.16 * 5.0 * SPOT)
    assert found.initial_usd == pytest.approx(1.3 * 0.16 * 5.0 * SPOT)
    move = (4e5 - 0.16 * 5e5) / (5e5 - 0.16 * 5e5)
    assert found.liquidation_distance_pct == pytest.approx(100.0 * move)


def test_a_bought_put_offsets_a_long_perpetual_under_portfolio_margin_only() -> None:
    held = ((PERPETUAL, 5.0), (LINEAR_PUT, 5.0))
    standard_, estimate = (margin(seen({"USDC": 2e5}, *held, model=model)) for model in (
        MarginModel.STANDARD, MarginModel.PORTFOLIO))  # fmt: skip
    assert standard_.liquidation_distance_pct is not None
    assert (estimate.liquidation_distance_pct or np.inf) > standard_.liquidation_distance_pct


BRACKETS = with_deductions(
    [
        MarginTier(up_to_notional=up_to, initial=2.0 * rate, maintenance=rate)
        for up_to, rate in ((5e4, 0.004), (2.5e5, 0.005), (1e6, 0.01), (1e7, 0.025), (None, 0.05))
    ]
)


@pytest.mark.requirement("RSK-02")
@pytest.mark.parametrize("tiers", [BRACKETS, hyperliquid_tiers([(150e6, 40.0), (None, 20.0)])], ids=["binance", "hl"])
@given(coins=st.floats(-60.0, 60.0).filter(lambda size: abs(size) > 0.01), times=st.floats(0.03, 2.0))
def test_a_pool_of_one_linear_contract_is_liquidated_where_the_venue_s_formula_says_to_the_tick(
    tiers: tuple[MarginTier, ...], coins: float, times: float
) -> None:
    wallet = times * abs(coins) * SPOT
    listed = worlds.perpetual(venue="any", tiers=tiers)
    found = margin(seen({"USDT": wallet}, (listed, coins), model=MarginModel.CROSS))
    exact = linear_liquidation(wallet, coins, SPOT, tiers)
    if found.liquidation_distance_pct == 0.0:
        assert exact is None or (exact - SPOT) * coins >= -1e-6 * abs(coins) * SPOT
    elif exact is None:
        assert found.liquidation_price is None
    else:
        assert found.liquidation_price == pytest.approx(exact, abs=0.01)


@pytest.mark.requirement("RSK-02")
@pytest.mark.parametrize("coins", [25.0, -350.0])
def test_deribit_s_linear_perpetual_has_its_growing_margin_where_no_tiers_are_listed(coins: float) -> None:
    bare = worlds.perpetual()
    equity = 0.1 * abs(coins) * SPOT
    found = margin(seen({"USDC": equity}, (bare, coins)))
    rate = 0.00005 * abs(coins)
    assert found.initial_usd == pytest.approx((0.02 + rate) * abs(coins) * SPOT)
    assert found.maintenance_usd == pytest.approx((0.01 + rate) * abs(coins) * SPOT)
    assert found.liquidation_price == pytest.approx(deribit_linear_liquidation(equity, coins, SPOT) or 0.0)


def test_the_curves_of_a_pool_start_where_its_margin_is() -> None:
    view = seen({"BTC": 2.0, "USDC": 1e5}, (CALL, -6.0), (PUT, 2.0), (PERPETUAL, 1.0))
    curves = pool_curves(view, view.pools[0], view.held)
    needs = pool_needs(curves)
    assert needs.initial == pytest.approx(margin(view).initial_usd or 0.0)
    assert needs.pledged == pytest.approx(float(view.held @ view.table.value_usd))
    assert all(curve.now(curve.equity) == pytest.approx(0.0, abs=1e-6) for curve in curves)


def test_the_nearer_side_of_a_smooth_curve_is_found_to_a_millionth() -> None:
    moves = np.round(np.arange(-0.5, 0.51, 0.01), 6)
    left = 1.0 - (moves / 0.237) ** 2 * (1.0 + moves)
    found = nearest_zero(moves, left, straight=False)
    assert found is not None
    assert found > 0.0
    assert (found / 0.237) ** 2 * (1.0 + found) == pytest.approx(1.0, abs=1e-6)


def test_the_straddles_of_the_decision_on_margin_models_need_what_it_says() -> None:
    week = [worlds.option("BTC", SPOT, right, days=7.0) for right in OptionType]
    use = {
        model: margin(seen({"USD": 1e6}, *((listed, -20.0) for listed in week), model=model)).margin_use_pct
        for model in (MarginModel.STANDARD, MarginModel.PORTFOLIO)
    }
    assert use[MarginModel.STANDARD] == pytest.approx(72.15, abs=0.01)
    assert use[MarginModel.PORTFOLIO] == pytest.approx(31.00, abs=0.01)


def test_what_was_weighed_before_changes_no_margin() -> None:
    ether = worlds.perpetual("ETH", tiers=TIERS)
    view = seen({"BTC": 2.0, "ETH": 3.0, "USDC": 2e5}, (CALL, -6.0), (PUT, 2.0), (PERPETUAL, 1.0), (ether, -20.0))
    plans = [view.held * share for share in (0.0, 0.5, -1.0, 0.0)]
    plans += [
        np.where(view.table.row[PERPETUAL.id] == np.arange(4), 1.0, 0.0),
        3.0 * np.eye(4)[view.table.row[ether.id]],
    ]
    pools = [view.pools[0], *(replace(view.pools[0], equity=equity) for equity in ({"USDC": 5e5}, {"BTC": 9.0}))]
    asked = [(replace(view, pools=(pool,)), plan) for pool in pools for plan in plans]

    def alone(book: BookView, plan: np.ndarray) -> PoolMargin:
        return outlook(replace(book, untouched={}, curves={}), plan).pools[0]

    assert [outlook(*one).pools[0] for one in asked] == [alone(*one) for one in asked]
    assert len({found.liquidation_price for found in (alone(*one) for one in asked)}) > len(pools)
