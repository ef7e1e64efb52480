"""Realised volatility and its forecasts."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oracle_core.errors import PricingError
from oracle_core.maths import forecast, realized

seeds = st.integers(0, 2**32 - 1)


def candles(seed: int, bars: int = 30, drift: float = 0.0) -> np.ndarray:
    """Open, high, low, close of a random walk with opening gaps."""
    steps = 0.01 * np.random.default_rng(seed).standard_normal((bars, 24)) + drift
    path = 100.0 * np.exp(np.cumsum(steps).reshape(bars, 24))
    return np.stack([path[:, 0], path.max(axis=1), path.min(axis=1), path[:, -1]])


@pytest.mark.requirement("MKT-03")
def test_every_estimator_matches_the_references(references, tally) -> None:
    for case in references("realized_vol.json")["cases"]:
        bars = np.array(case["inputs"]["ohlc"]).T
        each = {"periods_per_year": case["inputs"]["periods_per_year"]}
        close = bars[3]
        found = {
            "close_to_close_sample": realized.close_to_close(close, **each),
            "close_to_close_zero_mean": realized.close_to_close(close, **each, zero_mean=True),
            "parkinson": realized.parkinson(bars[1], bars[2], **each),
            "garman_klass": realized.garman_klass(*bars, **each),
            "rogers_satchell": realized.rogers_satchell(*bars, **each),
            "garman_klass_yang_zhang": realized.garman_klass(*bars, **each, gaps=True),
            "yang_zhang": realized.yang_zhang(*bars, **each),
        }
        assert found.keys() == case["expected"].keys() - {"yang_zhang_parts"}
        for name, value in found.items():
            expected = case["expected"][name]
            tally.compare(f"{case['id']} {name}", value, expected, 1e-14 + case["tol_rel"] * float(expected))


def test_moves_far_smaller_than_the_price_keep_their_digits() -> None:
    minutes = {"periods_per_year": 525_600}
    bars = [60_000.0, 60_000.5], [60_001.0, 60_000.75], [59_999.5, 60_000.0], [60_000.5, 60_000.25]
    # 40-digit values of these doubles.
    steady = realized.close_to_close([60_000.0, 60_000.5, 60_000.25, 60_001.0], **minutes)
    assert math.isclose(steady, 0.0062881640920731707487, rel_tol=1e-12)
    assert math.isclose(realized.rogers_satchell(*bars, **minutes), 0.0095524428058626692975, rel_tol=1e-12)


def test_an_opening_gap_adds_its_square_to_garman_klass() -> None:
    flat = np.array([100.0, 110.0, 110.0])
    gap = math.log(1.1)
    found = realized.garman_klass(flat, flat, flat, flat, gaps=True)
    assert math.isclose(found, math.sqrt(365 * gap**2 / 2), rel_tol=1e-12)


@given(seed=seeds, scale=st.sampled_from([0.001, 1.0, 1000.0]))
def test_the_unit_of_price_does_not_matter(seed, scale) -> None:
    bars = candles(seed)
    for estimator in (realized.garman_klass, realized.rogers_satchell, realized.yang_zhang):
        assert math.isclose(estimator(*bars), estimator(*(scale * bars)), rel_tol=1e-9)


@given(seed=seeds)
def test_a_batch_is_its_windows_one_by_one(seed) -> None:
    bars = candles(seed)
    windows = np.lib.stride_tricks.sliding_window_view(bars, 10, axis=1)
    together = realized.yang_zhang(*windows)
    assert together.shape == (21,)
    assert math.isclose(together[5], realized.yang_zhang(*bars[:, 5:15]), rel_tol=1e-12)


def test_a_steady_drift_leaves_rogers_satchell_unmoved() -> None:
    path = 100.0 * np.exp(0.01 * np.arange(31))
    assert realized.rogers_satchell(path[:-1], path[1:], path[:-1], path[1:]) <= 1e-7
    assert realized.close_to_close(path) <= 1e-7
    assert realized.close_to_close(path, zero_mean=True) > 0.1


def test_all_estimators_find_the_volatility_of_a_long_walk() -> None:
    bars = candles(1, bars=4000)
    true = 0.01 * math.sqrt(24 * 365)
    # A range seen at 24 moments a day is smaller than the true one.
    for found, tolerance in ((realized.close_to_close(bars[3]), 0.03), (realized.yang_zhang(*bars), 0.2)):
        assert abs(found / true - 1.0) < tolerance


@given(seed=seeds, at=st.integers(1, 99), size=st.floats(0.2, 0.5))
def test_a_jump_raises_the_jump_share(seed, at, size) -> None:
    returns = 0.01 * np.random.default_rng(seed).standard_normal(100)
    jumped = returns.copy()
    jumped[at] += math.copysign(size, jumped[at])
    assert 0.0 <= realized.jump_share(returns) <= 1.0
    assert realized.jump_share(jumped) > max(0.4, realized.jump_share(returns))


def test_nothing_moving_is_no_volatility_and_no_jump() -> None:
    flat = np.full(10, 100.0)
    assert realized.yang_zhang(flat, flat, flat, flat) == 0.0
    assert realized.jump_share(np.zeros(5)) == 0.0


@pytest.mark.parametrize(
    "call",
    [
        lambda: realized.close_to_close([100.0]),
        lambda: realized.close_to_close([100.0, -1.0, 3.0]),
        lambda: realized.close_to_close([100.0, 101.0, 102.0], periods_per_year=0.0),
        lambda: realized.parkinson([100.0], [101.0]),
        lambda: realized.parkinson([], []),
        lambda: realized.garman_klass([100.0], [101.0], [99.0], [102.0]),
        lambda: realized.yang_zhang([1.0, 1.0], [1.0, 1.0], [1.0, 1.0], [1.0, 1.0]),
        lambda: realized.bipower_variation([0.1]),
        lambda: realized.realised_variance(0.1),
        lambda: forecast.ewma([]),
        lambda: forecast.ewma([0.1], decay=1.0),
        lambda: forecast.har([[0.1, 0.2]]),
        lambda: forecast.qlike([0.0], [0.1]),
    ],
)
def test_what_cannot_be_estimated_is_refused(call) -> None:
    with pytest.raises(PricingError, match="expected"):
        call()


@pytest.mark.requirement("HED-27")
@pytest.mark.parametrize("method", [forecast.ewma, forecast.har])
@given(seed=seeds, day=st.integers(65, 118))
def test_no_forecast_sees_the_future(method, seed, day) -> None:
    variance = np.random.default_rng(seed).gamma(2.0, 0.001, 120)
    changed = variance.copy()
    changed[day + 1 :] *= 100.0
    before, after = method(variance)[: day + 1], method(changed)[: day + 1]
    assert np.array_equal(before, after)
    assert (before > 0.0).all()


def test_har_finds_the_coefficients_of_a_series_that_follows_them() -> None:
    shocks = np.random.default_rng(3).uniform(0.5, 1.5, 22).tolist()
    series = list(shocks)
    for _ in range(80):
        series.append(0.1 + 0.4 * series[-1] + 0.3 * np.mean(series[-5:]) + 0.15 * np.mean(series[-22:]))
    forecasts = forecast.har(np.array(series), first=40)
    assert np.allclose(forecasts[39:-1], series[40:], rtol=1e-9)
    assert np.allclose(forecasts[:39], np.cumsum(series[:39]) / np.arange(1, 40))


def test_har_beats_yesterday_where_variance_has_long_memory() -> None:
    random = np.random.default_rng(7)
    level = np.zeros(1200)
    for i in range(1, 1200):
        level[i] = 0.97 * level[i - 1] + 0.15 * random.standard_normal()
    variance = 0.002 * np.exp(level + 0.6 * random.standard_normal(1200))
    scored = slice(200, None)
    naive = forecast.qlike(variance[:-1][scored], variance[1:][scored])
    assert forecast.qlike(forecast.har(variance)[:-1][scored], variance[1:][scored]) < naive
    assert forecast.qlike(forecast.ewma(variance)[:-1][scored], variance[1:][scored]) < naive


def test_scores_are_zero_only_for_a_perfect_forecast() -> None:
    assert forecast.qlike([0.04], [0.05]) > 0.0
    assert forecast.rmse([0.2, 0.4], [0.2, 0.4]) == 0.0
