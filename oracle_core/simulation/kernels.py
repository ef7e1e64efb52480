"""Compiled forms of the simulator's loops: deltas first, in a loop that vectorises, then the walk from bar to bar."""

# ruff: noqa: PLR0917 - compiled loops take their arrays by position

import os
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import numpy as np

from oracle_core.maths.domain import Floats
from oracle_core.maths.kernels.elementary import ROOT_TWO_PI, exponential, log_ratio, mills_above, mills_below
from oracle_core.maths.kernels.jit import kernel
from oracle_core.simulation.path_hedging import HedgedOption, PathResult, Sold, Trade

_PART: Final = 256
_RULES: Final = {Trade.EVERY_STEP: 0, Trade.BAND: 1, Trade.WHALLEY_WILMOTT: 2, Trade.BAND_EDGE: 3}


def compiled_paths(option: HedgedOption, spot: Floats, *, threads: int | None = None) -> PathResult:
    """`path_hedging.step_by_step`, compiled; a path's result does not depend on its neighbours or on the threads."""
    paths, steps = spot.shape[0], spot.shape[1] - 1
    spread = option.vol * np.sqrt(option.years * (1.0 - np.arange(steps, dtype=np.float64) / steps))
    units = 2.0 if option.sold is Sold.STRADDLE else 1.0
    # Whalley and Wilmott's width is the cube root of this times spot times gamma squared.
    scale = 1.5 * option.cost / option.risk_aversion
    out = np.empty((paths, 3))
    prices = np.ascontiguousarray(spot)

    def loop(part: slice) -> None:
        hedge_loop(
            prices[part], option.strike, spread, 1.0 / spread, units, _RULES[option.trade], option.half_width,
            scale, option.cost, out[part],
        )  # fmt: skip

    parts = [slice(at, at + _PART) for at in range(0, paths, _PART)]
    workers = min(threads or _cores(), len(parts))
    if workers <= 1:
        for part in parts:
            loop(part)
    else:
        with ThreadPoolExecutor(workers) as pool:
            list(pool.map(loop, parts))
    return PathResult(out[:, 0].copy(), out[:, 1].copy(), out[:, 2].copy())


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@kernel
def hedge_loop(
    spot: Floats,
    strike: float,
    spread: Floats,
    per_spread: Floats,
    units: float,
    rule: int,
    half_width: float,
    scale: float,
    cost: float,
    out: Floats,
) -> None:
    """Fill P&L, cost and trades of each path: its deltas (and band) first, then the walk along it."""
    steps = spread.size
    delta, width = np.empty(steps), np.full(steps, half_width)
    for path in range(spot.shape[0]):
        prices = spot[path]
        if rule == 2:
            _deltas_and_widths(prices, strike, spread, per_spread, units, scale, delta, width)
            _cube_roots(width)
            _walk_to_edge(prices, delta, width, cost, out[path])
        else:
            _deltas(prices, strike, spread, per_spread, units, delta)
            if rule == 1:
                _walk_to_middle(prices, delta, half_width, cost, out[path])
            elif rule == 3:
                _walk_to_edge(prices, delta, width, cost, out[path])
            else:
                _walk(prices, delta, cost, out[path])
        gain = prices[steps] - strike
        out[path, 0] -= abs(gain) if units == 2.0 else max(gain, 0.0)


@kernel
def _deltas(prices: Floats, strike: float, spread: Floats, per_spread: Floats, units: float, delta: Floats) -> None:
    for step in range(spread.size):
        d1 = log_ratio(prices[step], strike) * per_spread[step] + 0.5 * spread[step]
        tail = exponential(-0.5 * d1 * d1) * (1.0 / ROOT_TWO_PI) * mills_above(abs(d1)) / mills_below(abs(d1))
        chance = 1.0 - tail if d1 > 0.0 else tail
        delta[step] = units * chance - (units - 1.0)


@kernel
def straddle_deltas(prices: Floats, strike: float, spread: Floats, per_spread: Floats, delta: Floats) -> None:
    """Fill `delta` with that of a straddle at each price; `spread` is vol times the root of the time left."""
    _deltas(prices, strike, spread, per_spread, 2.0, delta)


@kernel
def _deltas_and_widths(
    prices: Floats,
    strike: float,
    spread: Floats,
    per_spread: Floats,
    units: float,
    scale: float,
    delta: Floats,
    width: Floats,
) -> None:
    for step in range(spread.size):
        d1 = log_ratio(prices[step], strike) * per_spread[step] + 0.5 * spread[step]
        density = exponential(-0.5 * d1 * d1) * (1.0 / ROOT_TWO_PI)
        tail = density * mills_above(abs(d1)) / mills_below(abs(d1))
        chance = 1.0 - tail if d1 > 0.0 else tail
        delta[step] = units * chance - (units - 1.0)
        cash = units * density * per_spread[step]
        width[step] = scale * cash * cash / prices[step]


@kernel
def _cube_roots(values: Floats) -> None:
    """Replace numbers from 0 to 1e100 by their cube roots, within two units in the last place; 0 below 1e-200."""
    for i in range(values.size):
        held = max(values[i], 1e-200)
        root = exponential(log_ratio(held, 1e100) * (1.0 / 3.0)) * 2.154434690031884e33
        # A step of Newton's takes out what the exponential of a long logarithm has lost.
        root -= (root - held / (root * root)) * (1.0 / 3.0)
        values[i] = root if values[i] > 1e-200 else 0.0


@kernel
def _walk(prices: Floats, delta: Floats, cost: float, out: Floats) -> None:
    held, pnl, paid, trades = 0.0, 0.0, 0.0, 0
    for step in range(delta.size):
        traded = abs(delta[step] - held)
        held = delta[step]
        paid += traded * prices[step]
        trades += traded > 0.0
        pnl += held * (prices[step + 1] - prices[step])
    out[0], out[1], out[2] = pnl - cost * paid, cost * paid, trades


@kernel
def _walk_to_middle(prices: Floats, delta: Floats, half_width: float, cost: float, out: Floats) -> None:
    held, pnl, paid, trades = 0.0, 0.0, 0.0, 0
    for step in range(delta.size):
        traded = abs(delta[step] - held)
        if traded > half_width:
            held = delta[step]
            paid += traded * prices[step]
            trades += 1
        pnl += held * (prices[step + 1] - prices[step])
    out[0], out[1], out[2] = pnl - cost * paid, cost * paid, trades


@kernel
def _walk_to_edge(prices: Floats, delta: Floats, width: Floats, cost: float, out: Floats) -> None:
    held, pnl, paid, trades = 0.0, 0.0, 0.0, 0
    for step in range(delta.size):
        wanted = min(max(held, delta[step] - width[step]), delta[step] + width[step])
        traded = abs(wanted - held)
        held = wanted
        paid += traded * prices[step]
        trades += traded > 0.0
        pnl += held * (prices[step + 1] - prices[step])
    out[0], out[1], out[2] = pnl - cost * paid, cost * paid, trades
