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
    spread = rule.vol * np.sqrt(np.arange(rule.roll_bars, 0, -1, dtype=np.float64) / rule.bars_per_year)
    hedge = np.empty(prices.size)
    sold = _hedges(prices, spread, 1.0 / spread, hedge) - _mark(prices, rule)
    out = np.empty(3)
    _walk(prices, hedge, band, cost, out)
    return BacktestResult(float(out[0]) + sold - float(out[1]), float(out[1]), int(out[2]))


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
    return sum(float(black_price(close[-1], strike, years, rule.vol, sign=sign)) for sign in (+1, -1))


@kernel
def _hedges(close: Floats, spread: Floats, per_spread: Floats, hedge: Floats) -> float:
    """Fill the hedge of every bar, roll by roll; return premiums less what was paid out."""
    earned, roll = 0.0, spread.size
    for start in range(0, close.size, roll):
        stop = min(start + roll, close.size)
        strike = close[start]
        straddle_deltas(
            close[start:stop], strike, spread[: stop - start], per_spread[: stop - start], hedge[start:stop]
        )
        # At the money a straddle is worth twice its own delta times the strike.
        earned += 2.0 * strike * hedge[start]
        if stop < close.size:
            earned -= abs(close[stop] - strike)
    return earned


@kernel
def _walk(close: Floats, hedge: Floats, band: float, cost: float, out: Floats) -> None:
    held, gained, fee, trades = 0.0, 0.0, 0.0, 0
    for bar in range(close.size - 1):
        off = abs(hedge[bar] - held)
        if off > band:
            fee += cost * off * close[bar]
            held = hedge[bar]
            trades += 1
        gained += held * (close[bar + 1] - close[bar])
    out[0], out[1], out[2] = gained, fee, trades


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
