"""The instant stress grid of a book: every price by one fraction, every leg's own volatility by one factor."""

import numpy as np

from oracle_core.domain.exposure import StressCell
from oracle_core.domain.portfolio import Numeraire
from oracle_core.pricing.contracts import SPOT_SHOCKS, VOL_FACTORS, Floats, stress_table
from oracle_core.risk.view import BookView


def stress_pnl(view: BookView, contracts: Floats) -> Floats:
    """P&L in USD of signed contracts and coin equity, shape (spots, vols)."""
    return np.tensordot(contracts, view.stress, axes=1) + _collateral_pnl(view, np.asarray(SPOT_SHOCKS))[:, None]


def stress_cells(pnl: Floats) -> tuple[StressCell, ...]:
    """The grid as cells, spot by spot."""
    return tuple(
        StressCell(100.0 * shock, factor, float(pnl[i, j]))
        for i, shock in enumerate(SPOT_SHOCKS)
        for j, factor in enumerate(VOL_FACTORS)
    )


def worst_cell(cells: tuple[StressCell, ...]) -> StressCell:
    """The cell that loses most; of equal ones the first in the grid's order."""
    return min(cells, key=lambda cell: cell.pnl_usd)


def scenario(view: BookView, contracts: Floats, spot_pct: float, vol_points: float) -> float:
    """P&L in USD of one instant move that a person asks for: spot in per cent, volatility in points."""
    shock = spot_pct / 100.0
    grid = stress_table(view.table, view.portfolio.numeraire, (shock,), (1.0,), vol_shift=vol_points / 100.0)
    return float(contracts @ grid[:, 0, 0]) + float(_collateral_pnl(view, np.array([shock]))[0])


def coin_scenarios(view: BookView, contracts: Floats, spot_pct: float, vol_points: float) -> dict[str, float]:
    """P&L in USD of the same move of each coin alone, its collateral included; together they are `scenario`."""
    shock = spot_pct / 100.0
    grid = stress_table(view.table, view.portfolio.numeraire, (shock,), (1.0,), vol_shift=vol_points / 100.0)[:, 0, 0]
    counts = view.portfolio.numeraire is Numeraire.USD
    return {
        coin: float(contracts[rows] @ grid[rows])
        + (view.collateral(coin) * view.index[coin] * shock if counts else 0.0)
        for coin, rows in view.rows.items()
    }


def _collateral_pnl(view: BookView, shocks: Floats) -> Floats:
    counted = sum(view.collateral(coin) * price for coin, price in view.index.items())
    return counted * shocks if view.portfolio.numeraire is Numeraire.USD else np.zeros(len(shocks))
