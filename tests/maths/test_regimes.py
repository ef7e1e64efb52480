"""Volatility of known regimes on real candles: the figure, its window and its estimator."""

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from oracle_core.maths.realized import close_to_close, realised_variance
from oracle_core.venues.candle_file import CandleSeries, read_candles

DAY = 86_400_000


def ms(*date: int) -> int:
    return int(datetime(*date, tzinfo=UTC).timestamp() * 1000)


@pytest.fixture(scope="module")
def spot(reference_dir: Path) -> CandleSeries:
    return read_candles(reference_dir / "data/candles/BTC-USDT_spot_binance_30m_2018-01_2021-11.parquet")


def daily_closes(series: CandleSeries) -> tuple[np.ndarray, np.ndarray]:
    """The UTC midnight that ends each day, and its close."""
    day = series.times // DAY
    last = np.flatnonzero(np.append(day[1:] != day[:-1], True))
    return (day[last] + 1) * DAY, series.close[last]


def highest(series: CandleSeries, window: int, start: int, end: int, *, zero_mean: bool = False) -> float:
    """The highest volatility of `window` daily returns that end between two times."""
    times, close = daily_closes(series)
    ends = [i for i in range(window, close.size) if start < times[i] <= end]
    windows = np.stack([close[i - window : i + 1] for i in ends])
    return float(close_to_close(windows, zero_mean=zero_mean).max())


@pytest.mark.requirement("MKT-03")
@pytest.mark.requirement("W20")
def test_november_2022_on_okx_reached_136_per_cent_by_days_and_114_by_five_minutes(reference_dir: Path) -> None:
    series = read_candles(reference_dir / "data/candles/BTC-USDT_perp_okx_5m_2022-05_2022-12.parquet")
    start, end = ms(2022, 11, 1), ms(2022, 12, 1)
    assert highest(series, 10, start, end) == pytest.approx(1.36, abs=0.005)
    returns = np.diff(np.log(series.close))
    bars = 10 * 288
    sums = np.cumsum(returns**2)
    span = np.sqrt((sums[bars:] - sums[:-bars]) * 365.0 / 10.0)
    times = series.times[1 + bars :]
    inside = (times >= start) & (times < end)
    assert span[inside].max() == pytest.approx(1.14, abs=0.005)
    at = int(np.argmax(np.where(inside, span, 0.0)))
    whole = realised_variance(returns[at + 1 : at + 1 + bars])
    assert np.sqrt(float(whole) * 36.5) == pytest.approx(span[at], rel=1e-9)


def test_may_2021_peaked_at_160_per_cent_over_ten_days_and_121_over_thirty(spot: CandleSeries) -> None:
    start, end = ms(2021, 5, 1), ms(2021, 6, 1)
    assert highest(spot, 10, start, end) == pytest.approx(1.60, abs=0.01)
    # Thirty closes are twenty-nine returns; their root mean square.
    assert highest(spot, 29, start, end, zero_mean=True) == pytest.approx(1.21, abs=0.005)


def test_the_third_quarter_of_2020_ran_from_43_to_57_per_cent_at_its_month_ends(spot: CandleSeries) -> None:
    ends = [ms(2020, month, 1) for month in (8, 9, 10)]
    found = [highest(spot, 30, end - DAY, end) for end in ends]
    assert min(found) == pytest.approx(0.43, abs=0.005)
    assert max(found) == pytest.approx(0.57, abs=0.005)


def test_the_crash_of_march_2020_and_the_rally_of_2021_are_what_the_record_says(spot: CandleSeries) -> None:
    times, close = daily_closes(spot)
    by_day = dict(zip(times.tolist(), close.tolist(), strict=True))
    assert by_day[ms(2020, 3, 13)] / by_day[ms(2020, 3, 12)] - 1.0 == pytest.approx(-0.395, abs=5e-4)
    crash = (spot.times >= ms(2020, 3, 12)) & (spot.times < ms(2020, 3, 14))
    assert spot.high[crash].max() == pytest.approx(7_966.0, abs=1.0)
    assert spot.low[crash].min() == pytest.approx(3_782.0, abs=1.0)
    rally = [by_day[at] for at in by_day if ms(2020, 12, 17) <= at <= ms(2021, 4, 1)]
    assert rally[0] == pytest.approx(21_300.0, abs=50.0)
    assert max(rally) == pytest.approx(61_200.0, abs=50.0)
