"""Heston, Merton and Bates against the references, their limits, and each other."""

import math
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oracle_core.errors import PricingError
from oracle_core.maths.black import black, black_price
from oracle_core.maths.heston import HestonGreeks, HestonModel, heston, moment_bounds
from oracle_core.maths.jumps import JumpModel, bates, merton

CALM = HestonModel(v0=0.36, kappa=3.0, theta=0.49, xi=1.5, rho=-0.2)
NO_JUMPS = JumpModel(0.0, 0.0, 0.0)
models = st.builds(
    HestonModel,
    v0=st.floats(0.01, 3.0),
    kappa=st.floats(0.1, 10.0),
    theta=st.floats(0.01, 2.0),
    xi=st.one_of(st.just(0.0), st.floats(0.01, 4.0)),
    rho=st.floats(-0.95, 0.95),
)
expiries = st.floats(1 / 525_600, 3.0)


def carried(inputs: dict) -> tuple[float, float, float]:
    """Forward, discount, and forward per spot."""
    growth = math.exp((inputs["r"] - inputs["q"]) * inputs["T"])
    return inputs["S"] * growth, math.exp(-inputs["r"] * inputs["T"]), growth


def in_spot(call: HestonGreeks, put: HestonGreeks, growth: float) -> dict:
    return {
        "call": call.price,
        "put": put.price,
        "delta_call": call.delta * growth,
        "delta_put": put.delta * growth,
        "gamma": call.gamma * growth**2,
        "dV_dv0": call.variance_vega,
        "mv_delta_call": call.minimum_variance_delta * growth,
        "mv_delta_put": put.minimum_variance_delta * growth,
    }


def heston_model(inputs: dict) -> HestonModel:
    return HestonModel(*(float(inputs[name]) for name in ("v0", "kappa", "theta", "xi", "rho")))


def jump_model(inputs: dict, mean: str = "mu_J") -> JumpModel:
    return JumpModel(float(inputs["lambda_"]), float(inputs[mean]), float(inputs["delta_J"]))


def compared(found: dict, case: dict) -> Iterator[tuple[str, object, float, float]]:
    """Relative to 1e-11: far tighter than the file's tolerances, and in the wings as well as at the money."""
    for name, value in found.items():
        exact = float(case["expected"][name])
        yield f"{case['id']} {name}", value, exact, 1e-11 * abs(exact) + 1e-30


@pytest.mark.requirement("PRI-06")
def test_heston_matches_the_references(references, tally) -> None:
    for case in references("heston.json")["cases"]:
        i, model = case["inputs"], heston_model(case["inputs"])
        forward, discount, growth = carried(i)
        call, put = (heston(forward, i["K"], i["T"], model, sign=s, discount=discount) for s in (+1, -1))
        for comparison in compared(in_spot(call, put, growth), case):
            tally.compare(*comparison)


@pytest.mark.requirement("PRI-07")
def test_bates_matches_the_references(references, tally) -> None:
    for case in references("merton_bates.json")["bates"]:
        i, models = case["inputs"], (heston_model(case["inputs"]), jump_model(case["inputs"]))
        forward, discount, growth = carried(i)
        call, put = (bates(forward, i["K"], i["T"], *models, sign=s, discount=discount) for s in (+1, -1))
        for comparison in compared(in_spot(call, put, growth), case):
            tally.compare(*comparison)


@pytest.mark.requirement("PRI-07")
def test_merton_matches_the_references(references, tally) -> None:
    for case in references("merton_bates.json")["merton"]:
        i, jumps = case["inputs"], jump_model(case["inputs"], "mu_J_log_mean")
        forward, discount, growth = carried(i)
        sign, vol = (1 if i["flag"] == "call" else -1), float(i["sigma_diffusion"])
        g = merton(forward, i["K"], i["T"], vol, jumps, sign=sign, discount=discount)
        found = {"price": g.price, "delta": g.delta * growth, "gamma": g.gamma * growth**2}
        for comparison in compared(found, case):
            tally.compare(*comparison)


@pytest.mark.requirement("PRI-06")
@given(vol=st.floats(0.05, 2.0), ratio=st.floats(0.5, 2.0), t=expiries)
def test_without_vol_of_vol_heston_is_black(vol, ratio, t) -> None:
    model = HestonModel(v0=vol**2, kappa=2.0, theta=vol**2, xi=0.0, rho=0.0)
    found, exact = heston(100.0, 100.0 * ratio, t, model, sign=+1), black(100.0, 100.0 * ratio, t, vol, sign=+1)
    assert abs(found.price - exact.price) <= 1e-11
    assert abs(found.delta - exact.delta) <= 1e-11
    assert abs(found.gamma - exact.gamma) <= 1e-11 * (1.0 + exact.gamma)


