"""A book after moves of its coins: P&L and delta by full revaluation, collateral included."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from oracle_core.domain.instrument import Kind
from oracle_core.domain.portfolio import Numeraire
from oracle_core.pricing.contracts import Floats
from oracle_core.pricing.revaluation import Grid, Move, option_grid, revalued
from oracle_core.risk.view import BookView

_BUMP: Final = 1e-5


@dataclass(frozen=True, slots=True, kw_only=True)
class BookMove:
    """coins: relative moves per coin, shape (c,) each; a coin that is not named stands still.

    strays: further moves of single rows against their coin, (c,).  Volatility and time as in `Move`.
    """

    coins: Mapping[str, Floats]
    strays: Mapping[int, Floats] = field(default_factory=dict[int, Floats])
    vol_factor: float = 1.0
    vol_shift: float = 0.0
    days: float = 0.0


def all_coins(view: BookView, moves: Sequence[float] | Floats) -> dict[str, Floats]:
    """Every coin of a view by the same moves."""
    return dict.fromkeys(view.coins, np.asarray(moves, dtype=np.float64))


def book_pnl(view: BookView, contracts: Floats, move: BookMove) -> Floats:
    """P&L in USD of signed contracts (by row) and coin equity, shape (c,)."""
    cells = next(iter((*move.coins.values(), *move.strays.values())), np.zeros(1)).shape[0]
    total = np.zeros(cells)
    for coin in view.coins:
        at = move.coins.get(coin, np.zeros(cells))
        if view.portfolio.numeraire is Numeraire.USD:
            total += view.collateral(coin) * view.index[coin] * at
        rows = view.rows[coin][contracts[view.rows[coin]] != 0.0]
        if not rows.size:
            continue
        price = at[None, :]
        if move.strays:
            apart = np.stack([move.strays.get(int(row), np.zeros(cells)) for row in rows])
            price = (1.0 + price) * (1.0 + apart) - 1.0
        gain = revalued(view.table, rows, view.portfolio.numeraire, Move(
            price=price, index=at[None, :], vol_factor=move.vol_factor, vol_shift=move.vol_shift, days=move.days,
        ))  # fmt: skip
        total += contracts[rows] @ gain
    return total


def delta_after(view: BookView, contracts: Floats, move: BookMove, coin: str) -> Floats:
    """Coins of delta that a book has once everything has moved, shape (c,): the slope of its value in the coin."""
    base = move.coins.get(coin, np.zeros(1))
    up, down = (
        book_pnl(view, contracts, BookMove(
            coins={**move.coins, coin: base + bump}, strays=move.strays, vol_factor=move.vol_factor,
            vol_shift=move.vol_shift, days=move.days,
        ))
        for bump in (_BUMP, -_BUMP)
    )  # fmt: skip
    return (up - down) / (2.0 * _BUMP * view.index[coin])


def stress_over_time(
    view: BookView, contracts: Floats, spots: Floats, vol_factors: Sequence[float], days: Sequence[float]
) -> Floats:
    """P&L in USD over every spot move of all coins, volatility factor and day, shape (s, v, d).

    Each cell: everything moves at once, then that many days pass with nothing else moving.
    """
    grid = Grid(spots=spots, vol_factors=np.asarray(vol_factors), days=np.asarray(days))
    linear = np.where(view.table.kinds[Kind.OPTION], 0.0, contracts)
    still = book_pnl(view, linear, BookMove(coins=all_coins(view, spots)))
    return still[:, None, None] + option_grid(view.table, contracts, view.portfolio.numeraire, grid)
