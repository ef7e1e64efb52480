"""Bands, hedging error and gamma P&L against the reference cases, and how they move."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oracle_core.errors import PricingError
from oracle_core.maths.bands import (
    adjusted_volatility,
    break_even_move,
    discrete_hedging_std,
    discrete_hedging_std_at,
    gamma_pnl,
    leland_number,
    leland_volatility,
    one_step_std,
    step_pnl,
    whalley_wilmott,
    zakamouline,
)
from oracle_core.maths.black import black, black_price
from oracle_core.maths.minimum_variance import hull_white_delta, hull_white_slope

positive = st.floats(0.01, 100.0)


def spot_greeks(i: dict):
    """Delta and gamma in the spot, with r as the carry."""
    carry = math.exp(i["r"] * i["T"])
    greeks = black(i["S"] * carry, i["K"], i["T"], i["sigma"], sign=+1, discount=1 / carry)
    return greeks.delta * carry, greeks.gamma * carry**2


@pytest.mark.requirement("HED-07")
def test_bands_match_the_references(references, tally) -> None:
    for number, case in enumerate(references("hedging_theory.json")["bands"]["cases"]):
        i, expected = case["inputs"], case["expected"]
        discount = math.exp(-i["r"] * i["T"])
        costs = {"cost": i["cost_one_way"], "risk_aversion": i["risk_aversion"], "discount": discount}
        delta, gamma = spot_greeks(i)
        band = zakamouline(i["S"], gamma, i["T"], i["sigma"], **costs)
        found = {
            "delta": delta,
            "gamma": gamma,
            "ww_half_width": whalley_wilmott(i["S"], gamma, **costs),
            "zak_H0": band.h0,
            "zak_H1": band.h1,
            "zak_half_width": band.half_width,
            "zak_K": band.k,
        }
        for name, position in (("short", -1), ("long", +1)):
            vol = adjusted_volatility(i["sigma"], band.k, position=position)
            found[f"zak_sigma_m_{name}"] = vol
            found[f"zak_center_delta_call_{name}"] = spot_greeks({**i, "sigma": float(vol)})[0]
        assert found.keys() == expected.keys()
        for name, value in found.items():
            tally.compare(f"case {number} {name}", value, expected[name], 1e-13 * max(1.0, abs(float(expected[name]))))


@pytest.mark.requirement("HED-07")
def test_a_public_implementation_is_reproduced(references, tally) -> None:
    case = references("hedging_theory.json")["bands"]["public_golden"][0]
    i, expected = case["inputs"], case["expected"]
    costs = {"cost": i["cost_one_way"], "risk_aversion": i["risk_aversion"]}
    band = zakamouline(i["F"], i["gamma"], i["T"], i["sigma"], **costs)
    width = whalley_wilmott(i["F"], i["gamma"], **costs)
    found = {"H0": band.h0, "H1": band.h1, "half_width": band.half_width, "K": band.k, "ww": width}
    for name, value in found.items():
        tally.compare(name, value, expected[name], 1e-14)


@pytest.mark.requirement("HED-07")
def test_whalley_wilmott_hedges_of_a_peer_are_reproduced(references, tally) -> None:
    for number, case in enumerate(references("hedging_theory.json")["bands"]["pfhedge_examples"]):
        i, expected = case["inputs"], case["expected"]
        spot = i["K"] * math.exp(i["log_moneyness"])
        greeks = black(spot, i["K"], i["T"], i["sigma"], sign=+1)
        width = whalley_wilmott(spot, greeks.gamma, cost=i["cost"], risk_aversion=i["a"])
        hedge = np.clip(i["prev_hedge"], greeks.delta - width, greeks.delta + width)
        found = {"delta": greeks.delta, "half_width": width, "new_hedge": hedge}
        for name, value in found.items():
            tally.compare(f"case {number} {name}", value, expected[name], 1e-14)


@pytest.mark.requirement("HED-07")
def test_leland_matches_the_references(references, tally) -> None:
    for number, case in enumerate(references("hedging_theory.json")["leland"]["cases"]):
        i, expected = case["inputs"], case["expected"]
        cost = {"round_trip_cost": i["round_trip_cost_k"]}
        short = leland_volatility(i["sigma"], i["dt"], **cost, position=-1)
        ask = black_price(i["S"], i["K"], i["T"], short, sign=+1)
        tally.compare(f"{number} number", leland_number(i["sigma"], i["dt"], **cost), expected["leland_number"], 1e-14)
        tally.compare(f"{number} short", short, expected["sigma_short_option"], 1e-14)
        tally.compare(f"{number} ask", ask, expected["short_call_ask"], 1e-12)
        if float(expected["leland_number"]) >= 1.0:
            with pytest.raises(PricingError, match="costs exceed"):
                leland_volatility(i["sigma"], i["dt"], **cost, position=+1)
            continue
        long = leland_volatility(i["sigma"], i["dt"], **cost, position=+1)
        bid = black_price(i["S"], i["K"], i["T"], long, sign=+1)
        tally.compare(f"{number} long", long, expected["sigma_long_option"], 1e-14)
        tally.compare(f"{number} bid", bid, expected["long_call_bid"], 1e-12)


@pytest.mark.requirement("HED-14")
def test_hedging_error_matches_the_references(references, tally) -> None:
    file = references("hedging_theory.json")
    for case in file["discrete_hedging_std"]["cases"]:
        i, expected = case["inputs"], case["expected"]
        vega = black(i["S0"], i["K"], i["T"], i["sigma"], sign=+1).vega
        rule = discrete_hedging_std(vega, i["sigma"], i["N"])
        any_strike = discrete_hedging_std_at(i["S0"], i["K"], i["T"], i["sigma"], i["N"])
        tally.compare(f"{case['id']} rule", rule, expected["derman_kamal_rule"], 1e-13)
        tally.compare(f"{case['id']} leading order", any_strike, expected["leading_order_continuous"], 1e-13)
    for number, case in enumerate(file["boyle_emanuel_one_step"]):
        i, expected = case["inputs"], case["expected"]
        greeks = black(i["S"], i["K"], i["T"], i["sigma"], sign=+1)
        move = i["S"] * break_even_move(i["sigma"], periods_per_year=1 / i["dt"])
        std = one_step_std(greeks.gamma, i["S"], i["sigma"], i["dt"])
        tally.compare(f"{number} std", std, expected["one_step_std"], 1e-12)
        tally.compare(f"{number} move", move, expected["breakeven_move_abs"], 1e-9)
        tally.compare(f"{number} theta", greeks.theta * i["dt"], expected["theta_per_step"], 1e-12)
        assert abs(step_pnl(greeks.gamma, greeks.theta, move=move, interval=i["dt"])) <= 1e-12 * i["S"]


@pytest.mark.requirement("PRI-08")
def test_minimum_variance_deltas_match_the_references(references, tally) -> None:
    for number, case in enumerate(references("hedging_theory.json")["hull_white_mv"]["cases"]):
        i, expected = case["inputs"], case["expected"]
        coefficients = {name: i[name] for name in "abc"}
        greeks = black(i["S"], i["K"], i["T"], i["sigma"], sign=1 if i["flag"] == "call" else -1)
        adjusted = hull_white_delta(greeks.delta, greeks.vega, i["S"], i["T"], **coefficients)
        shift = 0.01 * hull_white_slope(greeks.delta, i["T"], **coefficients)
        tally.compare(f"{number} delta", adjusted, expected["delta_mv"], 1e-14)
        tally.compare(f"{number} shift", shift, expected["expected_dsigma_per_1pct_spot"], 1e-15)


@pytest.mark.requirement("HED-14")
@pytest.mark.parametrize(("vol", "move"), [(0.6, 0.0314), (1.0, 0.0523), (0.0, 0.0)])
def test_the_daily_break_even_move_is_vol_over_root_365(vol, move) -> None:
    assert abs(break_even_move(vol) - move) < 5e-5


@given(spot=positive, gamma=st.floats(-10.0, 10.0), cost=st.floats(1e-6, 0.05), aversion=positive)
def test_dearer_hedges_and_lower_risk_aversion_widen_the_band(spot, gamma, cost, aversion) -> None:
    band = whalley_wilmott(spot, gamma, cost=cost, risk_aversion=aversion)
    assert math.isclose(whalley_wilmott(spot, gamma, cost=2 * cost, risk_aversion=aversion), band * 2 ** (1 / 3))
    assert whalley_wilmott(spot, gamma, cost=cost, risk_aversion=2 * aversion) <= band
    assert whalley_wilmott(spot, -gamma, cost=cost, risk_aversion=aversion) == band


@given(spot=positive, gamma=st.floats(0.0, 10.0), t=st.floats(0.001, 2.0), cost=st.just(0.0) | st.floats(1e-9, 0.01))
def test_zakamouline_keeps_a_band_without_gamma_and_none_without_cost(spot, gamma, t, cost) -> None:
    band = zakamouline(spot, [0.0, gamma], t, 0.6, cost=cost, risk_aversion=1.0)
    assert band.h1[0] == 0.0
    assert band.half_width[1] >= band.half_width[0] >= 0.0
    assert (band.k <= 0.0).all()
    assert (band.half_width == 0.0).all() if cost == 0.0 else band.half_width[0] > 0.0


@given(gamma=st.floats(-1.0, 1.0), realised=st.floats(0.0, 2.0), implied=st.floats(0.0, 2.0))
def test_long_gamma_gains_exactly_when_realised_exceeds_implied(gamma, realised, implied) -> None:
    gain = gamma_pnl(gamma, 100.0, realised=realised, implied=implied, interval=1 / 365)
    assert gain * gamma * (realised - implied) >= 0.0


def test_gamma_pnl_is_the_expected_step_pnl() -> None:
    greeks = black(100.0, 100.0, 30 / 365, 0.6, sign=+1)
    typical = 100.0 * 0.5 * math.sqrt(1 / 365)
    expected = step_pnl(greeks.gamma, greeks.theta, move=typical, interval=1 / 365)
    gain = gamma_pnl(greeks.gamma, 100.0, realised=0.5, implied=0.6, interval=1 / 365)
    assert math.isclose(gain, expected, rel_tol=1e-12)


@pytest.mark.parametrize(
    "call",
    [
        lambda: whalley_wilmott(0.0, 1.0, cost=-0.1, risk_aversion=1.0),
        lambda: zakamouline(100.0, 1.0, 0.0, 0.0, cost=0.1, risk_aversion=1.0),
        lambda: adjusted_volatility(0.5, -1.0, position=+1),
        lambda: break_even_move(-0.1),
        lambda: hull_white_delta(math.nan, 1.0, 1.0, 1.0, a=0, b=0, c=0),
    ],
)
def test_inputs_outside_the_domain_are_refused(call) -> None:
    with pytest.raises(PricingError, match="expected"):
        call()
