"""Hedging along ten thousand paths: every step, in a fixed band, and in Whalley and Wilmott's."""

from collections.abc import Mapping

import numpy as np

from benchmarks.report import Row, Section
from benchmarks.versus import Contest, Result, contested
from oracle_core.simulation.kernels import compiled_paths
from oracle_core.simulation.path_hedging import HedgedOption, PathResult, Sold, Trade, step_by_step

_HOW = (
    "One option of 30 days at 60 %, hedged at 5 bp, on the same lognormal paths for all. *NumPy* is the project's own "
    "definition, one step over all paths at a time. pfhedge computes in float64 and has neither a straddle nor a fixed "
    "band; its Whalley and Wilmott takes a minute and is timed once. Peak memory is that of whole processes, the "
    "paths included."
)
_YEARS, _VOL, _COST = 30 / 365, 0.6, 5e-4


def section(*, small: bool = False) -> Section:
    """Every rule; two threads where a peer has them."""
    paths, steps = (40, 30) if small else (10_000, 1_440)
    spot = walks(paths, steps)
    every, sold = {"trade": Trade.EVERY_STEP}, {"sold": Sold.STRADDLE, "trade": Trade.BAND, "half_width": 0.05}
    edge = {"trade": Trade.WHALLEY_WILMOTT}
    runs = 2 if small else 5
    rows: list[Row] = []
    for what, rule, over_numpy, task, over_peer, threads in (
        ("hedge every step, 1 thread", every, 5.0, "every step", 20.0, 1),
        ("hedge every step, 2 threads", every, None, "every step", 25.0, 2),
        ("straddle in a band", sold, 4.0, None, None, 1),
        ("Whalley and Wilmott", edge, None, "whalley wilmott", 300.0, 1),
    ):
        peers = {} if small or task is None else {"pfhedge": ("torch", task, over_peer)}
        rows += contested(contest(what, spot, rule, over_numpy, peers, threads), runs=runs)
    return Section("hedging", f"Hedging simulation, {paths:,} paths of {steps:,} steps", tuple(rows), notes=(_HOW,))


def walks(paths: int, steps: int) -> np.ndarray:
    """Seeded lognormal paths from 100."""
    dt = _YEARS / steps
    moves = np.random.default_rng(3).normal(-0.5 * _VOL**2 * dt, _VOL * np.sqrt(dt), (paths, steps))
    return 100.0 * np.exp(np.concatenate([np.zeros((paths, 1)), np.cumsum(moves, axis=1)], axis=1))


def contest(
    what: str,
    spot: np.ndarray,
    rule: Mapping[str, object],
    over_numpy: float | None,
    peers: Mapping[str, tuple[str, str, float | None]],
    threads: int,
) -> Contest:
    """One rule on one set of paths."""
    option = HedgedOption(strike=100.0, years=_YEARS, vol=_VOL, cost=_COST, **rule)  # type: ignore[arg-type]
    return Contest(
        what=what, inputs={"spot": spot, "strike": 100.0, "years": _YEARS, "vol": _VOL, "cost": _COST},  # type: ignore[dict-item]
        unit="path-step", per=spot.shape[0] * (spot.shape[1] - 1), threads=threads, peers=peers,
        ours=lambda: _named(compiled_paths(option, spot, threads=threads)),
        here={"NumPy": (lambda: _named(step_by_step(option, spot)), over_numpy)} if threads == 1 else {},
        own=peers["pfhedge"][1] if peers else None, leaner={"pfhedge": 4.0} if over_numpy else {},
        compare=lambda ours, peer: f"P&L differs by {np.max(np.abs(ours['pnl'] - peer['pnl'])):.1e}",
    )  # fmt: skip


def _named(result: PathResult) -> Result:
    return result._asdict()
