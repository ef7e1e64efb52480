"""A straddle sold again and again over bars, hedged by rule: one rule walked bar by bar, or many swept side by side.

The plain forms here are the definition; `simulation.bar_kernels` holds the compiled ones that long runs go through.
One unit of a linear straddle is sold at the money at each roll and settles at the next; what is open at the end is
marked. Rates are 0, prices are closes, a trade costs a share of its notional.
"""

from dataclasses import dataclass, fields
from typing import Final, NamedTuple

import numpy as np

from oracle_core.errors import PricingError, fault
from oracle_core.maths.black import black_core
from oracle_core.maths.domain import ANY, FINITE, NOT_NEGATIVE, POSITIVE, Floats, arrays

COMPILED_FROM: Final = 200_000
"""Bars, or bars times parameter sets in a sweep, from which the compiled form is used."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RolledStraddle:
    """What is sold. roll_bars: a straddle's life in bars.    vol: annualised fraction it is sold and hedged at."""

    roll_bars: int
    bars_per_year: float
    vol: float

    def __post_init__(self) -> None:
        arrays(
            "rolled straddle", roll_bars=(self.roll_bars, POSITIVE), bars_per_year=(self.bars_per_year, POSITIVE),
            vol=(self.vol, POSITIVE),
        )  # fmt: skip


class BacktestResult(NamedTuple):
    """In quote currency: P&L after fees, option included; the fees; and how many times it traded."""

    net: float
    fee: float
    trades: int


class SoldLeg(NamedTuple):
    """By bar: the coins that hedge what was sold, and its P&L so far. Shape (bars,)."""

    hedge: Floats
    pnl: Floats


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RuleSets:
    """Parameter sets, shape (sets,) each: trade when delta is `band` off, or the price has moved by the fraction `move`
    since the last trade, or `every` bars have passed; infinity switches a trigger off. `cost` is a share of notional,
    `maintenance` the share of the hedge's notional below which equity is liquidated, `equity` what the run starts with.
    """

    band: Floats
    move: Floats
    every: Floats
    cost: Floats
    maintenance: Floats
    equity: Floats

    def __post_init__(self) -> None:
        shapes = {np.shape(getattr(self, field.name)) for field in fields(self)}
        if len(shapes) != 1 or len(next(iter(shapes))) != 1:
            raise PricingError(str(fault("rule sets", "shape", shapes, "arrays of one length")))
        for name in ("band", "move", "every"):
            if not (getattr(self, name) >= 0.0).all():
                raise PricingError(str(fault("rule sets", name, getattr(self, name), "numbers >= 0, or infinity")))
        arrays(
            "rule sets", cost=(self.cost, NOT_NEGATIVE), maintenance=(self.maintenance, NOT_NEGATIVE),
            equity=(self.equity, POSITIVE),
        )  # fmt: skip


class SweepResult(NamedTuple):
    """By parameter set, shape (sets,): as `BacktestResult`, and funding paid, the deepest fall from a peak of equity,
    and 1 where the hedge was liquidated (after which the set trades no more)."""

    net: Floats
    fee: Floats
    funding: Floats
    trades: Floats
    drawdown: Floats
    liquidated: Floats


def backtest(close: Floats, rule: RolledStraddle, *, band: float, cost: float) -> BacktestResult:
    """Hedge to the middle whenever delta is more than `band` off.

    Args: close: shape (bars,), > 0.    band: in delta, >= 0.    cost: share of notional, >= 0.
    Raises: PricingError: an input is outside that.
    """
    prices, *_ = arrays("backtest", close=(close, POSITIVE), band=(band, NOT_NEGATIVE), cost=(cost, NOT_NEGATIVE))
    if prices.size >= COMPILED_FROM:
        from oracle_core.simulation.bar_kernels import compiled_backtest  # noqa: PLC0415 - numba, for long runs only

        return compiled_backtest(prices, rule, band=band, cost=cost)
    return bar_by_bar(prices, rule, band=band, cost=cost)


