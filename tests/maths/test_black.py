"""Black's formula against 25-digit references, and what must hold of every option."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oracle_core.errors import PricingError
from oracle_core.maths.black import black, black_core, black_price, intrinsic

SPELLING = {"color": "colour"}
moneyness = st.floats(0.2, 5.0)
years = st.one_of(st.floats(2e-6, 3.0), st.sampled_from([0.0, 1 / 525_600, 30 / 365]))
vols = st.one_of(st.floats(0.05, 5.0), st.just(0.0))
signs = st.sampled_from([+1.0, -1.0])
forwards = st.sampled_from([0.5, 100.0, 60_000.0])
rates = st.sampled_from([0.0, 0.05, -0.02])


def reference_inputs(case: dict) -> tuple[tuple, dict, float]:
    """Forward inputs of a case, and its carry: spot models become Black on the forward they imply."""
    i = case["inputs"]
    carry = i["r"] - i["q"] if case["model"] == "bsm" else 0.0
    forward = i["S"] * math.exp(carry * i["T"]) if case["model"] == "bsm" else i["F"]
    keywords = {"sign": 1 if i["flag"] == "call" else -1, "discount": math.exp(-i["r"] * i["T"])}
    return (forward, i["K"], i["T"], i["sigma"]), keywords, carry


def in_spot(greeks: dict, forward: float, spot: float, carry: float) -> dict:
    """Greeks in the forward, F = S exp(carry T), restated in the spot."""
    g, per_spot = greeks, forward / spot
    return {
        **{name: g[name] for name in ("price", "vega", "volga")},
        "delta": g["delta"] * per_spot,
        "gamma": g["gamma"] * per_spot**2,
        "theta": g["theta"] - carry * forward * g["delta"],
        "vanna": g["vanna"] * per_spot,
        "charm": (g["charm"] - carry * g["delta"] - carry * forward * g["gamma"]) * per_spot,
        "speed": g["speed"] * per_spot**3,
        "colour": (g["colour"] - 2 * carry * g["gamma"] - carry * forward * g["speed"]) * per_spot**2,
        "zomma": g["zomma"] * per_spot**2,
    }


@pytest.mark.requirement("PRI-01")
@pytest.mark.parametrize("model", ["black76", "bsm"])
def test_price_and_greeks_match_the_references(model, references, tally) -> None:
    for case in (c for c in references("bs_mpmath.json")["cases"] if c["model"] == model):
        positional, keywords, carry = reference_inputs(case)
        greeks = {name: float(value) for name, value in black(*positional, **keywords)._asdict().items()}
        if model == "bsm":
            greeks = in_spot(greeks, positional[0], case["inputs"]["S"], carry)
        # Theta takes the rate back out of the discount: the rounding of that one double, over a minute, is a rate.
        rounding = {"theta": 2.3e-16 / case["inputs"]["T"] * greeks["price"] if case["inputs"]["r"] else 0.0}
        for spelt, expected in case["expected"].items():
            if spelt == "rho":
                continue
            name, scale = SPELLING.get(spelt, spelt), case["abs_scale"][spelt]
            allowed = (1e-14 if name == "price" else 1e-12) * scale + rounding.get(name, 0.0)
            tally.compare(f"{case['id']} {name}", greeks[name], expected, allowed)


@pytest.mark.requirement("PRI-01")
def test_out_of_the_money_prices_keep_their_digits_however_faint(references, tally) -> None:
    for case in (c for c in references("bs_mpmath.json")["cases"] if c["model"] == "black76"):
        positional, keywords, _ = reference_inputs(case)
        exact = float(case["expected"]["price"])
        if exact > 1e-290 and keywords["sign"] * (positional[0] - positional[1]) <= 0.0:
            tally.compare(case["id"], black_price(*positional, **keywords), exact, 1e-12 * exact)


@pytest.mark.requirement("PRI-01")
def test_published_prices_are_reproduced(references, tally) -> None:
    for case in references("bs_published.json")["cases"]:
        if case["model"] not in ("bsm", "black76") or "price" not in case["exact"]:
            continue
        positional, keywords, _ = reference_inputs(case)
        exact = case["exact"]["price"]
        tally.compare(case["id"], black_price(*positional, **keywords), exact, 1e-13 * max(1.0, positional[0]))


@pytest.mark.requirement("PRI-01")
def test_the_three_entry_points_agree_to_the_bit() -> None:
    forward, strike = np.linspace(50.0, 150.0, 41)[:, None], np.linspace(60.0, 140.0, 17)
    inputs = (forward, strike, 0.1, 0.6)
    for sign in (+1, -1):
        whole, core = black(*inputs, sign=sign, discount=0.99), black_core(*inputs, sign=sign, discount=0.99)
        assert all(np.array_equal(a, b) for a, b in zip(core, whole, strict=False))
        assert np.array_equal(core.price, black_price(*inputs, sign=sign, discount=0.99))
        assert whole.gamma.shape == (41, 17)


@pytest.mark.requirement("PRI-01")
@pytest.mark.parametrize(
    ("value", "towards"),
    [("delta", "price"), ("gamma", "delta"), ("speed", "gamma"), ("vanna", "vega")],
)
@given(deviations=st.floats(-2.0, 2.0), t=st.floats(0.02, 2.0), vol=st.floats(0.2, 2.0), sign=signs, rate=rates)
def test_forward_greeks_are_slopes(*, value, towards, deviations, t, vol, sign, rate) -> None:
    at = forward_at(deviations, t, vol)
    step = 0.01 * at * vol * math.sqrt(t)
    shifted = black(at + step * np.arange(-4, 5), 100.0, t, vol, sign=sign, discount=math.exp(-rate * t))
    assert_slope(getattr(shifted, value)[4], getattr(shifted, towards), step)


@pytest.mark.requirement("PRI-01")
@pytest.mark.parametrize(
    ("value", "towards"),
    [("vega", "price"), ("vanna", "delta"), ("zomma", "gamma"), ("volga", "vega")],
)
@given(deviations=st.floats(-2.0, 2.0), t=st.floats(0.02, 2.0), vol=st.floats(0.3, 2.0), sign=signs, rate=rates)
def test_vol_greeks_are_slopes(*, value, towards, deviations, t, vol, sign, rate) -> None:
    step = 0.01 * vol
    shifted = black(
        forward_at(deviations, t, vol), 100.0, t, vol + step * np.arange(-4, 5), sign=sign, discount=math.exp(-rate * t)
    )
    assert_slope(getattr(shifted, value)[4], getattr(shifted, towards), step)


@pytest.mark.requirement("PRI-01")
@pytest.mark.parametrize(("value", "towards"), [("theta", "price"), ("charm", "delta"), ("colour", "gamma")])
@given(deviations=st.floats(-2.0, 2.0), t=st.floats(0.02, 2.0), vol=st.floats(0.3, 2.0), sign=signs, rate=rates)
def test_time_greeks_are_slopes(*, value, towards, deviations, t, vol, sign, rate) -> None:
    left = t - 0.01 * t * np.arange(-4, 5)
    shifted = black(forward_at(deviations, t, vol), 100.0, left, vol, sign=sign, discount=np.exp(-rate * left))
    assert_slope(getattr(shifted, value)[4], getattr(shifted, towards), 0.01 * t)


def forward_at(deviations: float, t: float, vol: float) -> float:
    """A forward so many standard deviations from a strike of 100."""
    return 100.0 * math.exp(deviations * vol * math.sqrt(t))


def assert_slope(greek: float, nine: np.ndarray, step: float) -> None:
    """An eighth-order central difference over nine points agrees with the analytic slope."""
    weights = np.array([1 / 280, -4 / 105, 1 / 5, -4 / 5, 0.0, 4 / 5, -1 / 5, 4 / 105, -1 / 280])
    slope = float(weights @ nine) / step
    size = max(float(np.abs(nine).max()) / step, abs(greek))
    assert abs(slope - greek) <= 1e-9 * size


@given(forward=forwards, ratio=moneyness, t=years, vol=vols, rate=rates)
def test_call_less_put_is_the_discounted_forward(forward, ratio, t, vol, rate) -> None:
    strike, discount = forward * ratio, math.exp(-rate * t)
    call, put = (black(forward, strike, t, vol, sign=s, discount=discount) for s in (+1, -1))
    scale = 4e-16 * max(forward, strike)
    assert abs(call.price - put.price - discount * (forward - strike)) <= 4 * scale
    assert abs(call.delta - put.delta - discount) <= 4e-16


@pytest.mark.requirement("PRI-02")
@given(forward=forwards, ratio=moneyness, t=years, vol=vols)
def test_gamma_is_the_same_for_call_and_put_and_never_negative(forward, ratio, t, vol) -> None:
    call, put = (black(forward, forward * ratio, t, vol, sign=s) for s in (+1, -1))
    assert call.gamma == put.gamma
    assert call.gamma >= 0.0


@pytest.mark.requirement("PRI-02")
@given(t=st.floats(1e-6, 1.0), vol=st.floats(0.05, 2.0))
def test_far_above_the_strike_a_call_is_a_forward_and_a_put_nothing(t, vol) -> None:
    high = 100.0 * np.array([1e4, 1e6, 1e8])
    assert np.all(1.0 - black(high, 100.0, t, vol, sign=+1).delta <= 1e-5)
    assert np.all(np.abs(black(high, 100.0, t, vol, sign=-1).delta) <= 1e-5)


@pytest.mark.requirement("PRI-03")
@given(ratio=moneyness, t=st.floats(1e-4, 2.0), vol=st.floats(0.05, 3.0), sign=signs)
def test_without_rates_theta_is_minus_half_gamma_cash(ratio, t, vol, sign) -> None:
    greeks = black(100.0, 100.0 * ratio, t, vol, sign=sign)
    expected = -0.5 * greeks.gamma * 100.0**2 * vol**2
    assert abs(greeks.theta - expected) <= 1e-12 * abs(expected)


@pytest.mark.requirement("PRI-03")
@given(ratio=moneyness, t=st.floats(1e-3, 2.0), vol=st.floats(0.05, 3.0), sign=signs)
def test_with_rates_theta_deviates_by_the_interest_on_the_price(ratio, t, vol, sign) -> None:
    greeks = black(100.0, 100.0 * ratio, t, vol, sign=sign, discount=math.exp(-0.05 * t))
    deviation = greeks.theta + 0.5 * greeks.gamma * 100.0**2 * vol**2
    assert abs(deviation - 0.05 * greeks.price) <= 1e-10 * (1.0 + greeks.price)


@given(forward=forwards, ratio=moneyness, t=years, vol=vols, sign=signs)
def test_price_lies_between_intrinsic_and_the_bound(forward, ratio, t, vol, sign) -> None:
    strike = forward * ratio
    price = black_price(forward, strike, t, vol, sign=sign)
    assert intrinsic(forward, strike, sign=sign) <= price <= (forward if sign > 0 else strike)


@given(forward=forwards, t=years, vol=vols, sign=signs)
def test_price_is_monotone_and_convex_in_the_strike(forward, t, vol, sign) -> None:
    prices = black_price(forward, forward * np.linspace(0.3, 3.0, 200), t, vol, sign=sign)
    rises = -sign * np.diff(prices)
    rounding = 2e-15 * forward
    assert np.all(rises >= -rounding)
    assert np.all(np.diff(prices, 2) >= -4 * rounding)


@given(forward=forwards, ratio=moneyness, sign=signs)
def test_price_rises_with_vol_and_with_time(forward, ratio, sign) -> None:
    grid = np.linspace(0.0, 3.0, 100)
    for prices in (
        black_price(forward, forward * ratio, 0.3, grid, sign=sign),
        black_price(forward, forward * ratio, grid, 0.6, sign=sign),
    ):
        assert np.all(np.diff(prices) >= -1e-15 * forward)


@given(ratio=moneyness, t=years, vol=vols, sign=signs, scale=st.sampled_from([2.0**-20, 0.5, 1024.0]))
def test_price_scales_with_forward_and_strike(ratio, t, vol, sign, scale) -> None:
    one, many = (black(s * 100.0, s * 100.0 * ratio, t, vol, sign=sign) for s in (1.0, scale))
    assert many.price == one.price * scale
    assert many.delta == one.delta


@given(
    forward=st.floats(1e-8, 1e9),
    strike=st.floats(1e-8, 1e9),
    t=st.one_of(st.floats(0.0, 100.0), st.sampled_from([0.0, 5e-324, 1e-300, 1e-9])),
    vol=st.one_of(st.floats(0.0, 1e3), st.sampled_from([0.0, 5e-324, 1e-200, 1e-8])),
    sign=signs,
    at_the_money=st.booleans(),
)
def test_every_greek_is_a_number(*, forward, strike, t, vol, sign, at_the_money) -> None:
    greeks = black(forward, forward if at_the_money else strike, t, vol, sign=sign)
    assert not np.isnan(greeks).any()


@pytest.mark.parametrize(("t", "vol"), [(0.0, 0.6), (0.5, 0.0), (0.0, 0.0)])
@pytest.mark.parametrize(("sign", "deltas"), [(+1, [0.0, 0.5, 1.0]), (-1, [-1.0, -0.5, 0.0])])
def test_at_expiry_or_without_vol_the_option_is_its_payoff(t, vol, sign, deltas) -> None:
    greeks = black([90.0, 100.0, 110.0], 100.0, t, vol, sign=sign)
    assert greeks.price.tolist() == [max(sign * (f - 100.0), 0.0) for f in (90.0, 100.0, 110.0)]
    assert greeks.delta.tolist() == deltas
    assert not np.any([greeks.gamma, greeks.theta, greeks.speed, greeks.charm, greeks.colour, greeks.zomma])
    assert greeks.vega[0] == greeks.vega[2] == 0.0


def test_a_shock_grid_reprices_a_book_in_one_call() -> None:
    shocked = 60_000.0 * np.linspace(0.7, 1.3, 27)[:, None]
    strikes = np.linspace(30_000.0, 120_000.0, 1000)
    assert black_core(shocked, strikes, 0.1, 0.6, sign=np.where(strikes > 6e4, 1, -1)).price.shape == (27, 1000)


def test_every_fault_is_named_at_once() -> None:
    with pytest.raises(PricingError) as caught:
        black([100.0, math.nan], -1.0, -0.1, math.inf, sign=0, discount=0.0)
    message = str(caught.value)
    for part in (
        "forward[1]: `nan`",
        "strike: `-1.0`",
        "years: `-0.1`",
        "vol: `inf`",
        "sign: `0.0`",
        "discount: `0.0`",
    ):
        assert part in message
    assert message.count("expected") == 6


def test_the_largest_finite_numbers_are_inside_the_domain() -> None:
    largest = float(np.finfo(np.float64).max)
    assert black_price(largest, largest, 0.0, 0.5, sign=+1) == 0.0
    with pytest.raises(PricingError, match="strike"):
        black([largest, largest], -largest, 1.0, 0.5, sign=+1)


@pytest.mark.parametrize(
    ("forward", "strike", "part"),
    [("abc", 1.0, "numbers"), (None, 1.0, "forward: `nan`"), ([1.0, 2.0], [1.0, 2.0, 3.0], "broadcast together")],
)
def test_what_is_not_numbers_of_one_shape_is_refused(forward, strike, part) -> None:
    with pytest.raises(PricingError, match=part):
        black(forward, strike, 1.0, 0.5, sign=+1)


def test_nothing_in_is_nothing_out() -> None:
    assert black_price(np.array([]), 100.0, 1.0, 0.5, sign=+1).shape == (0,)
