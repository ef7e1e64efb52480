"""GARCH, the forecasts beside each other on real candles, and what options charge above them."""

import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from oracle_core.errors import PricingError
from oracle_core.maths.forecast import ewma, har
from oracle_core.maths.forecast_scores import (
    daily_forecasts,
    log_har,
    score_forecasts,
    volatility_risk_premium,
)
from oracle_core.maths.garch import GarchModel, fit_garch, garch, garch_average, garch_variance
from oracle_core.venues.candle_file import read_candles

TRUE = GarchModel(omega=4e-5, alpha=0.12, beta=0.84)
FIRST = 250


def simulated(model: GarchModel, number: int, seed: int) -> np.ndarray:
    draws = np.random.default_rng(seed).standard_normal(number)
    returns, level = np.empty(number), model.long_run
    for i, draw in enumerate(draws):
        returns[i] = np.sqrt(level) * draw
        level = model.omega + model.alpha * returns[i] ** 2 + model.beta * level
    return returns


def days(reference_dir: Path, name: str) -> tuple[np.ndarray, np.ndarray]:
    """Realised variance and return of every UTC day but the first that has at least four fifths of its bars."""
    series = read_candles(reference_dir / "data" / "candles" / f"{name}.parquet")
    returns = np.diff(np.log(series.close), prepend=np.log(series.close[0]))
    day = series.times // 86_400_000
    number = day - day[0]
    counts = np.bincount(number)
    whole = counts >= 0.8 * np.median(counts)
    whole[0] = False
    return np.bincount(number, returns**2)[whole], np.bincount(number, returns)[whole]


def test_garch_finds_the_model_that_made_the_returns() -> None:
    found = fit_garch(simulated(TRUE, 20_000, 3))
    assert found.alpha == pytest.approx(TRUE.alpha, abs=0.02)
    assert found.beta == pytest.approx(TRUE.beta, abs=0.03)
    assert found.long_run == pytest.approx(TRUE.long_run, rel=0.15)


def test_garch_s_recursion_is_the_one_written_down() -> None:
    returns = [0.02, -0.05, 0.0]
    level, expected = TRUE.long_run, []
    for value in returns:
        level = TRUE.omega + TRUE.alpha * value**2 + TRUE.beta * level
        expected.append(level)
    assert garch_variance(returns, TRUE) == pytest.approx(expected, rel=1e-14)


def test_the_average_over_a_horizon_is_the_mean_of_the_steps_and_ends_at_the_long_run() -> None:
    step, steps = 0.004, []
    for _ in range(30):
        steps.append(step)
        step = TRUE.omega + (TRUE.alpha + TRUE.beta) * step
    assert float(garch_average(0.004, TRUE, 30)) == pytest.approx(np.mean(steps), rel=1e-12)
    assert float(garch_average(0.004, TRUE, 1)) == pytest.approx(0.004, rel=1e-12)
    assert float(garch_average(0.004, TRUE, 1e6)) == pytest.approx(TRUE.long_run, rel=1e-3)


def test_a_fit_on_calm_noise_does_not_die_out() -> None:
    returns = 0.01 * np.random.default_rng(5).choice([-1.0, 1.0], 400)
    found = fit_garch(returns)
    assert found.long_run == pytest.approx(1e-4, rel=3.0)
    assert found.alpha + found.beta < 1.0


@pytest.mark.requirement("HED-27")
@pytest.mark.parametrize("name", ["ewma", "har", "log_har", "garch", "naive"])
def test_no_forecast_looks_ahead(name: str) -> None:
    """What comes after a day changes nothing that was forecast on it or before."""
    returns = simulated(TRUE, 330, 7)
    variance = returns**2 + 1e-6
    cut = 300
    changed, moved = variance.copy(), returns.copy()
    changed[cut:] *= 50.0
    moved[cut:] *= -7.0
    before, after = daily_forecasts(variance, returns)[name], daily_forecasts(changed, moved)[name]
    assert (before[:cut] == after[:cut]).all()
    assert (before[cut:] != after[cut:]).any()


