"""Compiled forms of `simulation.bar_backtest`: every bar's hedge, then the walk; a sweep bar by bar over its sets."""

# ruff: noqa: PLR0917 - compiled loops take their arrays by position

import numpy as np

from oracle_core.maths.black import black_price
from oracle_core.maths.domain import Floats
from oracle_core.maths.kernels.jit import kernel
from oracle_core.simulation.bar_backtest import BacktestResult, RolledStraddle, RuleSets, SoldLeg, SweepResult
from oracle_core.simulation.kernels import straddle_deltas


def compiled_backtest(close: Floats, rule: RolledStraddle, *, band: float, cost: float) -> BacktestResult:
    """`bar_backtest.bar_by_bar`, compiled."""
    prices = np.ascontiguousarray(close)
    left = rule.roll_bars - np.arange(min(rule.roll_bars, prices.size), dtype=np.float64)
    spread = rule.vol * np.sqrt(left / rule.bars_per_year)
    out = np.empty(3)
    _rolls(prices, rule.roll_bars, spread, 1.0 / spread, band, cost, out)
    return BacktestResult(float(out[0]) - _mark(prices, rule), float(out[1]), int(out[2]))


def compiled_sweep(close: Floats, funding: Floats, leg: SoldLeg, sets: RuleSets) -> SweepResult:
    """`bar_backtest.side_by_side`, compiled."""
    count = sets.band.size
    held, gained, fee, paid, trades, drawdown, dead, waited = (np.zeros(count) for _ in range(8))
    last, peak = np.full(count, close[0]), sets.equity.copy()
    _sweep(
        close, funding, leg.hedge, leg.pnl, sets.band, sets.move, sets.every, sets.cost, sets.maintenance, sets.equity,
        held, gained, fee, paid, trades, drawdown, dead, waited, last, peak,
    )  # fmt: skip
    return SweepResult(gained - paid - fee + leg.pnl[-1], fee, paid, trades, drawdown, dead)


def _mark(close: Floats, rule: RolledStraddle) -> float:
    age = (close.size - 1) % rule.roll_bars
    strike, years = close[close.size - 1 - age], (rule.roll_bars - age) / rule.bars_per_year
    return 2.0 * float(black_price(close[-1], strike, years, rule.vol, sign=+1)) - float(close[-1] - strike)


@kernel
def _rolls(close: Floats, roll: int, spread: Floats, per_spread: Floats, band: float, cost: float, out: Floats) -> None:
    """Fill P&L without the last mark, fees and trades: the hedge of each straddle's bars, then the walk along them."""
    held, gained, fee, trades = 0.0, 0.0, 0.0, 0
    hedge = np.empty(spread.size)
    for start in range(0, close.size, roll):
        stop = min(start + roll, close.size)
        strike, bars = close[start], close[start:stop]
        straddle_deltas(bars, strike, spread[: stop - start], per_spread[: stop - start], hedge)
        for bar in range(min(stop, close.size - 1) - start):
            off = abs(hedge[bar] - held)
            if off > band:
                fee += cost * off * bars[bar]
                held = hedge[bar]
                trades += 1
            gained += held * (close[start + bar + 1] - bars[bar])
        # At the money a straddle is worth twice its own delta times the strike.
        gained += 2.0 * strike * hedge[0]
        if stop < close.size:
            gained -= abs(close[stop] - strike)
    out[0], out[1], out[2] = gained - fee, fee, trades


@kernel
def _sweep(
    close: Floats,
    funding: Floats,
    hedge: Floats,
    pnl: Floats,
    band: Floats,
    move: Floats,
    every: Floats,
    cost: Floats,
    maintenance: Floats,
    equity: Floats,
    held: Floats,
    gained: Floats,
    fee: Floats,
    paid: Floats,
    trades: Floats,
    drawdown: Floats,
    dead: Floats,
    waited: Floats,
    last: Floats,
    peak: Floats,
) -> None:
    """All the state of every set moves on by one bar, then the next bar: the inner loop is without a branch."""
    before = close[0]
    for bar in range(close.size):
        price, rate, target, option = close[bar], funding[bar], hedge[bar], pnl[bar]
        step = price - before
        for i in range(held.size):
            h = held[i]
            gained[i] += h * step
            paid[i] += h * price * rate
            worth = equity[i] + gained[i] - paid[i] - fee[i] + option
            peak[i] = max(peak[i], worth)
            drawdown[i] = max(drawdown[i], peak[i] - worth)
            broken = (h != 0.0) & (worth < maintenance[i] * abs(h) * price)
            over = 1.0 if broken else dead[i]
            dead[i] = over
            gone = over > 0.0
            wanted = 0.0 if gone else target
            off = abs(wanted - h)
            due = (off > band[i]) | (abs(price - last[i]) > move[i] * last[i]) | (waited[i] >= every[i]) | gone
            trade = due & (off > 0.0)
            fee[i] += cost[i] * off * price if trade else 0.0
            trades[i] += 1.0 if trade else 0.0
            held[i] = wanted if trade else h
            last[i] = price if trade else last[i]
            waited[i] = 1.0 if trade else waited[i] + 1.0
        before = price
