"""Implied volatility: the nasty grid, prices without a volatility, and the round trip."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oracle_core.errors import PricingError
from oracle_core.maths import time_value
from oracle_core.maths.black import black, black_price
from oracle_core.maths.implied import ImpliedVolReason, implied_vol, implied_vol_reason, implied_vol_strict

signs = st.sampled_from([+1.0, -1.0])


def question(inputs: dict) -> tuple[tuple, dict]:
    price = inputs["price"] if "price" in inputs else inputs["price_coin"] * inputs["F"]
    discount = math.exp(-inputs["r"] * inputs["T"])
    sign = {"call": 1, "put": -1}.get(inputs["flag"], 0)
    return (float(price), inputs["F"], inputs["K"], inputs["T"]), {"sign": sign, "discount": discount}


@pytest.mark.requirement("PRI-05")
def test_every_reference_vol_is_found(references, tally) -> None:
    for case in references("iv_mpmath.json")["cases"]:
        positional, keywords = question(case["inputs"])
        vol = float(implied_vol(*positional, **keywords))
        expected, tolerance = case["expected"]["sigma_of_the_double_price"], case.get("tol_abs_sigma")
        if expected is None:
            tally.compare(case["id"], 0.0 if math.isnan(vol) else vol, 0.0, 1e-300)
        elif tolerance is None:
            again = black_price(*positional[1:], vol, **keywords)
            tally.compare(case["id"], again, positional[0], 4 * float(np.spacing(positional[0])))
        else:
            # Tighter than the file asks: what one unit in the price's last place is worth, and the last digits of vol.
            tight = 2e-14 * float(expected) + 2.0 * case["one_ulp_of_price_in_vol"]
            tally.compare(case["id"], vol, expected, min(tolerance, tight))


@pytest.mark.requirement("PRI-05")
def test_the_price_of_every_found_vol_is_the_price(references, tally) -> None:
    for case in references("iv_mpmath.json")["cases"]:
        positional, keywords = question(case["inputs"])
        vol = float(implied_vol(*positional, **keywords))
        if not math.isnan(vol):
            # Relative to the price, however deep in the wing it lies.
            again = black_price(*positional[1:], vol, **keywords)
            tally.compare(case["id"], again, positional[0], 1e-12 * positional[0])


def test_prices_no_vol_explains_have_none_and_a_reason(references, tally) -> None:
    for case in references("iv_mpmath.json")["violations"]:
        positional, keywords = question(case["inputs"])
        reason = implied_vol_reason(*positional, **keywords)
        assert math.isnan(implied_vol(*positional, **keywords)), case["id"]
        tally.compare(case["id"], reason != ImpliedVolReason.FOUND, 1, 0.5)
        with pytest.raises(PricingError, match="expected"):
            implied_vol_strict(*positional, **keywords)


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({}, ImpliedVolReason.FOUND),
        ({"price": math.nan}, ImpliedVolReason.NOT_FINITE),
        ({"discount": math.inf}, ImpliedVolReason.NOT_FINITE),
        ({"strike": 0.0}, ImpliedVolReason.OUT_OF_DOMAIN),
        ({"sign": 0.5}, ImpliedVolReason.OUT_OF_DOMAIN),
        ({"years": 0.0}, ImpliedVolReason.EXPIRED),
        ({"price": 9.0, "strike": 90.0}, ImpliedVolReason.BELOW_INTRINSIC),
        ({"price": 10.0, "strike": 90.0}, ImpliedVolReason.NO_TIME_VALUE),
        ({"price": 0.0}, ImpliedVolReason.NO_TIME_VALUE),
        ({"price": 100.0}, ImpliedVolReason.ABOVE_BOUND),
    ],
)
def test_each_reason_is_given(changed, reason) -> None:
    inputs = {"price": 5.0, "forward": 100.0, "strike": 100.0, "years": 0.5, "sign": +1} | changed
    assert implied_vol_reason(**inputs) == reason
    assert math.isnan(implied_vol(**inputs)) == (reason != ImpliedVolReason.FOUND)


@pytest.mark.requirement("PRI-05")
@given(
    deviations=st.floats(-6.0, 6.0), t=st.floats(2e-6, 3.0), vol=st.floats(0.01, 3.0), sign=signs,
    rate=st.sampled_from([0.0, 0.05]),
)  # fmt: skip
def test_implied_vol_undoes_the_price(deviations, t, vol, sign, rate) -> None:
    forward, discount = 60_000.0, math.exp(-rate * t)
    strike = forward * math.exp(deviations * vol * math.sqrt(t))
    greeks = black(forward, strike, t, vol, sign=sign, discount=discount)
    found = implied_vol(greeks.price, forward, strike, t, sign=sign, discount=discount)
    # What the price determines: its own rounding, that of Black's two terms, and the last digits of the vol.
    rounding = 4e-16 * (greeks.price + min(forward, strike) * math.exp(-0.5 * deviations**2))
    if rounding < 0.01 * greeks.vega * vol:
        assert abs(found - vol) <= 4.0 * rounding / greeks.vega + 1e-13 * vol


@given(share=st.floats(1e-300, 1.0, exclude_max=True), moneyness=st.one_of(st.just(0.0), st.floats(1e-12, 700.0)))
def test_every_share_of_the_bound_has_a_standard_deviation(share, moneyness) -> None:
    found = time_value.standard_deviation(np.array([share]), np.array([moneyness]))
    assert 0.0 < found[0] < math.inf
    z, t = moneyness / found, 0.5 * found
    slope = time_value._small_slope if share <= 0.5 else time_value._large_slope
    miss, inverse = slope(z, t, np.array([share]))
    assert abs(miss * inverse / found)[0] <= 1e-14 * (1.0 + 1.0 / t[0] if t[0] > 0.03 else 2.0)


@given(moneyness=st.one_of(st.just(0.0), st.floats(1e-9, 30.0)))
def test_standard_deviation_rises_with_the_share(moneyness) -> None:
    shares = np.concatenate(
        [np.geomspace(1e-250, 0.4, 400), np.linspace(0.45, 0.55, 200), 1 - np.geomspace(0.4, 1e-12)]
    )
    found = time_value.standard_deviation(shares, np.full(shares.shape, moneyness))
    assert np.all(np.diff(found) > 0.0)


def test_the_search_needs_few_rounds() -> None:
    rounds = []
    spread, moneyness = np.meshgrid(np.geomspace(1e-5, 4.0, 120), np.geomspace(1e-6, 3.0, 120))
    z, t = (moneyness / spread).ravel(), 0.5 * spread.ravel()
    share = np.exp(-0.5 * (z - t) ** 2) / math.sqrt(2 * math.pi) * time_value.mills_gap(z, t)
    usable = (share > 1e-300) & (share < 0.9)
    wanted, original = spread.ravel()[usable], time_value._round
    try:
        time_value._round = lambda state, slope: rounds.append(1) or original(state, slope)
        found = time_value.standard_deviation(share[usable], moneyness.ravel()[usable])
    finally:
        time_value._round = original
    assert np.max(np.abs(found / wanted - 1.0)) <= 1e-13
    assert len(rounds) <= 8


@pytest.mark.parametrize("strike", [30_000.0, 60_000.0, 90_000.0, 5.0])
@pytest.mark.parametrize("sign", [+1, -1])
def test_a_price_at_its_bound_has_no_vol_however_the_discount_rounds(strike, sign) -> None:
    discount = np.exp(-np.array([0.05, 0.04, -0.02, 0.3, 0.0])[:, None] * np.linspace(0.003, 3.0, 400))
    price = discount * (60_000.0 if sign > 0 else strike)
    reasons = implied_vol_reason(price, 60_000.0, strike, 0.5, sign=sign, discount=discount)
    assert (reasons == ImpliedVolReason.ABOVE_BOUND).all()
    assert np.isnan(implied_vol(price, 60_000.0, strike, 0.5, sign=sign, discount=discount)).all()


@pytest.mark.parametrize(
    ("quote", "sign", "exact", "share"),
    [
        # 60-digit solutions; a price so faint has few digits itself, and none left to divide.
        ((1e-308, 100.0, 200.0, 1.0), +1, 0.0184988650677679, 1e-14),
        ((1e-315, 1.74, 5.38, 1.2e-6), +1, 27.2546183215242, 1e-11),
        ((5e-324, 0.22174454223450027, 0.1555806491644933, 2.4481248441929272e-06), -1, 5.92778659158, 1e-4),
    ],
)
def test_the_faintest_price_has_a_vol(quote, sign, exact, share) -> None:
    assert implied_vol_reason(*quote, sign=sign) == ImpliedVolReason.FOUND
    assert abs(implied_vol(*quote, sign=sign) - exact) <= share * exact


def test_a_price_whose_share_is_lost_has_no_vol_and_says_so() -> None:
    assert implied_vol_reason(5e-324, 60_000.0, 90_000.0, 0.25, sign=+1) == ImpliedVolReason.NO_TIME_VALUE
    assert math.isnan(implied_vol(5e-324, 60_000.0, 90_000.0, 0.25, sign=+1))


def test_a_bad_price_among_good_ones_spoils_only_itself() -> None:
    prices = np.array([[7.965567455405804, math.nan], [200.0, 7.965567455405804]])
    vols = implied_vol(prices, 100.0, 100.0, 1.0, sign=+1)
    assert np.isnan(vols).tolist() == [[False, True], [True, False]]
    assert np.allclose(vols[[0, 1], [0, 1]], 0.2, rtol=1e-14)
    with pytest.raises(PricingError, match=r"price\[0, 1\].*price\[1, 0\]"):
        implied_vol_strict(prices, 100.0, 100.0, 1.0, sign=+1)


def test_what_is_not_numbers_is_refused() -> None:
    with pytest.raises(PricingError, match="numbers"):
        implied_vol("five", 100.0, 100.0, 1.0, sign=+1)
