"""The rolled straddle over minute bars: one rule against the event engines, and a sweep of many with full state."""

import numpy as np

from benchmarks.report import Row, Section
from benchmarks.timing import timed
from benchmarks.versus import Contest, Result, contested
from oracle_core.simulation.bar_backtest import BacktestResult, RolledStraddle, RuleSets, bar_by_bar, sold_leg
from oracle_core.simulation.bar_kernels import compiled_backtest, compiled_sweep

_HOW = (
    "A straddle sold at the money and rolled every 30 days, hedged outside a band of 0.05 at 5 bp. Ours prices the "
    "option at every bar; the peers are given its delta, and their result is compared without the option. The plain "
    "loop is the project's own definition. backtrader runs the first 200,000 bars and nautilus_trader the first "
    "50,000; so do ours in the rows above them. nautilus_trader is shown a quote a bar, with nine decimals. Peak "
    "memory is that of whole processes."
)
_SWEEP = "Band, price and time triggers; fee, funding, drawdown and liquidation; the option priced once for all sets."
_GOAL = 2.0
_BAND, _COST = 0.05, 5e-4
_RULE = RolledStraddle(roll_bars=43_200, bars_per_year=525_600.0, vol=0.6)


def section(*, small: bool = False) -> Section:
    """Peers by their strengths, then the sweep."""
    bars, few, fewest = (2_000, 500, 200) if small else (1_000_000, 200_000, 50_000)
    close = closes(bars)
    runs = 2 if small else 5
    rows = [
        *contested(
            contest("event back-test", close, {} if small else {"vectorbt": ("vectorbt", "backtest", 12.0)}), runs=runs
        ),
        *contested(
            contest(
                f"event back-test, {few:,} bars",
                close[:few],
                {} if small else {"backtrader": ("backtrader", "backtest", 4000.0)},
            ),
            runs=2,
        ),
        *contested(
            contest(
                f"event back-test, {fewest:,} bars",
                close[:fewest],
                {} if small else {"nautilus_trader": ("nautilus", "backtest", 500.0)},
            ),
            runs=2,
        ),
        *(_sweep(close[: bars // 4], count, runs=runs) for count in (8, 64, 128)),
    ]
    return Section("backtest", f"Back-tests over {bars:,} bars", tuple(rows), notes=(_HOW, _SWEEP))


def closes(count: int) -> np.ndarray:
    """Seeded minutes of a coin at 60 %."""
    return 100.0 * np.exp(np.cumsum(np.random.default_rng(5).normal(0.0, 0.6 / np.sqrt(525_600.0), count)))


def contest(what: str, close: np.ndarray, peers: dict[str, tuple[str, str, float | None]]) -> Contest:
    """One rule."""
    leg = sold_leg(close, _RULE)
    sold = float(leg.pnl[-1])
    return Contest(
        what=what, inputs={"close": close, "hedge": leg.hedge, "band": _BAND, "cost": _COST},  # type: ignore[dict-item]
        unit="bar", per=close.size, peers=peers, own="backtest",
        ours=lambda: _named(compiled_backtest(close, _RULE, band=_BAND, cost=_COST), sold),
        here={"plain loop": (lambda: _named(bar_by_bar(close, _RULE, band=_BAND, cost=_COST), sold), None)},
        compare=lambda ours, peer: (
            f"{int(peer['trades']):,} trades, ours {int(ours['trades']):,}; "
            f"P&L differs by {abs(float(np.squeeze(ours['net'] - peer['net']))):.1e}"
        ),
    )  # fmt: skip


def _named(result: BacktestResult, sold: float) -> Result:
    return {"net": np.asarray(result.net - sold), "trades": np.asarray(result.trades)}


def _sweep(close: np.ndarray, count: int, *, runs: int) -> Row:
    draw = np.random.default_rng(2)
    sets = RuleSets(
        band=draw.uniform(0.01, 0.2, count), move=draw.uniform(0.005, 0.1, count), every=draw.uniform(60, 3000, count),
        cost=np.full(count, _COST), maintenance=draw.uniform(0.01, 0.1, count), equity=draw.uniform(5.0, 100.0, count),
    )  # fmt: skip
    funding, leg = draw.normal(0.0, 1e-6, close.size), sold_leg(close, _RULE)
    took = timed(lambda: compiled_sweep(close, funding, leg, sets), runs=runs).median / close.size / count * 1e9
    goal = "≤ 2 ns" if count >= 64 else ""
    return Row(
        f"sweep, full state, {count} parameter sets",
        f"{took:.2f} ns/bar and set",
        goal=goal,
        met=took <= _GOAL if goal else None,
    )
