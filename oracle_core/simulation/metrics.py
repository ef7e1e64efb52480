"""Figures of a finished run: daily P&L, drawdown, and the options' P&L explained by their Greeks."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from math import sqrt
from statistics import fmean, pstdev, variance

import numpy as np
from numpy.typing import NDArray

from oracle_core.risk.tails import tails
from oracle_core.simulation.bars import Bars, Floats, Times
from oracle_core.simulation.ledger import Ledger
from oracle_core.simulation.result import Attribution, Curve, Day, Metrics
from oracle_core.simulation.straddle import OptionLeg

FEWEST_DAYS = 20
"""Below it a tail would be an anecdote, and a ratio without its tail flatters."""
DAYS_A_YEAR = 365.0
_DAY_MS = 86_400_000
_YEAR_MS = DAYS_A_YEAR * _DAY_MS


def daily(time_ms: Times, equity: Floats, start: float) -> tuple[Day, ...]:
    """P&L of each UTC day; midnight closes the day before it. They sum to the whole.

    Where the first bar closes a day, nothing was held in it: what opening cost counts in the day after.
    """
    ends = _day_ends(time_ms)
    if ends[0] == 0 and len(ends) > 1:
        ends = ends[1:]
    changes = np.diff(equity[ends], prepend=start)
    days = (time_ms[ends] - 1) // _DAY_MS
    return tuple(Day(_date(int(day)), float(change)) for day, change in zip(days, changes, strict=True))


def max_drawdown(equity: Floats, start: float) -> float:
    """The deepest fall from an earlier high, in USD, 0 or more.

    >>> max_drawdown(np.array([120.0, 90.0, 130.0]), start=100.0)
    30.0
    """
    highs = np.maximum(np.maximum.accumulate(equity), start)
    return float(np.max(highs - equity))


def attribute(leg: OptionLeg, bars: Bars, checks: NDArray[np.intp]) -> Attribution:
    """Explain the options' P&L between checks. No check lies inside a step in which the straddle changes."""
    starts = checks[:-1]
    move = np.diff(bars.close[checks])
    years = np.diff(bars.close_ms[checks]) / _YEAR_MS
    delta = float(np.sum(leg.delta[starts] * move))
    gamma = float(np.sum(0.5 * leg.gamma[starts] * move * move))
    theta = float(np.sum(leg.theta[starts] * years))
    total = float(leg.pnl[checks[-1]] - leg.pnl[checks[0]])
    return Attribution(delta=delta, gamma=gamma, theta=theta, residual=total - delta - gamma - theta)


def measure(curve: Curve, ledger: Ledger, bars: Bars, checks: NDArray[np.intp], implied_vol: float) -> Metrics:
    """The figures of a run from its curve at every bar."""
    days, bare = (daily(curve.time_ms, values, curve.start) for values in (curve.equity, curve.unhedged))
    hedged, unhedged = _variance(days), _variance(bare)
    tail = tails(np.array([day.pnl_usd for day in days]), "days of the run") if len(days) >= FEWEST_DAYS else None
    return Metrics(
        total=float(curve.equity[-1]) - curve.start, max_drawdown=max_drawdown(curve.equity, curve.start),
        trades=ledger.trades, turnover=ledger.turnover.total, worst_day=min(days, key=lambda day: day.pnl_usd),
        daily_std=None if hedged is None else sqrt(hedged), daily_skew=_skew(days),
        daily_kurtosis=tail.kurtosis if tail else None, daily_var_95=tail.var_95 if tail else None,
        daily_cvar_95=tail.shortfall_95 if tail else None,
        sharpe=tail.mean / sqrt(hedged) * sqrt(DAYS_A_YEAR) if tail and hedged else None,
        hedged_daily_variance=hedged, unhedged_daily_variance=unhedged,
        variance_reduction=None if hedged is None or not unhedged else 1.0 - hedged / unhedged,
        unhedged_total=float(curve.unhedged[-1]) - curve.start,
        realised_vol=_realised(bars, checks), implied_vol=implied_vol,
    )  # fmt: skip


def _day_ends(time_ms: Times) -> NDArray[np.intp]:
    day = (time_ms - 1) // _DAY_MS
    return np.flatnonzero(np.append(np.diff(day) > 0, True))


def _date(day: int) -> str:
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(days=day)).date().isoformat()


def _variance(days: Sequence[Day]) -> float | None:
    return variance([day.pnl_usd for day in days]) if len(days) >= 3 else None


def _skew(days: Sequence[Day]) -> float | None:
    pnl = [day.pnl_usd for day in days]
    spread = pstdev(pnl) if len(pnl) >= 3 else 0.0
    return fmean(((day - fmean(pnl)) / spread) ** 3 for day in pnl) if spread > 0.0 else None


def _realised(bars: Bars, checks: NDArray[np.intp]) -> float:
    returns = np.diff(np.log(bars.close[checks]))
    span = float(bars.close_ms[checks[-1]] - bars.close_ms[checks[0]])
    return float(np.sqrt(np.sum(returns * returns) / span * _YEAR_MS))
