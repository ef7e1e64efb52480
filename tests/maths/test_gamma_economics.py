"""What gamma must earn, what fading earns, how wide a band is, and the desk's worked figures about them."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oracle_core.errors import PricingError
from oracle_core.maths.band_width import band_widths, volatile_cost
from oracle_core.maths.bands import break_even_move, gamma_pnl
from oracle_core.maths.black import black, black_price
from oracle_core.maths.gamma_economics import break_even, fade_pnl, gamma_needed, theta_identity
from oracle_core.maths.structures import straddle

SPOT, VOL, YEARS = 60_000.0, 0.6, 30 / 365


@pytest.mark.requirement("HED-14", "W4")
def test_a_straddle_that_loses_500_a_day_needs_a_move_of_1884_and_this_much_gamma() -> None:
    cash = float(gamma_needed(-500.0, VOL))
    assert round(cash) == 1_013_889
    found = break_even(SPOT, cash / SPOT**2, -500.0 * 365.0)
    assert round(float(found.dollar_gamma)) == 10_139
    assert round(float(found.move)) == 1_884
    assert round(float(found.fraction), 4) == 0.0314
    assert float(found.realised_vol) == pytest.approx(VOL, rel=1e-14)


@pytest.mark.requirement("HED-14", "W5")
@pytest.mark.parametrize(("vol", "move"), [(0.60, 3.14), (0.80, 4.19), (0.97, 5.08), (1.00, 5.23)])
def test_the_daily_break_even_of_a_volatility_is_the_move_that_pays_for_theta(vol: float, move: float) -> None:
    bought = straddle(SPOT, SPOT, YEARS, vol).greeks
    found = break_even(SPOT, bought.gamma, bought.theta)
    assert round(100.0 * float(found.fraction), 2) == move
    assert float(found.fraction) == pytest.approx(float(break_even_move(vol)), rel=1e-13)
    day = gamma_pnl(bought.gamma, SPOT, realised=found.realised_vol, implied=vol, interval=1 / 365)
    assert float(day) == pytest.approx(0.0, abs=1e-9)


@pytest.mark.requirement("HED-14")
@given(gamma=st.floats(1e-9, 1.0), theta=st.floats(1e-6, 1e6), side=st.sampled_from([-1.0, 1.0]))
def test_on_the_break_even_move_gamma_and_theta_cancel_for_either_side(gamma, theta, side) -> None:
    found = break_even(100.0, side * gamma, -side * theta)
    assert 0.5 * gamma * float(found.move) ** 2 == pytest.approx(theta / 365.0, rel=1e-12)
    assert np.isnan(break_even(100.0, side * gamma, side * theta).move)


def test_without_gamma_no_move_pays() -> None:
    assert np.isnan(break_even(100.0, 0.0, -1.0).move)
    assert break_even(100.0, 0.02, 0.0).move == 0.0


@pytest.mark.requirement("PRI-03", "W12")
def test_theta_of_the_straddle_is_minus_half_gamma_cash_to_the_last_digits() -> None:
    bought = straddle(SPOT, SPOT, YEARS, VOL).greeks
    assert float(bought.theta) / 365.0 == pytest.approx(-136.741145, abs=5e-7)
    found = theta_identity(SPOT, bought.gamma, bought.theta, VOL)
    assert abs(float(found.deviation)) / 365.0 <= 1e-10


@pytest.mark.requirement("PRI-03")
@given(ratio=st.floats(0.5, 2.0), t=st.floats(0.01, 2.0), vol=st.floats(0.1, 2.0), rate=st.sampled_from([0.0, 0.05]))
def test_the_deviation_from_the_identity_is_the_interest_on_the_price_and_nothing_without_a_rate(
    *, ratio: float, t: float, vol: float, rate: float
) -> None:
    greeks = black(100.0, 100.0 * ratio, t, vol, sign=+1, discount=math.exp(-rate * t))
    found = theta_identity(100.0, greeks.gamma, greeks.theta, vol)
    assert abs(float(found.deviation) - rate * float(greeks.price)) <= 1e-12 * (1.0 + abs(float(greeks.theta)))
    if rate == 0.0:
        assert abs(found.deviation) <= 1e-12 * abs(found.from_gamma)


@pytest.mark.requirement("HED-18", "W14")
@given(st.lists(st.floats(10.0, 1e5), min_size=2, max_size=60), st.floats(0.0, 2.0))
def test_fading_earns_half_k_times_the_way_squared_less_the_net_move_squared(prices: list[float], k: float) -> None:
    path = np.array(prices)
    exact = 0.5 * k * (np.sum(np.diff(path) ** 2) - (path[-1] - path[0]) ** 2)
    assert abs(float(fade_pnl(path, k)) - exact) <= 1e-9 + 1e-12 * k * np.sum(np.diff(path) ** 2) * path.size


@pytest.mark.requirement("HED-18")
def test_fading_buys_the_bottom_sells_the_top_wins_in_chop_and_loses_in_a_trend() -> None:
    chop, trend = SPOT * (1.0 + 0.02 * (np.arange(11) % 2)), SPOT * 1.02 ** np.arange(11)
    assert float(fade_pnl(chop, 1e-4)) == pytest.approx(0.5e-4 * 10 * 1_200.0**2, rel=1e-12)
    assert fade_pnl(trend, 1e-4) < 0.0
    # Concave in the price: short convexity, like the short side of a straddle and unlike its buyer.
    assert fade_pnl([100.0, 90.0], 1.0) == fade_pnl([100.0, 110.0], 1.0) == 0.0
    assert fade_pnl([100.0, 110.0, 120.0], 1.0) < 0.0


@pytest.mark.requirement("HED-06")
def test_bands_widen_with_cost_narrow_with_fear_and_at_the_money_narrow_as_volatility_rises() -> None:
    costs, vols = np.linspace(0.0001, 0.01, 40), np.linspace(0.2, 1.5, 40)
    for name in ("whalley_wilmott", "zakamouline"):
        by_cost = getattr(band_widths(100.0, 100.0, YEARS, VOL, cost=costs, risk_aversion=1.0), name)
        by_fear = getattr(band_widths(100.0, 100.0, YEARS, VOL, cost=5e-4, risk_aversion=[0.1, 1.0, 10.0]), name)
        at_money = getattr(band_widths(100.0, 100.0, YEARS, vols, cost=5e-4, risk_aversion=1.0), name)
        assert (np.diff(by_cost) > 0.0).all(), name
        assert (np.diff(by_fear) < 0.0).all(), name
        assert (np.diff(at_money) < 0.0).all(), name


@pytest.mark.requirement("HED-06")
def test_far_from_the_money_whalley_wilmott_s_band_widens_with_volatility_first() -> None:
    wing = band_widths(100.0, 160.0, YEARS, [0.3, 0.6], cost=5e-4, risk_aversion=1.0)
    assert wing.whalley_wilmott[1] > wing.whalley_wilmott[0]
    assert wing.gamma[1] > wing.gamma[0]


@pytest.mark.requirement("HED-06")
@given(st.floats(0.0, 3.0), st.floats(0.0, 0.1))
def test_slippage_that_grows_with_volatility_never_makes_a_band_narrower_than_its_fee_alone(vol, share) -> None:
    cost = volatile_cost(5e-4, vol, slippage_share=share)
    assert cost == pytest.approx(5e-4 + share * vol / math.sqrt(365.0))
    widths = band_widths(100.0, 100.0, YEARS, 0.6, cost=[5e-4, float(cost)], risk_aversion=1.0).whalley_wilmott
    assert widths[1] >= widths[0]


def test_a_sudden_move_costs_the_short_what_it_brings_the_long_and_a_quadratic_is_not_enough() -> None:
    """The 30-day straddle at 60,000 and 60 %, hedged before the move."""
    held = straddle(SPOT, SPOT, YEARS, VOL)

    def hedged(move: float) -> float:
        after = black_price(SPOT * (1.0 + move), SPOT, YEARS, VOL, sign=np.array([1, -1])).sum()
        return float(after - held.greeks.price + held.hedge * SPOT * move)

    moved = straddle(1.05 * SPOT, SPOT, YEARS, VOL).greeks.delta - held.greeks.delta
    assert round(float(moved), 4) == 0.2198
    assert round(hedged(0.05), 2) == 335.95
    assert round(0.5 * float(held.greeks.gamma) * (0.05 * SPOT) ** 2, 2) == 346.60
    assert [round(hedged(move), 2) for move in (0.10, -0.10, -0.30)] == [1_288.35, 1_416.39, 11_128.78]
    assert round(0.5 * float(held.greeks.gamma) * (0.10 * SPOT) ** 2, 2) == 1_386.40


@pytest.mark.requirement("W15")
@pytest.mark.parametrize(("size", "trend", "chop"), [(0.02, -675, -914), (0.0314, 61, -57), (0.04, 536, 826)])
def test_a_trend_is_no_loss_for_long_gamma_the_daily_size_against_the_break_even_is(size, trend, chop) -> None:
    up, back = SPOT * (1.0 + size) ** np.arange(11), SPOT * (1.0 + size * (np.arange(11) % 2))
    for path, expected in ((up, trend), (back, chop)):
        left = YEARS - np.arange(11) / 365.0
        hedges = straddle(path[:-1], SPOT, left[:-1], VOL).hedge
        worth = straddle(path[[0, -1]], SPOT, left[[0, -1]], VOL).greeks.price
        assert round(float(worth[1] - worth[0] + hedges @ np.diff(path))) == expected


def test_500_dollars_is_two_per_cent_at_25000_and_less_than_one_at_60000() -> None:
    assert 500.0 / 25_000.0 == 0.02
    assert round(100.0 * 500.0 / SPOT, 2) == 0.83


def test_inputs_outside_the_domain_are_named() -> None:
    for call, told in (
        (lambda: break_even(0.0, 1.0, 1.0), "spot"),
        (lambda: gamma_needed(-1.0, 0.0), "vol"),
        (lambda: fade_pnl([100.0], 1.0), "at least 2"),
        (lambda: fade_pnl([100.0, 101.0], -1.0), "coins_per_dollar"),
        (lambda: band_widths(100.0, 100.0, 0.0, 0.5, cost=0.1, risk_aversion=1.0), "years"),
        (lambda: volatile_cost(-1.0, 0.5, slippage_share=0.0), "fixed"),
        (lambda: theta_identity(100.0, math.nan, 1.0, 1.0), "gamma"),
    ):
        with pytest.raises(PricingError, match=told):
            call()