def bar_by_bar(close: Floats, rule: RolledStraddle, *, band: float, cost: float) -> BacktestResult:
    """The definition of `backtest`: a plain loop."""
    leg = sold_leg(close, rule)
    held = gained = fee = 0.0
    trades = 0
    for bar in range(close.size - 1):
        price, wanted = float(close[bar]), float(leg.hedge[bar])
        if abs(wanted - held) > band:
            fee += cost * abs(wanted - held) * price
            held, trades = wanted, trades + 1
        gained += held * (float(close[bar + 1]) - price)
    return BacktestResult(gained + float(leg.pnl[-1]) - fee, fee, trades)


def sold_leg(close: Floats, rule: RolledStraddle) -> SoldLeg:
    """Hedge and P&L of the straddles sold, in one pass over the bars. Inputs as `backtest`, unchecked."""
    bars = np.arange(close.size)
    age = bars % rule.roll_bars
    strike = close[bars - age]
    years = (rule.roll_bars - age) / rule.bars_per_year
    call = black_core(close, strike, years, rule.vol, sign=+1)
    value = 2.0 * call.price - (close - strike)
    rolls = np.arange(rule.roll_bars, close.size, rule.roll_bars)
    earned = np.zeros(close.size)
    earned[0] = value[0]
    # At a roll the old straddle is paid out and a new one sold.
    earned[rolls] = value[rolls] - np.abs(close[rolls] - strike[rolls - 1])
    return SoldLeg(2.0 * call.delta - 1.0, np.cumsum(earned) - value)


def sweep(close: Floats, funding: Floats, leg: SoldLeg, sets: RuleSets) -> SweepResult:
    """Every parameter set over the same bars, funding and option.

    Args: close: shape (bars,), > 0.    funding: rate paid by a long at each bar, as a fraction.    leg: `sold_leg`.
    Raises: PricingError: an input is outside that, or of another length.
    """
    prices, rates, hedge, pnl = arrays(
        "sweep", close=(close, POSITIVE), funding=(funding, FINITE), hedge=(leg.hedge, FINITE), pnl=(leg.pnl, ANY)
    )
    if len({values.shape for values in (prices, rates, hedge, pnl)}) != 1 or prices.ndim != 1:
        raise PricingError(str(fault("sweep", "shape", prices.shape, "bars of one length")))
    if prices.size * sets.band.size >= COMPILED_FROM:
        from oracle_core.simulation.bar_kernels import compiled_sweep  # noqa: PLC0415 - numba, for long runs only

        return compiled_sweep(prices, rates, SoldLeg(hedge, pnl), sets)
    return side_by_side(prices, rates, SoldLeg(hedge, pnl), sets)


def side_by_side(close: Floats, funding: Floats, leg: SoldLeg, sets: RuleSets) -> SweepResult:
    """The definition of `sweep`: bar by bar over all sets at once."""
    count = sets.band.size
    held, gained, fee, paid, trades, drawdown, dead, waited = (np.zeros(count) for _ in range(8))
    last, peak, before = np.full(count, close[0]), sets.equity.copy(), close[0]
    for bar, price in enumerate(close):
        gained += held * (price - before)
        paid += held * price * funding[bar]
        equity = sets.equity + gained - paid - fee + leg.pnl[bar]
        peak = np.maximum(peak, equity)
        drawdown = np.maximum(drawdown, peak - equity)
        dead = np.where((held != 0.0) & (equity < sets.maintenance * np.abs(held) * price), 1.0, dead)
        wanted = np.where(dead > 0.0, 0.0, leg.hedge[bar])
        off = np.abs(wanted - held)
        due = (off > sets.band) | (np.abs(price - last) > sets.move * last) | (waited >= sets.every)
        trade = (due | (dead > 0.0)) & (off > 0.0)
        fee += np.where(trade, sets.cost * off * price, 0.0)
        trades += trade
        held = np.where(trade, wanted, held)
        last = np.where(trade, price, last)
        waited = np.where(trade, 1.0, waited + 1.0)
        before = price
    return SweepResult(gained - paid - fee + leg.pnl[-1], fee, paid, trades, drawdown, dead)
