"""Forecasts of where the price may be: they cover what they promise on real candles, and never look ahead."""

from pathlib import Path

import numpy as np
import pytest

from oracle_core.errors import PricingError
from oracle_core.maths.quantile_forecast import coverage, price_quantiles
from oracle_core.venues.candle_file import read_candles

LEVELS = [0.05, 0.5, 0.95]


def closes(reference_dir: Path, name: str, minutes: int) -> np.ndarray:
    """Closes of longer bars."""
    series = read_candles(reference_dir / "data" / "candles" / f"{name}.parquet")
    bar = (series.times + int(series.step.total_seconds() * 1000)) // (minutes * 60_000)
    return series.close[np.flatnonzero(np.append(bar[1:] != bar[:-1], True))]


@pytest.mark.requirement("HED-29")
@pytest.mark.parametrize("horizon", [1, 6])
@pytest.mark.parametrize(
    ("name", "minutes"),
    [
        ("BTC-USDT_spot_binance_30m_2018-01_2021-11", 240),
        ("ETH-USDT_spot_binance_30m_2018-01_2021-11", 240),
        ("BTC-USDT_perp_binance_5m_2023-01_2024-05", 60),
        ("ETH-USDT_perp_binance_5m_2023-01_2024-05", 60),
        ("SOL-USDT_perp_okx_5m_2022-05_2022-12", 60),
    ],
)
def test_nine_of_ten_prices_fall_inside_the_ninety_per_cent_interval(
    reference_dir: Path, name: str, minutes: int, horizon: int
) -> None:
    close = closes(reference_dir, name, minutes)
    quantiles = price_quantiles(close, LEVELS, horizon=horizon)
    made, outcome = quantiles[:-horizon], close[horizon:]
    found = coverage(made[:, 0], made[:, 2], outcome, promised=0.9)
    print(f"{name}, {minutes} min, {horizon} ahead: {found.share:.3f} of {found.forecasts} inside the 90 % interval")
    assert found.forecasts > 2_000
    assert 0.85 <= found.share <= 0.95
    below = np.mean(outcome[np.isfinite(made[:, 1])] < made[np.isfinite(made[:, 1]), 1])
    assert below == pytest.approx(0.5, abs=0.03)


@pytest.mark.requirement("HED-29")
def test_what_comes_after_a_bar_changes_no_forecast_made_on_it_or_before() -> None:
    walk = 100.0 * np.exp(np.cumsum(0.01 * np.random.default_rng(3).standard_normal(300)))
    changed = walk.copy()
    changed[200:] *= 3.0
    before, after = (price_quantiles(path, LEVELS, horizon=4, window=60) for path in (walk, changed))
    assert np.array_equal(before[:200], after[:200], equal_nan=True)
    assert not np.array_equal(before[200:], after[200:], equal_nan=True)


def test_the_interval_widens_when_the_market_gets_louder() -> None:
    draw = 0.005 * np.random.default_rng(5).standard_normal(600)
    draw[500:] *= 4.0
    found = price_quantiles(100.0 * np.exp(np.cumsum(draw)), LEVELS, window=200)
    width = np.log(found[:, 2] / found[:, 0])
    assert np.median(width[540:]) > 2.5 * np.median(width[400:500])


def test_quantiles_are_in_order_and_absent_until_enough_was_seen() -> None:
    walk = 100.0 * np.exp(np.cumsum(0.01 * np.random.default_rng(3).standard_normal(120)))
    found = price_quantiles(walk, LEVELS, horizon=2, window=50)
    made = np.isfinite(found).all(axis=1)
    # The first move ends at bar 3; the fiftieth at bar 52.
    assert np.flatnonzero(made)[0] == 52
    assert made[52:].all()
    assert (np.diff(found[made], axis=1) > 0.0).all()


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (lambda: price_quantiles([100.0], [0.5]), "2 or more"),
        (lambda: price_quantiles([100.0, 101.0], [1.0]), "between 0 and 1"),
        (lambda: price_quantiles([100.0, -1.0], [0.5]), "close"),
        (lambda: coverage([1.0], [2.0], [1.0, 2.0], promised=0.9), "one shape"),
        (lambda: coverage([np.nan], [2.0], [1.0], promised=0.9), "one or more"),
    ],
)
def test_what_cannot_be_forecast_or_judged_is_refused(call, told: str) -> None:
    with pytest.raises(PricingError, match=told):
        call()
