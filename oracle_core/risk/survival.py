"""Whether each pool outlives the worst move: all its coins at once, by revaluation."""

from typing import Final, NamedTuple

import numpy as np

from oracle_core.risk.margin import anchored_needs, pool_curves, pool_needs
from oracle_core.risk.pool_rules import without_rule
from oracle_core.risk.view import BookView

WORST_MOVE: Final = 0.30


class Survival(NamedTuple):
    """One pool after all its coins moved together. survives: None is unknown, and `unknown` says why.

    shortfall_usd: what it lacks to maintenance margin at the worse of both sides, 0 where it survives.
    """

    pool: str
    venue: str
    move_pct: float
    survives: bool | None
    shortfall_usd: float | None
    equity_usd: float | None
    maintenance_usd: float | None
    unknown: tuple[str, ...]


def worst_move_survival(view: BookView, move: float = WORST_MOVE) -> tuple[Survival, ...]:
    """Each pool at -move and +move of all its coins at once, volatilities unchanged; the worse side is told.

    Maintenance starts from what the venue reports of the pool, wherever its margin does.
    """
    return tuple(_pool(view, number, move) for number in range(len(view.pools)))


def _pool(view: BookView, number: int, size: float) -> Survival:
    pool = view.pools[number]
    unknown = without_rule(view, pool, pool.contracts, pool.venues)
    venue = ", ".join(pool.venues)
    if unknown:
        return Survival(pool.name, venue, 100.0 * size, None, None, None, None, unknown)
    curves = pool_curves(view, pool, pool.contracts)
    needs = anchored_needs(view, pool, pool.contracts, curves) or pool_needs(curves)
    sides: list[tuple[bool, float, float, float, float]] = []
    for move in (-size, size):
        moved = [
            [float(np.interp(move, curve.moves, part)) for part in (curve.equity, curve.pledged, curve.maintenance)]
            for curve in curves
        ]
        gained, pledged, ruled = (sum(parts) for parts in zip(*moved, strict=True)) if moved else (0.0, 0.0, 0.0)
        equity_then = pool.equity_usd(view.index) + gained
        needed = float(needs.maintenance_at(ruled))
        left = equity_then - pledged - needed
        sides.append((left > 0.0 or (needed <= 0.0 and equity_then >= 0.0), left, move, equity_then, needed))
    survives, left, move, equity, maintenance = min(sides)
    return Survival(
        pool.name, venue, 100.0 * move, survives, 0.0 if survives else -left, equity, maintenance, ()
    )  # fmt: skip
