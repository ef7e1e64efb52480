"""Figures of a finished run against an equity curve made by hand."""

import numpy as np
import pytest

from oracle_core.simulation.metrics import daily, max_drawdown

WEEK_MS = 7 * 86_400_000
SHOCK = 30


@pytest.mark.requirement("W9")
def test_one_per_cent_a_week_and_one_day_of_minus_five_compound_to_57_8_per_cent() -> None:
    returns = np.full(52, 0.01)
    returns[SHOCK] = -0.05  # a day on which the coin fell 15 %
    equity = 100_000.0 * np.cumprod(1.0 + returns)
    days = daily(WEEK_MS * np.arange(1, 53, dtype=np.int64), np.concatenate([[100_000.0], equity[:-1]]), 100_000.0)
    worst = min(day.pnl_usd for day in days)
    assert round(100.0 * (equity[-1] / 100_000.0 - 1.0), 1) == 57.8
    assert worst / equity[SHOCK - 1] == pytest.approx(-0.05)
    assert max_drawdown(equity, 100_000.0) == pytest.approx(0.05 * equity[SHOCK - 1])
    assert sum(day.pnl_usd for day in days) == pytest.approx(equity[-2] - 100_000.0)
