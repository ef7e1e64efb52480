"""Hedging along paths: known cases, and the compiled form against the definition."""

import numpy as np
import pytest

from oracle_core.errors import PricingError
from oracle_core.maths.bands import discrete_hedging_std_at
from oracle_core.maths.black import black
from oracle_core.simulation import path_hedging
from oracle_core.simulation.kernels import compiled_paths
from oracle_core.simulation.path_hedging import HedgedOption, Sold, Trade, hedge_paths, step_by_step

RULES = [
    {"trade": Trade.EVERY_STEP},
    {"trade": Trade.EVERY_STEP, "sold": Sold.STRADDLE},
    {"trade": Trade.BAND, "half_width": 0.05, "sold": Sold.STRADDLE},
    {"trade": Trade.BAND_EDGE, "half_width": 0.05, "sold": Sold.STRADDLE},
    {"trade": Trade.WHALLEY_WILMOTT, "risk_aversion": 0.5},
    {"trade": Trade.WHALLEY_WILMOTT, "sold": Sold.STRADDLE},
]


def option(**changes: object) -> HedgedOption:
    return HedgedOption(**({"strike": 100.0, "years": 30 / 365, "vol": 0.6, "cost": 5e-4} | changes))


def walks(paths: int, steps: int, *, vol: float = 0.6, years: float = 30 / 365, seed: int = 3) -> np.ndarray:
    dt = years / steps
    moves = np.random.default_rng(seed).normal(-0.5 * vol * vol * dt, vol * np.sqrt(dt), (paths, steps))
    return 100.0 * np.exp(np.concatenate([np.zeros((paths, 1)), np.cumsum(moves, axis=1)], axis=1))


@pytest.mark.parametrize("rule", RULES)
def test_the_compiled_walk_is_the_definition(rule) -> None:
    spot = walks(150, 240)
    defined, compiled = step_by_step(option(**rule), spot), compiled_paths(option(**rule), spot, threads=1)
    assert np.max(np.abs(defined.pnl - compiled.pnl)) <= 1e-11
    assert np.max(np.abs(defined.paid - compiled.paid)) <= 1e-13
    # A delta that has reached 0 or 1 but for its last bit trades that bit, or does not.
    assert np.max(np.abs(defined.trades - compiled.trades)) <= (0 if rule["trade"] is Trade.BAND else 240)


@pytest.mark.parametrize("rule", RULES)
def test_one_and_two_threads_give_the_same_paths(rule) -> None:
    spot = walks(150, 60)
    one, two = (compiled_paths(option(**rule), spot, threads=count) for count in (1, 2))
    assert all(np.array_equal(a, b) for a, b in zip(one, two, strict=True))


def test_a_path_hedged_by_hand() -> None:
    made, spot = option(cost=0.001), np.array([[100.0, 104.0, 110.0]])
    first = float(black(100.0, 100.0, made.years, 0.6, sign=+1).delta)
    second = float(black(104.0, 100.0, 0.5 * made.years, 0.6, sign=+1).delta)
    paid = 0.001 * (first * 100.0 + abs(second - first) * 104.0)
    result = hedge_paths(made, spot)
    assert result.paid[0] == pytest.approx(paid, rel=1e-14)
    assert result.pnl[0] == pytest.approx(first * 4.0 + second * 6.0 - 10.0 - paid, rel=1e-13)
    assert result.trades[0] == 2


def test_hedging_error_has_the_spread_that_theory_gives() -> None:
    result = hedge_paths(option(cost=0.0), walks(4_000, 120))
    premium = float(black(100.0, 100.0, 30 / 365, 0.6, sign=+1).price)
    theory = float(discrete_hedging_std_at(100.0, 100.0, 30 / 365, 0.6, 120))
    assert abs(result.pnl.mean() + premium) <= 3.0 * result.pnl.std() / np.sqrt(4_000)
    assert result.pnl.std() == pytest.approx(theory, rel=0.05)


def test_a_wider_band_trades_and_pays_less() -> None:
    spot = walks(200, 240)
    runs = [hedge_paths(option(trade=Trade.BAND, half_width=width, sold=Sold.STRADDLE), spot) for width in (0.02, 0.1)]
    assert runs[1].trades.mean() < runs[0].trades.mean()
    assert runs[1].paid.mean() < runs[0].paid.mean()


def test_a_band_that_ends_at_its_edge_trades_less_each_time_and_in_all_than_one_that_ends_in_its_middle() -> None:
    spot = walks(200, 240)
    middle, edge = (hedge_paths(option(trade=trade, half_width=0.05), spot) for trade in (Trade.BAND, Trade.BAND_EDGE))
    assert edge.paid.mean() < middle.paid.mean()
    assert (edge.paid / edge.trades).mean() < (middle.paid / middle.trades).mean()


def test_large_runs_go_through_the_compiled_form(monkeypatch) -> None:
    monkeypatch.setattr(path_hedging, "COMPILED_FROM", 1_000)
    monkeypatch.setattr(path_hedging, "step_by_step", None)
    assert hedge_paths(option(), walks(10, 120)).pnl.shape == (10,)


@pytest.mark.parametrize("spot", [[[100.0, np.nan]], [[100.0, 0.0]], [[100.0]], [100.0, 101.0]])
def test_paths_that_cannot_be_hedged_are_refused(spot) -> None:
    with pytest.raises(PricingError, match="hedge_paths: spot"):
        hedge_paths(option(), np.array(spot))
