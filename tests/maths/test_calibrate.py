"""Heston and Bates from quotes: what made the quotes is found again, real chains are fitted, bounds hold."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from oracle_core.errors import PricingError
from oracle_core.maths.calibrate import HESTON_BOUNDS, JUMP_BOUNDS, Calibration, calibrate_bates, calibrate_heston
from oracle_core.maths.heston import HestonModel, heston, heston_exponent
from oracle_core.maths.implied import implied_vol
from oracle_core.maths.jumps import JumpModel, bates
from oracle_core.maths.lewis import chain_prices
from oracle_core.maths.surface_fit import ExpiryQuotes
from oracle_core.maths.svi_fit import smile_quotes
from oracle_core.pricing.smile import quoted_smiles
from oracle_core.venues.chain_table import read_chain

MODEL = HestonModel(v0=0.3, kappa=3.0, theta=0.4, xi=1.8, rho=-0.35)
JUMPS = JumpModel(rate=8.0, mean=-0.03, deviation=0.09)
YEARS = (0.01, 0.04, 0.1, 0.3, 0.9)


def made(model: HestonModel, jumps: JumpModel | None = None, half_spread: float = 0.005) -> list[ExpiryQuotes]:
    expiries = []
    for years in YEARS:
        k = np.linspace(-2.5, 2.5, 11) * np.sqrt(0.35 * years)
        sign = np.where(k >= 0.0, 1.0, -1.0)
        if jumps is None:
            price = heston(1.0, np.exp(k), years, model, sign=sign).price
        else:
            price = bates(1.0, np.exp(k), years, model, jumps, sign=sign).price
        vol = implied_vol(price, 1.0, np.exp(k), years, sign=sign)
        expiries.append(ExpiryQuotes(years, smile_quotes(k, vol, np.full_like(k, half_spread))))
    return expiries


def inside(found: Calibration) -> bool:
    numbers = [*found.model, *(found.jumps or ())]
    bounds = (*HESTON_BOUNDS, *JUMP_BOUNDS)[: len(numbers)]
    return all(bound.low <= value <= bound.high for bound, value in zip(bounds, numbers, strict=True))


@pytest.mark.parametrize("years", [0.0012, 0.01, 0.1, 0.9])
def test_the_fast_prices_are_the_exact_ones(years: float) -> None:
    k = np.linspace(-3.0, 3.0, 25) * np.sqrt(0.3 * years)
    (fast,) = chain_prices(heston_exponent(MODEL), np.array([years]), [k], np.array([np.sqrt(0.3 * years)]))
    exact = heston(1.0, np.exp(k), years, MODEL, sign=np.where(k >= 0.0, 1.0, -1.0)).price
    assert np.abs(fast - exact).max() < 1e-12


@pytest.mark.requirement("PRI-06")
def test_heston_finds_the_model_that_made_the_quotes() -> None:
    found = calibrate_heston(made(MODEL))
    assert found.model == pytest.approx(MODEL, rel=0.02)
    assert found.jumps is None
    assert found.rmse_points < 0.05
    assert found.inside_share == 1.0
    assert found.converged
    assert found.at_bounds == ()
    assert [one.years for one in found.expiries] == list(YEARS)
    assert sum(one.quotes for one in found.expiries) == 11 * len(YEARS)


@pytest.mark.requirement("PRI-07")
def test_bates_prices_quotes_with_jumps_that_heston_cannot() -> None:
    quotes = made(MODEL, JUMPS)
    plain, jumping = calibrate_heston(quotes), calibrate_bates(quotes)
    assert jumping.jumps is not None
    assert jumping.weighted_rmse_points < 0.3 < plain.weighted_rmse_points
    assert inside(jumping)
    assert jumping.evaluations > plain.evaluations


@pytest.mark.requirement("PRI-06")
def test_parameters_stay_inside_their_bounds_and_those_at_the_edge_are_named() -> None:
    steep = HestonModel(v0=0.3, kappa=3.0, theta=0.4, xi=1.8, rho=-0.995)
    found = calibrate_heston(made(steep))
    assert inside(found)
    assert found.model.rho == pytest.approx(-0.95, abs=1e-3)
    assert "rho" in found.at_bounds


def test_a_tight_quote_draws_the_model_more_than_a_wide_one() -> None:
    quotes = made(MODEL)
    middle = quotes[2]
    k, vol, half_spread = middle.quotes
    off = vol + 0.1 * (np.abs(k) < 1e-9)
    errors = []
    for width in (0.003, 0.3):
        spread = np.where(np.abs(k) < 1e-9, width, half_spread)
        found = calibrate_heston([*quotes[:2], ExpiryQuotes(middle.years, smile_quotes(k, off, spread)), *quotes[3:]])
        price = heston(1.0, 1.0, middle.years, found.model, sign=1.0).price
        errors.append(abs(float(implied_vol(price, 1.0, 1.0, middle.years, sign=1.0)) - float(vol[5])))
    assert errors[1] < 1e-3 < errors[0]


def test_progress_is_told_and_may_end_the_search() -> None:
    told: list[tuple[int, float]] = []
    found = calibrate_heston(made(MODEL), progress=lambda count, error: told.append((count, error)))
    assert [count for count, _ in told] == list(range(1, found.evaluations + 1))
    assert all(later <= earlier for (_, earlier), (_, later) in pairwise(told))

    def enough(count: int, error: float) -> None:
        if count == 5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        calibrate_heston(made(MODEL), progress=enough)


@pytest.mark.requirement("PRI-06")
def test_a_real_chain_is_calibrated_with_its_error_told_by_expiry(reference_dir: Path) -> None:
    table = read_chain(reference_dir / "data/options/deribit_chain_6h_2025-12-30_2026-04-15.parquet")
    market = table.snapshot(table.times[100])
    for coin in ("BTC", "ETH"):
        quotes = [ExpiryQuotes(one.years, one.quotes) for one in quoted_smiles(market, coin)]
        plain, jumping = calibrate_heston(quotes), calibrate_bates(quotes)
        for found in (plain, jumping):
            print(f"{coin}: weighted RMSE {found.weighted_rmse_points:.2f} vol points, {found.model}, {found.jumps}")
            assert inside(found)
            assert found.model.theta >= 0.01
            assert len(found.expiries) == len(quotes)
        assert plain.weighted_rmse_points < 4.0
        assert jumping.weighted_rmse_points < plain.weighted_rmse_points
        assert all(one.rmse_points < 3.0 for one in plain.expiries if one.years > 0.3)


def test_quotes_far_from_the_money_alone_are_refused() -> None:
    far = ExpiryQuotes(0.01, smile_quotes([0.9], [0.3], [0.01]))
    with pytest.raises(PricingError, match="near the money"):
        calibrate_heston([far])
