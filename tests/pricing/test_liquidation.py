"""Liquidation prices and margins against the venues' worked examples; at the price, equity is maintenance."""

from itertools import pairwise
from pathlib import Path

import pytest
import worlds
from hypothesis import given
from hypothesis import strategies as st

from oracle_core.domain.instrument import MarginTier, OptionType
from oracle_core.errors import InputError, PricingError
from oracle_core.pricing.deribit_margin import (
    former_vol_change,
    linear_perpetual_rates,
    portfolio_vol_shock,
    short_option_margin,
)
from oracle_core.pricing.liquidation import (
    bybit_inverse,
    bybit_linear,
    deribit_linear_liquidation,
    hyperliquid_liquidation,
    hyperliquid_tiers,
    inverse_liquidation,
    linear_liquidation,
    liquidation_price,
    with_deductions,
)
from oracle_core.pricing.margin import tier_margin
from oracle_core.venues.leverage_tiers import read_leverage_tiers

# Binance's BTCUSDT brackets of 18 March 2021, as published: notional up to, maintenance rate.
BTCUSDT_2021 = (
    (5e4, 0.004), (2.5e5, 0.005), (1e6, 0.01), (1e7, 0.025), (2e7, 0.05), (5e7, 0.1), (1e8, 0.125), (2e8, 0.15),
    (3e8, 0.25), (5e8, 0.5),
)  # fmt: skip
TIERS = with_deductions([MarginTier(up_to_notional=top, initial=rate, maintenance=rate) for top, rate in BTCUSDT_2021])
sizes = st.floats(0.001, 2_000.0)
sides = st.sampled_from((-1.0, 1.0))


def flat(rate: float, deduction: float = 0.0) -> tuple[MarginTier, ...]:
    return (MarginTier(up_to_notional=None, initial=rate, maintenance=rate, deduction=deduction),)


def maintenance(tiers: tuple[MarginTier, ...], notional: float) -> float:
    tier = next(t for t in tiers if t.up_to_notional is None or notional <= t.up_to_notional or t is tiers[-1])
    return tier.maintenance * notional - tier.deduction


@pytest.mark.requirement("MKT-15")
def test_binance_usdm_prices_match_the_references(perps: dict) -> None:
    cases = perps["binance_usdm"]["cases"]
    for case in cases:
        given_ = case["inputs"]
        found = linear_liquidation(
            given_["WB"], given_["side"] * given_["position"], given_["entry"], flat(given_["mmr"], given_["cum"]),
            maintenance_other=given_["TMM_other"], pnl_other=given_["UPNL_other"],
        )  # fmt: skip
        assert found == pytest.approx(case["expected"]["liq_price"], rel=1e-12)
        assert found == pytest.approx(case.get("published", found), abs=perps["binance_usdm"]["tol"])
    assert len(cases) == 3


@pytest.mark.requirement("MKT-15")
def test_binance_s_tiers_and_their_amounts_match_the_references(perps: dict) -> None:
    by_cap = {tier.up_to_notional: tier for tier in TIERS}
    for row in perps["binance_usdm"]["btcusdt_tiers_2021_03_18"]:
        tier = by_cap[row["max_notional"]]
        assert (tier.maintenance, tier.deduction) == (row["mmr"], pytest.approx(row["maint_amount"], abs=1e-6))
    listed = worlds.perpetual(tiers=TIERS)
    for case in perps["binance_usdm"]["tier_cases"]:
        found = tier_margin(listed, case["inputs"]["notional"])
        assert found.rate == case["expected"]["mmr"]
        assert found.maintenance == pytest.approx(case["expected"]["maintenance_margin"], abs=1e-6)


def test_binance_coinm_s_amount_matches_the_reference(perps: dict) -> None:
    case = perps["binance_coinm"]["case"]
    given_ = case["inputs"]
    before = MarginTier(up_to_notional=given_["floor"], initial=0.05, maintenance=0.025, deduction=given_["prev"])
    ladder = with_deductions(
        [
            MarginTier(up_to_notional=given_["prev"] / 0.025, initial=0.02, maintenance=0.0),
            before,
            MarginTier(up_to_notional=None, initial=0.1, maintenance=0.025 + given_["dmmr"]),
        ]
    )
    assert ladder[1].deduction == pytest.approx(given_["prev"], abs=1e-12)
    assert ladder[2].deduction == pytest.approx(case["expected"], abs=1e-12)


def test_bybit_prices_match_the_references(perps: dict) -> None:
    linear, inverse = perps["bybit"]["cases"]
    g = linear["inputs"]
    found = bybit_linear(g["side"] * g["size"], g["entry"], leverage=g["leverage"], rate=g["mmr"], extra=g["extra"])
    assert found == tuple(linear["expected"][name] for name in ("im", "mm", "liq_price"))
    g = inverse["inputs"]
    coin = bybit_inverse(g["side"] * g["usd"], g["entry"], leverage=g["leverage"], rate=g["mmr"])
    assert coin == pytest.approx([inverse["expected"][name] for name in ("im", "mm", "liq_price")], rel=1e-14)


