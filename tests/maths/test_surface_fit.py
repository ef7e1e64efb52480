"""Slices and surfaces from made-up quotes: what was put in comes out, and no arbitrage gets in."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oracle_core.errors import PricingError
from oracle_core.maths import ssvi, svi
from oracle_core.maths.ssvi_fit import fit_ssvi
from oracle_core.maths.surface_fit import ExpiryQuotes, between_slices, calendar_room, fit_slices
from oracle_core.maths.svi import SviSlice
from oracle_core.maths.svi_fit import (
    Points,
    SmileQuotes,
    fit_slice,
    least_density,
    smile_quotes,
    variance,
    variance_points,
)
from oracle_core.maths.zoom import least_cost

VOGT = SviSlice(-0.041, 0.1331, 0.306, 0.3586, 0.4153)
CALM = SviSlice(0.01, 0.1, -0.3, 0.05, 0.15)
K = np.linspace(-0.6, 0.6, 25)

slices = st.builds(
    lambda level, slope, rho, m, sigma: SviSlice(level, slope * level, rho, m * 0.2, sigma),
    st.floats(0.005, 0.5), st.floats(0.1, 2.0), st.floats(-0.9, 0.9), st.floats(-1.0, 1.0), st.floats(0.1, 1.0),
)  # fmt: skip


def points(smile: SviSlice, k: np.ndarray = K) -> Points:
    return Points(k, variance(k, smile), np.ones_like(k))


def quoted(smile: SviSlice, years: float, k: np.ndarray = K, half_spread: float = 0.01) -> ExpiryQuotes:
    return ExpiryQuotes(years, smile_quotes(k, np.sqrt(variance(k, smile) / years), np.full_like(k, half_spread)))


@pytest.mark.requirement("PRI-09")
@pytest.mark.parametrize(
    "smile",
    [
        SviSlice(-2.8108970831352154e-06, 0.0216763556021607, -0.999, 0.09249010357028978, 0.00301899817860051),
        SviSlice(-2.0891756962988622e-08, 2.9893589738162974e-05, 0.999, -0.47935261396880324, 0.01579334396550646),
        SviSlice(-4.632999692818936e-06, 0.00016987694489025096, -0.4696298, 0.025350472488283038, 0.03089459061095041),
    ],
)
def test_a_dip_of_the_density_narrower_than_the_nodes_is_found(smile: SviSlice) -> None:
    """Slices through quotes that were noise, each with a density below 0 over a sliver of strikes."""
    assert svi.butterfly(smile).least < 0.0
    assert least_density(smile) <= svi.butterfly(smile).least * (1.0 - 1e-3)


@pytest.mark.requirement("PRI-09")
@given(slices)
@settings(max_examples=60)
def test_a_slice_free_of_arbitrage_is_found_again(smile: SviSlice) -> None:
    if least_density(smile) < 0.01:
        return
    error = np.sqrt(variance(K, fit_slice(points(smile)))) - np.sqrt(variance(K, smile))
    assert np.abs(error).max() < 5e-3 * np.sqrt(variance(K, smile)).max()


@pytest.mark.requirement("PRI-09")
def test_a_smile_with_butterfly_arbitrage_is_fitted_without() -> None:
    wide = np.linspace(-1.5, 1.5, 41)
    fitted = fit_slice(points(VOGT, wide))
    assert not svi.butterfly(VOGT).free
    assert svi.butterfly(fitted).free
    assert least_density(fitted) >= 0.0
    assert np.abs(variance(wide, fitted) - variance(wide, VOGT)).max() < 0.01


@given(slices)
@settings(max_examples=60)
def test_the_density_check_agrees_with_the_fine_search(smile: SviSlice) -> None:
    fine = svi.butterfly(smile).least
    assert least_density(smile) == pytest.approx(fine, abs=2e-3)


@given(st.lists(st.tuples(st.floats(-1.0, 1.0), st.floats(0.1, 3.0)), min_size=1, max_size=12), st.floats(0.001, 2.0))
@settings(max_examples=60)
def test_whatever_is_quoted_a_slice_comes_out_without_butterfly_arbitrage(quotes: list, years: float) -> None:
    k, vol = (np.array(values) for values in zip(*quotes, strict=True))
    fitted = fit_slice(variance_points(smile_quotes(k, vol, np.full_like(k, 0.01)), years))
    assert least_density(fitted) >= 0.0


def test_a_tight_quote_counts_more_than_a_wide_one() -> None:
    k, years = np.linspace(-0.2, 0.2, 9), 0.25
    vol, spread = np.full(9, 0.5), np.full(9, 0.002)
    vol[4] = 0.6
    tight = fit_slice(variance_points(smile_quotes(k, vol, spread), years))
    spread[4] = 0.2
    wide = fit_slice(variance_points(smile_quotes(k, vol, spread), years))
    at_the_money = [float(np.sqrt(variance(np.zeros(1), one)[0] / years)) for one in (tight, wide)]
    assert at_the_money[0] > 0.505
    assert at_the_money[1] == pytest.approx(0.5, abs=1e-3)


def test_a_quote_s_weight_is_one_over_its_squared_half_spread_in_total_variance() -> None:
    found = variance_points(smile_quotes([0.0, 0.1], [0.5, 0.8], [0.01, 0.03]), 0.25)
    for weight, vol, half_spread in zip(found.weight, (0.5, 0.8), (0.01, 0.03), strict=True):
        edges = [0.25 * (vol + side * np.hypot(half_spread, 0.002)) ** 2 for side in (1.0, -1.0)]
        assert weight == pytest.approx((0.5 * (edges[0] - edges[1])) ** -2.0, rel=1e-12)
    assert found.w == pytest.approx([0.0625, 0.16])


@pytest.mark.requirement("PRI-09")
def test_crossing_expiries_come_out_in_order_and_near_their_quotes() -> None:
    near, far = SviSlice(0.01, 0.12, -0.3, 0.0, 0.1), SviSlice(0.02, 0.06, -0.3, 0.0, 0.1)
    assert calendar_room(near, far) < 0.0
    # The near expiry is quoted close to the money only: its steep wings are nobody's quotes.
    fitted = fit_slices([quoted(far, 0.3), quoted(near, 0.1, np.linspace(-0.08, 0.08, 9))])
    assert [one.years for one in fitted] == [0.1, 0.3]
    assert calendar_room(fitted[0].smile, fitted[1].smile) >= 0.0
    assert fitted[0].repaired
    assert not fitted[1].repaired
    k = np.linspace(-0.08, 0.08, 9)
    error = np.sqrt(variance(k, fitted[0].smile) / 0.1) - np.sqrt(variance(k, near) / 0.1)
    assert np.abs(error).max() < 0.01


def test_quotes_that_contradict_the_calendar_are_still_made_consistent() -> None:
    flat = SviSlice(0.05, 0.0, 0.0, 0.0, 0.1)
    fitted = fit_slices([quoted(flat, 0.1), quoted(flat._replace(a=0.04), 0.2)])
    assert calendar_room(fitted[0].smile, fitted[1].smile) >= 0.0
    assert all(one.least_density >= 0.0 for one in fitted)
    assert any(one.repaired for one in fitted)


@given(smile=slices, scale=st.floats(0.01, 1.0))
@settings(max_examples=60)
def test_scaling_a_slice_down_keeps_its_density_from_below_zero(smile: SviSlice, scale: float) -> None:
    if least_density(smile) >= 0.0:
        assert least_density(smile._replace(a=smile.a * scale, b=smile.b * scale)) >= -1e-12


@given(
    st.lists(slices, min_size=2, max_size=4),
    st.floats(0.02, 0.3),
)
@settings(max_examples=25)
def test_no_expiry_s_total_variance_is_above_the_next_one_s(smiles: list, gap: float) -> None:
    expiries = [quoted(one, gap * (number + 1), K[:: number + 2]) for number, one in enumerate(smiles)]
    fitted = fit_slices(expiries)
    for one, next_ in pairwise(fitted):
        assert calendar_room(one.smile, next_.smile) >= 0.0
        assert one.least_density >= 0.0


def test_total_variance_between_expiries_is_linear_in_time_at_the_same_k() -> None:
    far = CALM._replace(a=0.06)
    pair = [(0.1, CALM), (0.3, far)]
    middle = between_slices(K, 0.15, pair)
    assert middle == pytest.approx(0.75 * variance(K, CALM) + 0.25 * variance(K, far), rel=1e-14)
    assert between_slices(K, 0.1, pair) == pytest.approx(variance(K, CALM), rel=1e-14)
    assert between_slices(K, 0.3, pair) == pytest.approx(variance(K, far), rel=1e-14)
    assert between_slices(K, 0.05, pair) == pytest.approx(0.5 * variance(K, CALM), rel=1e-14)
    assert between_slices(K, 0.9, pair) == pytest.approx(3.0 * variance(K, far), rel=1e-14)
    assert between_slices(0.0, 0.0, pair) == 0.0


@given(k=st.floats(-2.0, 2.0), one=st.floats(0.0, 1.0), other=st.floats(0.0, 1.0))
def test_total_variance_never_falls_with_time(k: float, one: float, other: float) -> None:
    pair = [(0.1, CALM), (0.3, CALM._replace(a=0.03)), (0.7, CALM._replace(a=0.06, b=0.2))]
    early, late = sorted((one, other))
    assert between_slices(k, late, pair) >= between_slices(k, early, pair) - 1e-15


@pytest.mark.requirement("PRI-09")
def test_an_ssvi_surface_is_found_again_and_is_free_of_arbitrage() -> None:
    model, years = ssvi.SsviModel(-0.3, 1.1, 0.4), np.array([0.05, 0.2, 0.7])
    theta = 0.4 * years
    smiles = [ssvi.ssvi_slice(float(level), model) for level in theta]
    expiries = [quoted(smile, float(time)) for smile, time in zip(smiles, years, strict=True)]
    found = fit_ssvi(expiries, fit_slices(expiries))
    assert found.model == pytest.approx(model, abs=0.02)
    assert found.theta == pytest.approx(theta, rel=2e-3)
    assert found.rmse < 5e-4
    assert ssvi.ssvi_check(found.theta, found.model).free
    again = [ssvi.ssvi_slice(float(level), found.model) for level in found.theta]
    assert all(calendar_room(one, next_) >= 0.0 for one, next_ in pairwise(again))


def test_a_wild_market_still_gets_an_ssvi_surface_without_arbitrage() -> None:
    expiries = [quoted(SviSlice(0.01, 0.9, -0.9, 0.0, 0.05), 0.1), quoted(SviSlice(0.3, 0.9, 0.9, 0.0, 0.05), 0.3)]
    found = fit_ssvi(expiries, fit_slices(expiries))
    assert found.model.gamma <= 0.5
    assert found.model.eta * (1.0 + abs(found.model.rho)) <= 2.0


def test_a_search_keeps_to_its_box_and_finds_a_corner() -> None:
    found = least_cost(lambda place: place[:, 0] - place[:, 1], [0.0, -1.0], [2.0, 3.0])
    assert found.tolist() == [0.0, 3.0]


def test_bad_quotes_and_expiries_are_named() -> None:
    for k, vol, spread, told in (
        ([0.0], [0.0], [0.1], r"vol\[0\]: `0.0`"),
        ([float("nan")], [0.5], [0.1], r"k\[0\]: `nan`"),
        ([], [], [], "one or more"),
    ):
        with pytest.raises(PricingError, match=told):
            smile_quotes(k, vol, spread)
    one = ExpiryQuotes(0.1, SmileQuotes(np.zeros(1), np.full(1, 0.5), np.full(1, 0.01)))
    with pytest.raises(PricingError, match="expiries that differ"):
        fit_slices([one, one])
    with pytest.raises(PricingError, match="years"):
        fit_slices([one._replace(years=0.0)])
    with pytest.raises(PricingError, match="at least one expiry"):
        between_slices(0.0, 0.1, [])
    with pytest.raises(PricingError, match="as many slices"):
        fit_ssvi([one], [])


@pytest.mark.requirement("PRI-09")
def test_quotes_that_are_noise_come_out_without_arbitrage_also_between_the_nodes() -> None:
    draw, dense = np.random.default_rng(9), np.linspace(-3.0, 3.0, 60_001)
    lives = [1e-6, 1e-5, 1e-4, 0.003, 0.02, 0.05, 0.1, 0.3, 1.0, 3.0]
    for _ in range(12):
        expiries = []
        for years in sorted(draw.choice(lives, draw.integers(1, 6), replace=False)):
            count = int(draw.integers(1, 25))
            k = np.sort(draw.normal(0.0, draw.choice([0.001, 0.05, 0.5, 2.0]), count))
            k = np.full(count, k[0]) if draw.random() < 0.2 else k
            level, spread = draw.choice([0.05, 0.6, 3.0]), draw.choice([0.0, 0.05, 0.5, 2.0])
            vol = np.abs(level * (1.0 + spread * draw.normal(size=count))) + 1e-4
            half_spread = np.abs(draw.normal(0.0, draw.choice([0.0, 0.01, 1.0]), count))
            expiries.append(ExpiryQuotes(float(years), smile_quotes(k, vol, half_spread)))
        fitted = fit_slices(expiries)
        assert all(svi.butterfly(one.smile).least >= 0.0 for one in fitted)
        for near, far in pairwise(fitted):
            assert np.all(variance(dense, far.smile) >= variance(dense, near.smile))