@pytest.mark.requirement("PRI-06")
@pytest.mark.parametrize("kappa", [1e-14, 1e-8, 1e-4, 1.0, 30.0])
@pytest.mark.parametrize("xi", [0.0, 1e-6])
def test_however_slowly_variance_reverts_heston_is_black_at_its_average(kappa, xi) -> None:
    years = np.array([30 / 525_600, 0.02, 1.0, 5.0])
    found = heston(100.0, 103.0, years, HestonModel(0.04, kappa, 0.25, xi, 0.0), sign=-1)
    # (1 - exp(-x)) / x by its series where that is exact.
    x = kappa * years
    share = np.where(x < 1e-6, 1.0 - 0.5 * x, -np.expm1(-x) / x)
    exact = black(100.0, 103.0, years, np.sqrt(0.25 + (0.04 - 0.25) * share), sign=-1)
    assert np.allclose(found.price, exact.price, rtol=1e-11, atol=0.0)
    assert np.allclose(found.gamma, exact.gamma, rtol=1e-10, atol=0.0)


@pytest.mark.requirement("PRI-07")
@given(ratio=st.floats(0.5, 2.0), t=st.floats(0.0, 2.0), sign=st.sampled_from([+1, -1]))
def test_without_jumps_merton_is_black_and_bates_is_heston(ratio, t, sign) -> None:
    one = merton(100.0, 100.0 * ratio, t, 0.6, JumpModel(0.0, -0.1, 0.3), sign=sign)
    exact = black(100.0, 100.0 * ratio, t, 0.6, sign=sign)
    assert (one.price, one.delta, one.gamma, one.vega) == (exact.price, exact.delta, exact.gamma, exact.vega)
    assert bates(100.0, 100.0 * ratio, t, CALM, NO_JUMPS, sign=sign) == heston(100.0, 100.0 * ratio, t, CALM, sign=sign)


@pytest.mark.requirement("PRI-07")
@pytest.mark.parametrize(
    ("inputs", "jumps", "price"),
    [
        # 40-digit sums. Most of such a call is worth on paths with far more jumps than are likely.
        ((100.0, 738.905609893065, 5.0, 0.05), JumpModel(365.0, 0.3, 0.02), 99.999999998943983),
        ((1813.0, 245.36286850797882, 3.0, 0.2), JumpModel(365.0, 0.3, 0.1), 1812.9999936354384),
    ],
)
def test_a_call_on_many_jumps_up_is_worth_what_its_rare_paths_pay(inputs, jumps, price) -> None:
    call, put = (merton(*inputs, jumps, sign=sign) for sign in (+1, -1))
    assert abs(call.price - price) <= 1e-10 * price
    assert abs(call.price - put.price - (inputs[0] - inputs[1])) <= 1e-9 * inputs[1]
    assert abs(call.delta - put.delta - 1.0) <= 1e-9


@pytest.mark.requirement("PRI-07")
@given(ratio=st.floats(0.6, 1.6), t=st.floats(0.02, 1.0), vol=st.floats(0.2, 1.0), sign=st.sampled_from([+1, -1]))
def test_mertons_greeks_are_slopes_of_its_price(ratio, t, vol, sign) -> None:
    jumps, weights = JumpModel(6.0, -0.05, 0.1), np.array([1 / 12, -2 / 3, 0.0, 2 / 3, -1 / 12])
    steps, strike = np.arange(-2, 3), 100.0 * ratio
    bumped = merton(100.0, strike, t, vol * (1.0 + 1e-3 * steps), jumps, sign=sign)
    assert abs(weights @ bumped.price / (1e-3 * vol) - bumped.vega[2]) <= 1e-7 * (1.0 + bumped.vega[2])
    moved = merton(100.0 + 0.1 * steps, strike, t, vol, jumps, sign=sign)
    assert abs(weights @ moved.price / 0.1 - moved.delta[2]) <= 1e-7
    assert abs(weights @ moved.delta / 0.1 - moved.gamma[2]) <= 1e-7


@pytest.mark.requirement("PRI-07")
@given(ratio=st.floats(0.6, 1.6), t=st.floats(0.01, 1.0), rate=st.floats(0.1, 20.0), mean=st.floats(-0.2, 0.1))
@settings(max_examples=40)
def test_mertons_series_is_batess_integral(ratio, t, rate, mean) -> None:
    jumps, steady = JumpModel(rate, mean, 0.1), HestonModel(0.25, 1.0, 0.25, 0.0, 0.0)
    series = merton(100.0, 100.0 * ratio, t, 0.5, jumps, sign=+1)
    integral = bates(100.0, 100.0 * ratio, t, steady, jumps, sign=+1)
    assert abs(series.price - integral.price) <= 1e-10
    assert abs(series.delta - integral.delta) <= 1e-10