@pytest.mark.requirement("MKT-15")
def test_hyperliquid_prices_and_tiers_match_the_references(perps: dict) -> None:
    margin = perps["hyperliquid_margin"]
    for case in margin["cases"]:
        g = case["inputs"]
        found = hyperliquid_liquidation(
            g["isolated_margin"], g["side"] * g["position_size"], g["price"],
            hyperliquid_tiers([(None, g["max_leverage"])]),
        )  # fmt: skip
        assert found == pytest.approx(case["expected"]["liq_price"], rel=1e-14)
    case = margin["tier_case"]
    steps = [(top, most) for _, top, most in margin["tiers"][case["inputs"]["asset"]]]
    tier = hyperliquid_tiers(steps)[1]
    assert tier.maintenance == case["expected"]["mmr"]
    assert tier.deduction == pytest.approx(case["expected"]["deduction"], abs=1e-6)
    held = maintenance(hyperliquid_tiers(steps), case["inputs"]["notional"])
    assert held == pytest.approx(case["expected"]["maintenance_margin"], abs=1e-6)


def test_deribit_margins_match_the_references(perps: dict) -> None:
    margin = perps["deribit_margin"]
    for case in margin["linear_perp"]["cases"]:
        coins, notional = case["inputs"]["btc"], case["inputs"]["btc"] * case["inputs"]["price"]
        rates, expected = linear_perpetual_rates(coins), case["expected"]
        assert rates == pytest.approx((expected["im_rate"], expected["mm_rate"]), rel=1e-14)
        assert rates.initial * notional == pytest.approx(expected["im_usdc"], rel=1e-14)
        assert rates.maintenance * notional == pytest.approx(expected["mm_usdc"], rel=1e-14)
    for case in margin["short_option_standard"]["cases"]:
        g = case["inputs"]
        found = short_option_margin(OptionType(g["short"]), g["mark_coin"], g["K"], g["underlying_mark"])
        assert found == pytest.approx((case["expected"]["im_coin"], case["expected"]["mm_coin"]), rel=1e-14)
    for case in margin["portfolio_margin"]["cases"]:
        shock = portfolio_vol_shock(case["inputs"]["days"], case["inputs"]["iv"])
        assert shock == pytest.approx((case["expected"]["vol_up"], case["expected"]["vol_down"]), rel=1e-14)
    older = margin["portfolio_margin"]["older_case"]
    assert former_vol_change(older["inputs"]["days"]) == pytest.approx(older["expected"]["iv_change"], rel=1e-14)


@given(size=sizes, side=sides, entry=st.floats(100.0, 1e5), margin=st.floats(0.01, 3.0))
@pytest.mark.requirement("MKT-15")
def test_equity_is_maintenance_at_a_linear_liquidation_price(
    size: float, side: float, entry: float, margin: float
) -> None:
    wallet, position = margin * size * entry, side * size
    price = linear_liquidation(wallet, position, entry, TIERS)
    if price is None:
        assert side > 0.0
        assert wallet >= size * entry * 0.999
        return
    equity = wallet + position * (price - entry)
    assert equity == pytest.approx(maintenance(TIERS, size * price), rel=1e-9, abs=1e-9 * size * entry)


@given(size=st.floats(100.0, 1e7), side=sides, entry=st.floats(100.0, 1e5), margin=st.floats(0.01, 3.0))
def test_equity_is_maintenance_at_an_inverse_liquidation_price(
    size: float, side: float, entry: float, margin: float
) -> None:
    coins = size / entry
    tiers = with_deductions(
        [
            MarginTier(up_to_notional=0.5 * coins, initial=0.01, maintenance=0.004),
            MarginTier(up_to_notional=None, initial=0.02, maintenance=0.009),
        ]
    )
    price = inverse_liquidation(margin * coins, side * size, entry, tiers)
    if price is None:
        assert side < 0.0
        assert margin >= 0.99
        return
    equity = margin * coins + side * size * (1.0 / entry - 1.0 / price)
    assert equity == pytest.approx(maintenance(tiers, size / price), rel=1e-9, abs=1e-9 * coins)


def test_the_tier_is_the_one_of_the_notional_at_the_liquidation_price() -> None:
    tiers = with_deductions([MarginTier(up_to_notional=1_000.0, initial=0.01, maintenance=0.01), *flat(0.2)])
    price = linear_liquidation(100.0, -10.0, 99.0, tiers)
    assert price == pytest.approx((100.0 + 990.0 + tiers[1].deduction) / (10.0 * 0.2 + 10.0))
    assert price != linear_liquidation(100.0, -10.0, 99.0, flat(0.01))


@given(edge=st.floats(1e3, 1e7), size=st.floats(0.01, 100.0))
def test_a_liquidation_exactly_where_tiers_meet_is_not_lost_to_rounding(edge: float, size: float) -> None:
    tiers = with_deductions([MarginTier(up_to_notional=edge, initial=0.1, maintenance=0.01), *flat(0.05)])
    price, entry = edge / size, 0.9 * edge / size
    wallet = 0.01 * edge + size * (price - entry)
    assert linear_liquidation(wallet, -size, entry, tiers) == pytest.approx(price, rel=1e-9)


