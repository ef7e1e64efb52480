"""Funding on real histories: where a rate stands, what it is a year, and what could have been predicted."""

import json
from pathlib import Path

import numpy as np
import pytest

from oracle_core.errors import PricingError
from oracle_core.pricing.funding import (
    INTEREST_8H,
    annual_rate,
    predicted_funding,
    prediction_error,
    premium_index,
    rate_percentile,
)
from oracle_core.venues.candle_file import FundingSeries, read_funding

DAY = 86_400_000
QUARTER = 90 * DAY


def history(reference_dir: Path, name: str) -> FundingSeries:
    return read_funding(reference_dir / "data" / "funding" / f"{name}.parquet")


def before(series: FundingSeries, at: int) -> np.ndarray:
    """The rates of the 90 days that end with bar `at`, itself left out."""
    inside = (series.times >= series.times[at] - QUARTER) & (series.times < series.times[at])
    return series.rates[inside]


@pytest.mark.requirement("MKT-06")
@pytest.mark.parametrize(
    ("name", "hours", "when"),
    [("BTC-USDT_binance_8h", 8.0, "2024-03-05T16"), ("BTC-USD_hyperliquid_1h", 1.0, "2024-03-05T16")],
)
def test_a_rate_is_placed_among_its_last_90_days_and_annualised_by_its_own_interval(
    reference_dir: Path, name: str, hours: float, when: str
) -> None:
    series = history(reference_dir, name)
    assert series.step.total_seconds() == 3600.0 * hours
    moment = int(np.datetime64(when, "ms").astype(np.int64))
    at = int(np.searchsorted(series.times, moment))
    rate, past = float(series.rates[at]), before(series, at)
    # The hourly record begins on 1 January.
    assert past.size == (270 if hours == 8.0 else 1_112)
    rank = rate_percentile(rate, past)
    assert rank == pytest.approx(np.mean(past < rate) + 0.5 * np.mean(past == rate), abs=1e-15)
    assert rank > 0.9
    assert annual_rate(rate, hours).simple == pytest.approx(rate * 8_760.0 / hours, rel=1e-14)


@pytest.mark.requirement("MKT-06")
def test_a_percentile_is_a_share_that_rises_with_the_rate_and_counts_ties_half() -> None:
    past = [0.0001, 0.0001, 0.0003, -0.0002]
    ranks = [rate_percentile(rate, past) for rate in (-0.001, -0.0002, 0.0001, 0.0002, 0.0003, 0.001)]
    assert ranks == [0.0, 0.125, 0.5, 0.75, 0.875, 1.0]
    with pytest.raises(PricingError, match="no rates"):
        rate_percentile(0.0001, [])
    with pytest.raises(PricingError, match="rate: `nan`"):
        rate_percentile(float("nan"), past)


@pytest.mark.requirement("MKT-07")
def test_a_hundred_and_95_per_cent_a_year_are_913_and_868_millionths_every_eight_hours() -> None:
    for yearly, per_interval in ((1.00, 0.000913), (0.95, 0.000868)):
        assert annual_rate(per_interval, 8.0).simple == pytest.approx(yearly, abs=6e-4)
        assert round(yearly / 1095.0, 6) == per_interval
    compounded = annual_rate(0.0001, 8.0)
    assert (round(compounded.simple, 4), round(compounded.compounded, 4)) == (0.1095, 0.1157)


@pytest.mark.requirement("MKT-07")
@pytest.mark.parametrize(("venue", "mean", "highest"), [("binance", 0.438, 2.72), ("bybit", 0.633, 4.11)])
def test_carry_in_the_winter_of_2020_was_what_the_record_says(
    reference_dir: Path, venue: str, mean: float, highest: float
) -> None:
    series = history(reference_dir, f"BTC-USDT_{venue}_8h")
    start, end = (int(np.datetime64(day, "ms").astype(np.int64)) for day in ("2020-10-01", "2021-05-01"))
    inside = series.rates[(series.times >= start) & (series.times < end)]
    assert annual_rate(float(inside.mean()), 8.0).simple == pytest.approx(mean, abs=0.002)
    assert annual_rate(float(inside.max()), 8.0).simple == pytest.approx(highest, abs=0.02)