@given(model=models, t=expiries, deviations=st.floats(-4.0, 4.0))
def test_heston_prices_obey_their_bounds(model, t, deviations) -> None:
    strike = 100.0 * math.exp(np.clip(deviations * math.sqrt(model.v0 * t), -2.0, 2.0))
    call, put = (heston(100.0, strike, t, model, sign=s) for s in (+1, -1))
    assert max(100.0 - strike, 0.0) <= call.price <= 100.0
    assert abs(call.price - put.price - (100.0 - strike)) <= 1e-12
    assert -1e-9 <= call.delta <= 1.0 + 1e-9
    assert call.gamma >= -1e-9
    assert call.gamma == put.gamma


@pytest.mark.requirement("PRI-06")
@given(model=models, t=st.floats(0.02, 2.0), deviations=st.floats(-2.0, 2.0))
@settings(max_examples=40)
def test_heston_hedge_ratios_are_slopes(model, t, deviations) -> None:
    spread = math.sqrt(model.v0 * t)
    strike = 100.0 * math.exp(np.clip(deviations * spread, -1.0, 1.0))
    weights = np.array([1 / 280, -4 / 105, 1 / 5, -4 / 5, 0.0, 4 / 5, -1 / 5, 4 / 105, -1 / 280])
    step = 0.02 * min(spread, 0.5) * 100.0
    shifted = heston(100.0 + step * np.arange(-4, 5), strike, t, model, sign=+1)
    # Far from smooth where the variance is near zero; elsewhere the eighth order leaves little.
    assert abs(weights @ shifted.price / step - shifted.delta[4]) <= 1e-5
    assert abs(weights @ shifted.delta / step - shifted.gamma[4]) <= 1e-4 * shifted.gamma.max()
    bump = 0.01 * model.v0
    prices = [
        float(heston(100.0, strike, t, model._replace(v0=model.v0 + i * bump), sign=+1).price) for i in range(-4, 5)
    ]
    assert abs(weights @ prices / bump - shifted.variance_vega[4]) <= 1e-6 * (1.0 + abs(shifted.variance_vega[4]))


def test_a_chain_of_strikes_and_expiries_is_one_call() -> None:
    strikes, years = np.linspace(60.0, 140.0, 9), np.array([[0.1], [0.5]])
    chain = heston(100.0, strikes, years, CALM, sign=+1)
    assert chain.price.shape == (2, 9)
    one = heston(100.0, strikes[2], 0.5, CALM, sign=+1)
    assert abs(chain.price[1, 2] - one.price) <= 1e-12


def test_at_expiry_every_model_is_its_payoff() -> None:
    forwards = np.array([90.0, 100.0, 110.0])
    for found in (
        heston(forwards, 100.0, 0.0, CALM, sign=-1),
        bates(forwards, 100.0, 0.0, CALM, JumpModel(5.0, -0.1, 0.2), sign=-1),
        merton(forwards, 100.0, 0.0, 0.5, JumpModel(5.0, -0.1, 0.2), sign=-1),
    ):
        assert found.price.tolist() == [10.0, 0.0, 0.0]
        assert found.delta.tolist() == [-1.0, -0.5, 0.0]


def test_moments_are_finite_up_to_their_bounds() -> None:
    low, high = moment_bounds(HestonModel(0.05, 0.5, 0.3, 2.0, -0.6), np.array([0.1, 0.5, 3.0]))
    assert np.all(np.diff(high) < 0.0)
    assert np.all(np.diff(low) > 0.0)
    assert high[2] > 1.0
    assert low[2] < 0.0


def test_what_no_model_can_be_is_refused() -> None:
    with pytest.raises(PricingError) as caught:
        heston(100.0, 100.0, 1.0, HestonModel(-0.1, 0.0, -1.0, math.nan, 2.0), sign=+1)
    assert all(f"{name}: " in str(caught.value) for name in HestonModel._fields)
    with pytest.raises(PricingError, match="rate"):
        merton(100.0, 100.0, 1.0, 0.5, JumpModel(-1.0, 0.0, 0.1), sign=+1)
    with pytest.raises(PricingError, match="at most"):
        merton(100.0, 100.0, 1.0, 0.5, JumpModel(1e9, 0.0, 0.1), sign=+1)
    with pytest.raises(PricingError, match="converges"):
        heston(100.0, 99.7, 3e-4, HestonModel(5e-4, 6.0, 1e-3, 1.1, -1.0), sign=+1)


def test_jumps_lift_the_wings() -> None:
    strikes = np.array([70.0, 140.0])
    plain = black_price(100.0, strikes, 0.1, 0.5, sign=[-1, +1])
    assert np.all(merton(100.0, strikes, 0.1, 0.5, JumpModel(2.0, 0.0, 0.2), sign=[-1, +1]).price > plain)