@pytest.mark.requirement("HED-27")
@pytest.mark.parametrize("make", [ewma, har, log_har])
def test_a_forecast_answers_to_the_day_it_is_made_on(make: Callable) -> None:
    variance = simulated(TRUE, 200, 9) ** 2 + 1e-6
    louder = variance.copy()
    louder[-1] *= 3.0
    assert make(louder)[-1] > make(variance)[-1]
    assert (make(louder)[:-1] == make(variance)[:-1]).all()


@pytest.mark.requirement("HED-27")
@pytest.mark.parametrize(
    "name",
    [
        "BTC-USDT_spot_binance_30m_2018-01_2021-11",
        "ETH-USDT_spot_binance_30m_2018-01_2021-11",
        "BTC-USDT_perp_binance_5m_2023-01_2024-05",
        "ETH-USDT_perp_binance_5m_2023-01_2024-05",
    ],
)
def test_out_of_sample_the_forecasts_beat_tomorrow_is_like_today(reference_dir: Path, name: str) -> None:
    variance, returns = days(reference_dir, name)
    scores = score_forecasts(daily_forecasts(variance, returns, first=FIRST), variance, first=FIRST)
    for label, score in scores.items():
        print(f"{name} {label}: QLIKE {score.qlike:.3f} ({score.qlike_gain:+.3f}), RMSE {score.rmse:.3f}")
    assert scores["naive"].days == variance.size - FIRST
    for label in ("ewma", "log_har", "garch"):
        assert scores[label].qlike_gain <= 0.0, label
    assert scores["log_har"].rmse_gain < 0.0
    assert scores["har"].rmse_gain < 0.0


def test_scores_compare_each_day_s_forecast_with_the_next_day() -> None:
    variance = np.array([1.0, 2.0, 1.0, 2.0, 1.0]) * 1e-4
    knowing = np.append(variance[1:], 1.0)
    scores = score_forecasts({"naive": variance, "oracle": knowing}, variance, first=2)
    assert scores["oracle"].qlike == pytest.approx(0.0, abs=1e-15)
    assert scores["oracle"].rmse == 0.0
    assert scores["naive"].qlike == pytest.approx(
        np.mean([0.5 - np.log(0.5) - 1, 2 - np.log(2) - 1, 0.5 - np.log(0.5) - 1])
    )
    assert scores["naive"].days == 3
    assert scores["naive"].qlike_gain == 0.0


@pytest.mark.requirement("HED-12")
def test_the_risk_premium_is_implied_less_forecast_with_its_standard_error() -> None:
    found = volatility_risk_premium([0.55, 0.40], 0.48, returns=30)
    assert found.premium == pytest.approx([0.07, -0.08])
    assert found.standard_error == pytest.approx(0.48 / np.sqrt(60.0))
    draws = np.random.default_rng(1).standard_normal((20_000, 30))
    spread = np.std(0.48 * np.sqrt(np.mean(draws**2, axis=1)))
    assert float(found.standard_error) == pytest.approx(spread, rel=0.03)


def test_the_library_is_loaded_only_when_a_model_is_fitted() -> None:
    import subprocess

    code = "import sys, oracle_core.maths.forecast_scores; print('arch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"


def test_bad_series_and_models_are_named() -> None:
    for call, told in (
        (lambda: fit_garch(np.zeros(100)), "a price that moved"),
        (lambda: fit_garch(np.ones(10)), "50 or more"),
        (lambda: garch([float("nan")]), "returns"),
        (lambda: garch_variance([0.1], TRUE._replace(alpha=0.5, beta=0.5)), "alpha \\+ beta"),
        (lambda: garch_variance([0.1], TRUE._replace(omega=0.0)), "omega"),
        (lambda: daily_forecasts([1.0, 2.0], [1.0]), "one of each a day|broadcast"),
        (lambda: log_har([0.0]), "variance"),
        (lambda: score_forecasts({"ewma": [1.0] * 300}, np.ones(300)), "`naive`"),
    ):
        with pytest.raises(PricingError, match=told):
            call()