@pytest.fixture(scope="module")
def contexts(reference_dir: Path) -> dict[str, np.ndarray]:
    """Every liquid perpetual of one Hyperliquid message: its book, its index, its premium and its rate."""
    path = reference_dir / "data/venues/payloads/hyperliquid/test_data/ws_all_dexs_asset_ctxs.json"
    listed = json.loads(path.read_text(encoding="utf-8"))["data"]["ctxs"]
    main = next(rows for name, rows in listed if name == "")
    live = [row for row in main if row.get("impactPxs") and float(row["dayNtlVlm"]) > 1e6]
    return {
        "bid": np.array([float(row["impactPxs"][0]) for row in live]),
        "ask": np.array([float(row["impactPxs"][1]) for row in live]),
        "oracle": np.array([float(row["oraclePx"]) for row in live]),
        "premium": np.array([float(row["premium"]) for row in live]),
        "funding": np.array([float(row["funding"]) for row in live]),
    }


@pytest.mark.requirement("MKT-18")
def test_the_premium_that_a_venue_states_is_ours_of_its_own_book(contexts: dict[str, np.ndarray]) -> None:
    found = premium_index(contexts["bid"], contexts["ask"], contexts["oracle"])
    assert found.size > 50
    assert np.median(np.abs(found - contexts["premium"])) <= 1e-9


@pytest.mark.requirement("MKT-18")
def test_what_the_spread_predicts_is_reported_with_its_error_against_the_venue_s_own_rate(
    contexts: dict[str, np.ndarray], remark
) -> None:
    """One moment's premium stands for an hour's average of them: right where it is inside the clamp, noisy outside."""
    predicted = np.array([predicted_funding("hyperliquid", [premium]) for premium in contexts["premium"]])
    error = prediction_error(predicted, contexts["funding"])
    remark(
        f"Hyperliquid, {error.compared} perpetuals: one premium sample predicts the hour's rate with a bias of "
        f"{1e4 * error.bias:+.3f} bp, mean error {1e4 * error.mean_absolute:.3f} bp, rmse {1e4 * error.rmse:.3f} bp"
    )
    calm = np.abs(contexts["premium"] - INTEREST_8H) <= 0.0004
    inside = prediction_error(predicted[calm], contexts["funding"][calm])
    assert inside.compared > 20
    assert np.median(np.abs(predicted[calm] - contexts["funding"][calm])) <= 1e-12
    assert inside.mean_absolute <= error.mean_absolute <= 2e-4


@pytest.mark.requirement("MKT-18")
@pytest.mark.parametrize("name", ["BTC-USDT_binance_8h", "BTC-USDT_bybit_8h", "ETH-USDT_binance_8h"])
def test_against_settled_rates_the_last_one_predicts_better_than_the_interest_alone(
    reference_dir: Path, name: str, remark
) -> None:
    """Both are what the clamp says: of the premium behind the last rate, and of no premium at all."""
    settled = history(reference_dir, name).rates
    last, still = settled[:-1], np.full(settled.size - 1, predicted_funding("binanceusdm", [0.0]))
    by_last, by_interest = prediction_error(last, settled[1:]), prediction_error(still, settled[1:])
    for label, error in (("the last settled rate", by_last), ("the interest alone", by_interest)):
        remark(
            f"{name}, {error.compared} intervals predicted by {label}: bias {1e4 * error.bias:+.3f} bp, "
            f"mean error {1e4 * error.mean_absolute:.3f} bp, rmse {1e4 * error.rmse:.3f} bp"
        )
    assert by_last.compared == settled.size - 1
    assert abs(by_last.bias) <= 1e-7
    assert by_last.mean_absolute < by_interest.mean_absolute
    assert by_last.rmse < by_interest.rmse
