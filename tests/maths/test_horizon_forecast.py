"""Forecasts of a whole horizon: out of sample better than the same days again, and blind to what comes after."""

from pathlib import Path

import numpy as np
import pytest
from worlds import realised_days

from oracle_core.errors import PricingError
from oracle_core.maths.forecast import qlike
from oracle_core.maths.horizon_forecast import ewma_horizon, log_har_horizon

FILES = (
    "BTC-USDT_spot_binance_30m_2018-01_2021-11",
    "ETH-USDT_spot_binance_30m_2018-01_2021-11",
    "BTC-USDT_perp_binance_5m_2023-01_2024-05",
    "ETH-USDT_perp_binance_5m_2023-01_2024-05",
)


@pytest.mark.requirement("HED-27")
@pytest.mark.parametrize("days", [3, 7])
@pytest.mark.parametrize("name", FILES)
def test_out_of_sample_a_horizon_is_forecast_better_than_by_the_same_days_again(
    reference_dir: Path, name: str, days: int
) -> None:
    """Forecasts each day from day 250 on, from the days before it alone; naive is the last `days`."""
    variance, _ = realised_days(reference_dir, name)
    starts = range(250, variance.size - days)
    actual = [variance[start : start + days].mean() for start in starts]
    made = {
        "naive": [variance[start - days : start].mean() for start in starts],
        "log_har": [log_har_horizon(variance[:start], days).variance for start in starts],
        "ewma": [ewma_horizon(variance[:start], days).variance for start in starts],
    }
    losses = {label: qlike(found, actual) for label, found in made.items()}
    print(name, days, {label: round(loss, 3) for label, loss in losses.items()})
    assert losses["log_har"] <= losses["naive"]
    assert losses["ewma"] <= losses["naive"]


@pytest.mark.parametrize("make", [log_har_horizon, ewma_horizon])
def test_the_error_is_that_of_past_misses(make) -> None:
    draw = np.random.default_rng(4)
    calm, wild = (4e-4 * np.exp(size * draw.standard_normal(200)) for size in (0.05, 0.8))
    assert make(calm, 5).log_error < 0.1 < make(wild, 5).log_error


@pytest.mark.parametrize(("values", "days"), [([1e-4] * 51, 1), ([1e-4] * 58, 7), ([1e-4] * 80, 0), ([0.0] * 80, 1)])
def test_too_short_a_history_is_refused(values: list[float], days: int) -> None:
    with pytest.raises(PricingError):
        log_har_horizon(values, days)


def test_a_forecast_stays_within_what_was_seen() -> None:
    series = np.concatenate([np.linspace(1e-4, 4e-4, 100), [5e-2]])
    assert 1e-4 <= log_har_horizon(series, 5).variance <= 5e-2


def test_the_regression_is_the_one_written_down() -> None:
    """Log mean variance of days i+1 to i+h on the logs of day i, its week and its month, over whole past windows."""
    series = 4e-4 * np.exp(0.5 * np.random.default_rng(8).standard_normal(90))
    days, logs = 5, np.log(series)

    def features(i: int) -> list[float]:
        return [1.0, logs[i], logs[i - 4 : i + 1].mean(), logs[i - 21 : i + 1].mean()]

    past = range(21, 90 - days)
    target = np.array([np.log(series[i + 1 : i + 1 + days].mean()) for i in past])
    weights, *_ = np.linalg.lstsq(np.array([features(i) for i in past]), target, rcond=None)
    missed = target - np.array([features(i) for i in past]) @ weights
    found = log_har_horizon(series, days)
    assert found.log_error == pytest.approx(np.sqrt(np.mean(missed**2)), rel=1e-9)
    assert found.variance == pytest.approx(np.exp(features(89) @ weights + 0.5 * np.mean(missed**2)), rel=1e-9)
