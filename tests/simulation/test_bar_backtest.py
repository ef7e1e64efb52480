"""The rolled straddle over bars: by hand, against a plain loop, and many rules at once against one at a time."""

import numpy as np
import pytest

from oracle_core.errors import PricingError
from oracle_core.maths.black import black_price
from oracle_core.simulation.bar_backtest import (
    RolledStraddle,
    RuleSets,
    SoldLeg,
    backtest,
    bar_by_bar,
    side_by_side,
    sold_leg,
    sweep,
)
from oracle_core.simulation.bar_kernels import compiled_backtest, compiled_sweep

DAILY = RolledStraddle(roll_bars=96, bars_per_year=365 * 24, vol=0.6)


def closes(count: int, seed: int = 5) -> np.ndarray:
    return 100.0 * np.exp(np.cumsum(np.random.default_rng(seed).normal(0.0, 0.0065, count)))


def sets(count: int, **changes: float) -> RuleSets:
    draw = np.random.default_rng(2)
    drawn = {
        "band": draw.uniform(0.01, 0.2, count), "move": draw.uniform(0.005, 0.05, count),
        "every": draw.uniform(6.0, 300.0, count), "cost": np.full(count, 5e-4),
        "maintenance": draw.uniform(0.01, 0.1, count), "equity": draw.uniform(3.0, 100.0, count),
    }  # fmt: skip
    return RuleSets(**(drawn | {name: np.full(count, value) for name, value in changes.items()}))


@pytest.mark.parametrize("count", [1, 2, 96, 97, 1_000, 5_003])
def test_the_compiled_backtest_trades_as_the_plain_loop_does(count) -> None:
    close = closes(count)
    plain = bar_by_bar(close, DAILY, band=0.05, cost=5e-4)
    compiled = compiled_backtest(close, DAILY, band=0.05, cost=5e-4)
    assert compiled.trades == plain.trades
    assert compiled.fee == pytest.approx(plain.fee, rel=1e-12, abs=1e-15)
    assert compiled.net == pytest.approx(plain.net, abs=1e-10)


def test_what_was_sold_is_settled_and_marked() -> None:
    close = np.array([100.0, 103.0, 98.0, 97.0, 101.0])
    rule = RolledStraddle(roll_bars=2, bars_per_year=365.0, vol=0.6)
    leg = sold_leg(close, rule)

    def straddle(price: float, strike: float, bars: int) -> float:
        return sum(float(black_price(price, strike, bars / 365.0, 0.6, sign=sign)) for sign in (+1, -1))

    first, second = straddle(100.0, 100.0, 2), straddle(98.0, 98.0, 2)
    expected = [0.0, first - straddle(103.0, 100.0, 1), first - 2.0, first - 2.0 + second - straddle(97.0, 98.0, 1),
                first - 2.0 + second - 3.0]  # fmt: skip
    assert leg.pnl == pytest.approx(expected, abs=1e-12)


def test_the_compiled_sweep_is_the_definition() -> None:
    close, funding = closes(3_000), np.random.default_rng(1).normal(0.0, 1e-5, 3_000)
    leg, rules = sold_leg(close, DAILY), sets(37)
    defined, compiled = side_by_side(close, funding, leg, rules), compiled_sweep(close, funding, leg, rules)
    assert np.array_equal(defined.trades, compiled.trades)
    assert np.array_equal(defined.liquidated, compiled.liquidated)
    assert defined.liquidated.sum() > 0
    for ours, theirs in zip(compiled, defined, strict=True):
        assert np.max(np.abs(ours - theirs)) <= 1e-11


def test_a_sweep_of_bands_is_each_backtest() -> None:
    close = closes(2_000)
    rules = sets(5, move=np.inf, every=np.inf, maintenance=0.0, equity=1e6)
    found = sweep(close, np.zeros(2_000), sold_leg(close, DAILY), rules)
    for number, band in enumerate(rules.band):
        one = backtest(close[:], DAILY, band=float(band), cost=5e-4)
        assert found.trades[number] in (one.trades, one.trades + 1)  # the sweep may trade at the last bar too
        assert found.net[number] == pytest.approx(one.net, abs=0.06)


def test_funding_is_paid_on_what_is_held() -> None:
    close = np.full(50, 100.0)
    leg = SoldLeg(np.full(50, 0.5), np.zeros(50))
    found = sweep(close, np.full(50, 1e-4), leg, sets(3, cost=0.0))
    assert found.funding == pytest.approx(49 * 0.5 * 100.0 * 1e-4)
    assert found.net == pytest.approx(-found.funding)
    assert found.drawdown == pytest.approx(found.funding)


@pytest.mark.parametrize(("field", "value"), [("band", -0.1), ("cost", -1.0), ("equity", 0.0), ("every", np.nan)])
def test_rules_that_mean_nothing_are_refused(field, value) -> None:
    with pytest.raises(PricingError, match=field):
        sets(3, **{field: value})


def test_series_of_different_lengths_are_refused() -> None:
    close = closes(100)
    with pytest.raises(PricingError, match="sweep"):
        sweep(close, np.zeros(99), sold_leg(close, DAILY), sets(2))
