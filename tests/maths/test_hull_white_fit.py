"""Hull and White's coefficients: found again where they are true, and worth having on real chains."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from oracle_core.errors import PricingError
from oracle_core.maths.black import black_core
from oracle_core.maths.hull_white_fit import fit_hull_white, hull_white_gain
from oracle_core.pricing.smile import quoted_smiles
from oracle_core.venues.chain_table import read_chain


def moves(before: tuple, after: tuple) -> np.ndarray:
    """delta, vega, years, relative move of the forward and move of the strike's mark, for strikes marked both times."""
    rows = []
    later = {smile.expiry: smile for smile in after}
    for smile in before:
        if smile.years < 0.02 or (next_ := later.get(smile.expiry)) is None:
            continue
        both, one, other = np.intersect1d(smile.strike, next_.strike, return_indices=True)
        vol, moved = smile.mark_vol[one], next_.mark_vol[other] - smile.mark_vol[one]
        core = black_core(smile.forward, both, smile.years, vol, sign=1.0)
        usable = np.isfinite(moved) & (core.delta > 0.05) & (core.delta < 0.95)
        price = np.full_like(vol, next_.forward / smile.forward - 1.0)
        columns = (core.delta, core.vega / smile.forward, np.full_like(vol, smile.years), price, moved)
        rows.append(np.stack(columns)[:, usable])
    return np.concatenate(rows, axis=1)


def fitted(rows: np.ndarray):
    return fit_hull_white(*rows[:3], price_move=rows[3], vol_move=rows[4])


@pytest.mark.requirement("PRI-08")
def test_on_real_chains_volatility_falls_as_the_price_rises_and_the_fit_says_how_much(reference_dir: Path) -> None:
    """What coefficients are worth afterwards is printed, not promised: over a crash they can do harm."""
    table = read_chain(reference_dir / "data/options/deribit_chain_6h_2025-12-30_2026-04-15.parquet")
    markets = [table.snapshot(moment) for moment in table.times[280:340]]
    for coin in ("BTC", "ETH"):
        steps = [moves(*pair) for pair in pairwise([quoted_smiles(market, coin) for market in markets])]
        past, future = np.concatenate(steps[:40], axis=1), np.concatenate(steps[40:], axis=1)
        fit = fitted(past)
        gain = hull_white_gain(fit, *future[:3], price_move=future[3], vol_move=future[4])
        print(f"{coin}: a {fit.a:.3f}, b {fit.b:.3f}, c {fit.c:.3f}; gain {fit.gain:.1%}, afterwards {gain:.1%}")
        assert fit.a + 0.5 * fit.b + 0.25 * fit.c < 0.0
        assert 0.02 < fit.gain < 1.0
        assert gain < 1.0


def test_true_coefficients_are_found_in_noise() -> None:
    draws = np.random.default_rng(2)
    delta, years = draws.uniform(0.05, 0.95, 20_000), draws.uniform(0.02, 1.0, 20_000)
    vega, price = draws.uniform(0.0, 0.4, 20_000), 0.02 * draws.standard_normal(20_000)
    expected = price / np.sqrt(years) * (-0.25 + 0.4 * delta - 0.5 * delta**2)
    fit = fit_hull_white(
        delta, vega, years, price_move=price, vol_move=expected + 0.002 * draws.standard_normal(20_000)
    )
    assert fit[:3] == pytest.approx((-0.25, 0.4, -0.5), abs=0.02)
    assert 0.5 < fit.gain < 1.0
    assert fit.moves == 20_000


def test_no_moves_are_refused() -> None:
    ones = np.ones(12)
    with pytest.raises(PricingError, match="moves at three deltas"):
        fit_hull_white(0.5 * ones, ones, ones, price_move=0.0 * ones, vol_move=ones)
    with pytest.raises(PricingError, match="10 or more"):
        fit_hull_white(ones[:3], ones[:3], ones[:3], price_move=ones[:3], vol_move=ones[:3])
