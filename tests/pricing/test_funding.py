"""Funding formulas against the reference cases, and what must hold of every clamp."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oracle_core.errors import InputError, PricingError
from oracle_core.pricing.funding import (
    TERMS,
    annual_rate,
    average_premium,
    bitmex_interest,
    clamped_rate,
    deribit_rate,
    funding_payment,
    predicted_funding,
    prediction_error,
    premium_index,
)

premiums = st.floats(-0.05, 0.05)


@pytest.mark.requirement("MKT-18")
def test_the_clamp_matches_the_references(perps: dict) -> None:
    cases = perps["funding_clamp"]["cases"]
    for case in cases:
        given_, expected = case["inputs"], case["expected"]
        rate = clamped_rate(given_["premium_index"], interest=given_["interest_8h"], clamp=given_["clamp"])
        assert float(rate) == pytest.approx(expected["funding_rate"], abs=perps["funding_clamp"]["tol"])
        capped = clamped_rate(given_["premium_index"], cap=0.003)
        assert float(capped) == pytest.approx(expected["capped_at_0_3pct"], abs=1e-12)
    assert len(cases) == 5


@pytest.mark.requirement("MKT-18")
def test_the_rising_average_of_premiums_matches_the_references(perps: dict) -> None:
    listed, ruled = perps["premium_average"]["cases"]
    series = (listed["inputs"]["premiums"], [i * 1e-6 for i in range(1, 481)])
    for case, samples in zip((listed, ruled), series, strict=True):
        assert average_premium(samples) == pytest.approx(case["expected"]["average_premium"], abs=1e-15)
        assert predicted_funding("bybit", samples) == pytest.approx(case["expected"]["funding_rate"], abs=1e-15)


def test_premium_indices_match_the_references(perps: dict) -> None:
    for case in perps["premium_index_cases"]:
        assert float(premium_index(**case["inputs"])) == pytest.approx(case["expected"]["premium_index"], abs=1e-15)
    assert float(premium_index(9_990.0, 10_010.0, 10_000.0)) == 0.0


def test_deribit_s_rate_and_payment_match_the_references(perps: dict) -> None:
    for case in perps["deribit_funding"]["cases"]:
        given_, expected = case["inputs"], case["expected"]
        premium = given_["mark"] / given_["index"] - 1.0
        rate = deribit_rate(given_["mark"], given_["index"], cap=given_["cap"])
        paid = funding_payment(rate, given_["position_usd"], hours=given_["seconds"] / 3600.0, interval_hours=8.0)
        assert premium == pytest.approx(expected["premium_rate"], abs=1e-12)
        assert float(rate) == pytest.approx(expected["funding_rate_8h"], abs=1e-12)
        assert float(paid) == pytest.approx(expected["payment_usd"], abs=1e-9)
        assert float(paid) / given_["index"] == pytest.approx(expected["payment_coin_at_index"], abs=1e-14)


def test_hyperliquid_s_hourly_payment_matches_the_reference(perps: dict) -> None:
    (case,) = perps["hyperliquid_funding"]["cases"]
    given_, expected = case["inputs"], case["expected"]
    premium = premium_index(given_["impact_bid"], given_["impact_bid"] + 1.0, given_["oracle"])
    hourly = predicted_funding("hyperliquid", [float(premium)])
    paid = funding_payment(hourly, given_["position"] * given_["oracle"], hours=1.0, interval_hours=1.0)
    assert float(premium) == pytest.approx(expected["premium"], abs=1e-15)
    assert float(clamped_rate(premium)) == pytest.approx(expected["rate_8h"], abs=1e-15)
    assert float(clamped_rate(premium) - premium) == pytest.approx(expected["clamp_term"], abs=1e-15)
    assert hourly == pytest.approx(expected["rate_1h"], abs=1e-15)
    assert float(paid) == pytest.approx(expected["hourly_payment_usd"], abs=1e-9)


def test_bitmex_s_guide_comes_out_as_printed(perps: dict) -> None:
    case = perps["bitmex"]["cases"][0]
    given_, expected = case["inputs"], case["expected"]
    rate = bitmex_interest(given_["quote_rate_daily"], given_["base_rate_daily"])
    paid = funding_payment(rate, given_["contracts"] / given_["entry"], hours=8.0, interval_hours=8.0)
    assert rate == pytest.approx(expected["funding_rate"], abs=1e-15)
    assert float(paid) == pytest.approx(expected["funding_paid_xbt"], abs=1e-12)


@given(premiums)
def test_the_rate_is_the_interest_inside_the_clamp_and_follows_the_premium_outside(premium: float) -> None:
    rate = float(clamped_rate(premium))
    if abs(0.0001 - premium) <= 0.0005:
        assert rate == pytest.approx(0.0001, abs=1e-15)
    else:
        assert abs(rate - premium) == pytest.approx(0.0005, abs=1e-15)
        assert (rate - premium) * (0.0001 - premium) > 0.0


@given(st.lists(premiums, min_size=1, max_size=50), st.sampled_from(sorted(TERMS)))
def test_a_prediction_lies_inside_the_venue_s_cap(samples: list[float], venue: str) -> None:
    cap = TERMS[venue].cap
    assert cap is None or abs(predicted_funding(venue, samples)) <= cap


def test_shorter_intervals_divide_the_rate_or_the_interest_by_venue() -> None:
    calm, rising = [0.0002], [0.002]
    assert predicted_funding("binanceusdm", calm, interval_hours=4.0) == pytest.approx(0.00005)
    assert predicted_funding("binanceusdm", rising, interval_hours=4.0) == pytest.approx(0.00075)
    assert predicted_funding("bybit", calm, interval_hours=4.0) == pytest.approx(0.00005)
    assert predicted_funding("bybit", rising, interval_hours=4.0) == pytest.approx(0.0015)


@pytest.mark.requirement("MKT-18")
def test_the_error_of_predictions_is_reported_against_what_settled() -> None:
    found = prediction_error([0.0003, 0.0001], [0.0001, 0.0001])
    assert found == (pytest.approx(0.0001), pytest.approx(0.0001), pytest.approx(0.0002 / np.sqrt(2.0)), 2)


@pytest.mark.requirement("MKT-07")
def test_annual_funding_uses_the_interval_and_tells_simple_from_compounded() -> None:
    eight, hourly = annual_rate(0.0001, 8.0), annual_rate(0.0001, 1.0)
    assert eight.simple == pytest.approx(0.1095, abs=1e-12)
    assert eight.compounded == pytest.approx(1.0001**1095 - 1.0, rel=1e-12)
    assert hourly.simple == pytest.approx(0.876, abs=1e-12)


def test_unknown_venues_and_bad_numbers_are_named() -> None:
    with pytest.raises(InputError, match="`kraken` — expected one of binanceusdm"):
        predicted_funding("kraken", [0.0])
    with pytest.raises(PricingError, match="premiums"):
        average_premium([])
    with pytest.raises(PricingError, match=r"premium: `nan`"):
        clamped_rate(float("nan"))
    with pytest.raises(PricingError, match="no rates"):
        prediction_error([], [])
