"""Choppiness: series that come back, run on, or do neither are told apart."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oracle_core.errors import PricingError
from oracle_core.maths.choppiness import efficiency_ratio, variance_ratio


def autoregressive(slope: float, number: int = 4_000, seed: int = 4) -> np.ndarray:
    moves, draws = np.zeros(number), 0.01 * np.random.default_rng(seed).standard_normal(number)
    for i in range(1, number):
        moves[i] = slope * moves[i - 1] + draws[i]
    return moves


@pytest.mark.requirement("MKT-19")
def test_the_ratio_of_a_short_series_is_lo_and_mackinlay_s_unbiased_one_by_hand() -> None:
    # 1, 2, 3 and 5 %: of pairs (6.25 + 0.25 + 6.25) / (2 * 3 * (1 - 2/4)) = 4.25, of single ones 8.75 / 3.
    found = variance_ratio([0.01, 0.02, 0.03, 0.05], 2)
    assert float(found.ratio) == pytest.approx(4.25 * 3.0 / 8.75, rel=1e-12)


@pytest.mark.requirement("MKT-19")
@pytest.mark.parametrize("periods", [2, 5, 10])
def test_moves_taken_back_are_below_one_moves_that_run_on_above_and_noise_is_one_within_its_error(periods: int) -> None:
    back, on, noise = (variance_ratio(autoregressive(slope), periods) for slope in (-0.3, 0.3, 0.0))
    assert back.z < -5.0
    assert back.ratio < 1.0
    assert on.z > 5.0
    assert on.ratio > 1.0
    assert abs(noise.ratio - 1.0) <= 2.0 * noise.standard_error


@pytest.mark.requirement("MKT-19")
@pytest.mark.parametrize("slope", [-0.3, 0.3])
def test_the_ratio_is_what_the_autocorrelations_make_it(slope: float) -> None:
    """1 + 2 sum (1 - j/q) rho_j, with rho_j = slope^j."""
    exact = 1.0 + 2.0 * sum((1.0 - j / 5) * slope**j for j in range(1, 5))
    found = np.mean([variance_ratio(autoregressive(slope, seed=seed), 5).ratio for seed in range(20)])
    assert found == pytest.approx(exact, rel=0.03)


@pytest.mark.requirement("MKT-19")
def test_the_standard_error_holds_in_quiet_and_loud_times_alike() -> None:
    draw = np.random.default_rng(8)
    loud = draw.standard_normal((400, 1_000)) * np.where(np.arange(1_000) // 100 % 2, 0.04, 0.01)
    found = variance_ratio(loud, 4)
    assert found.ratio.shape == (400,)
    assert np.std(found.z) == pytest.approx(1.0, abs=0.12)
    assert np.mean(found.ratio) == pytest.approx(1.0, abs=0.02)


@pytest.mark.requirement("MKT-19")
def test_a_trend_is_efficient_a_chop_is_not_and_stillness_is_neither() -> None:
    trend, chop = 100.0 * 1.02 ** np.arange(11), 100.0 * 1.02 ** (np.arange(11) % 2)
    assert efficiency_ratio(trend) == pytest.approx(1.0)
    assert efficiency_ratio(chop) == pytest.approx(0.0, abs=1e-12)
    assert efficiency_ratio(np.full(5, 100.0)) == 0.0


@given(st.lists(st.floats(1.0, 1e6), min_size=2, max_size=30))
def test_efficiency_is_a_share(prices: list[float]) -> None:
    assert 0.0 <= efficiency_ratio(prices) <= 1.0


def test_a_series_that_does_not_move_has_no_ratio() -> None:
    assert np.isnan(variance_ratio(np.zeros(10), 2).ratio)


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (lambda: variance_ratio([0.1] * 3, 2), "at least 4"),
        (lambda: variance_ratio([0.1] * 30, 1), "2 or more"),
        (lambda: variance_ratio([np.nan] * 30, 2), "returns"),
        (lambda: efficiency_ratio([100.0]), "at least 2"),
        (lambda: efficiency_ratio([100.0, 0.0]), "prices"),
    ],
)
def test_what_cannot_be_measured_is_refused(call, told: str) -> None:
    with pytest.raises(PricingError, match=told):
        call()