def test_deribit_s_linear_position_is_liquidated_where_equity_meets_its_own_rate() -> None:
    price = deribit_linear_liquidation(50_000.0, 25.0, 100_000.0)
    assert 50_000.0 + 25.0 * (price - 100_000.0) == pytest.approx(0.01125 * 25.0 * price, rel=1e-12)


def test_a_listed_contract_is_liquidated_by_its_own_tiers() -> None:
    listed = worlds.perpetual(tiers=flat(0.004))
    assert liquidation_price(listed, -3.554, 1_900.0, 1_000.0) == pytest.approx(2172.682371246584, rel=1e-12)
    with pytest.raises(InputError, match="margin_tiers"):
        liquidation_price(worlds.perpetual(), 1.0, 100.0, 1.0)


def test_no_position_and_no_tiers_and_bad_numbers_are_told_apart() -> None:
    assert linear_liquidation(1.0, 0.0, 100.0, TIERS) is None
    assert inverse_liquidation(1.0, 0.0, 100.0, TIERS) is None
    with pytest.raises(InputError, match="at least one margin tier"):
        linear_liquidation(1.0, 1.0, 100.0, ())
    with pytest.raises(PricingError, match=r"wallet: `nan`"):
        linear_liquidation(float("nan"), 1.0, 100.0, TIERS)
    with pytest.raises(PricingError, match="leverage"):
        bybit_linear(1.0, 100.0, leverage=0.0, rate=0.01)
    with pytest.raises(PricingError, match="days"):
        portfolio_vol_shock(0.0, 0.5)
    with pytest.raises(PricingError, match="strike"):
        short_option_margin(OptionType.CALL, 0.1, 0.0, 1.0)


@pytest.mark.requirement("MKT-15")
def test_recorded_leverage_brackets_give_binance_s_own_amounts(reference_dir: Path) -> None:
    import json

    path = reference_dir / "data" / "venues" / "binance_leverage_tiers_2025-07.json"
    tiers = read_leverage_tiers(path)
    stated = json.loads(path.read_text())
    assert len(tiers) == len(stated) > 400
    for symbol, rows in stated.items():
        for tier, row in zip(tiers[symbol], rows, strict=True):
            assert tier.deduction == pytest.approx(float(row["info"]["cum"]), rel=1e-6, abs=0.01), symbol
        for one, next_ in pairwise(tiers[symbol]):
            edge = one.up_to_notional
            assert edge is not None
            gap = (one.maintenance - next_.maintenance) * edge - one.deduction + next_.deduction
            assert abs(gap) <= 1e-9 * edge


def test_the_largest_whole_number_means_that_a_bracket_has_no_cap(tmp_path: Path) -> None:
    path = tmp_path / "tiers.json"
    row = '{"minNotional": 0, "maxNotional": 9223372036854775807, "maintenanceMarginRate": 0.1, "maxLeverage": 5}'
    path.write_text('{"A": [' + row + "]}")
    assert read_leverage_tiers(path)["A"][0].up_to_notional is None


def test_brackets_with_gaps_or_without_numbers_are_refused_with_the_place(tmp_path: Path) -> None:
    path = tmp_path / "tiers.json"
    row = '{"minNotional": %s, "maxNotional": 10, "maintenanceMarginRate": %s, "maxLeverage": 5}'
    path.write_text('{"A": [' + row % ("1", "0.1") + '], "B": [' + row % ("0", '"x"') + '], "C": 3, "D": [3]}')
    with pytest.raises(InputError) as caught:
        read_leverage_tiers(path)
    told = str(caught.value)
    for part in ("A[0]: minNotional: `1`", "B[0]: maintenanceMarginRate: `x`", "C: `3`", "D[0]: `3`"):
        assert part in told
    path.write_text("[]")
    with pytest.raises(InputError, match="an object of symbols"):
        read_leverage_tiers(path)


@pytest.mark.requirement("MKT-15")
@pytest.mark.parametrize(("position", "price"), [(10.0, 19_740.0), (-10.0, 20_260.0)])
def test_a_deduction_and_added_margin_move_bybit_s_price_away_by_hand(position: float, price: float) -> None:
    """4,000 of initial margin, 2,000 - 100 of maintenance and 500 added, over 10 coins at 20,000."""
    found = bybit_linear(position, 20_000.0, leverage=50.0, rate=0.01, deduction=100.0, extra=500.0)
    assert (found.initial, found.maintenance, found.price) == pytest.approx((4_000.0, 1_900.0, price))


@pytest.mark.requirement("MKT-15")
@pytest.mark.parametrize(("notional", "below"), [(60_000.0, 1.2 + 0.12 - 0.002), (-60_000.0, 1.2 - 0.12 + 0.002)])
def test_a_deduction_moves_bybit_s_inverse_price_by_hand(notional: float, below: float) -> None:
    found = bybit_inverse(notional, 50_000.0, leverage=10.0, rate=0.005, deduction=0.004)
    assert found.maintenance == pytest.approx(0.002)
    assert found.price == pytest.approx(60_000.0 / below)
