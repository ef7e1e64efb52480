"""Contracts revalued after any move: each price its own, volatility and time together."""

from dataclasses import dataclass
from importlib import import_module

import numpy as np
from numpy.typing import NDArray

from oracle_core.domain.instrument import Kind
from oracle_core.domain.portfolio import Numeraire
from oracle_core.maths.black import black_core
from oracle_core.maths.kernels.size import LOADS_BLACK
from oracle_core.pricing.contracts import ContractTable, Floats, signs, strikes
from oracle_core.pricing.settlement import settlement_window

DAYS_A_YEAR = 365.0
_BATCH = 32_768
"""Prices computed together: few enough to stay near the processor, and one thread's share."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """price, index: relative moves of each row's own price and of its coin's index, shape (k, c) or (1, c), above -1.

    Volatility is multiplied by `vol_factor`, then shifted (a fraction; the result is not below 0). `days` pass after
    the move, at unchanged prices; an option that expires within them is worth what it pays at that price.
    """

    price: Floats
    index: Floats
    vol_factor: float = 1.0
    vol_shift: float = 0.0
    days: float = 0.0


def revalued(table: ContractTable, rows: NDArray[np.intp], numeraire: Numeraire, move: Move) -> Floats:
    """P&L in USD of one contract of each row, shape (k, c), by full revaluation; funding is left out.

    A gain in coin is worth the moved index to a desk that counts USD, the old one to a desk that counts coin.
    Raises: PricingError: a move of -100 % or less.
    """
    options = table.kinds[Kind.OPTION][rows]
    dollar_sized = table.dollar_sized[rows]
    gain = (table.delta[rows] * table.price[rows])[:, None] * move.price
    if dollar_sized.any():
        coins = table.delta[rows[dollar_sized]][:, None]
        gain[dollar_sized] = coins * (1.0 - 1.0 / (1.0 + _of(move.price, dollar_sized)))
    if options.any():
        gain[options] = _option_gain(table, rows[options], _of(move.price, options), move)
    paid = table.index[rows][:, None] * (1.0 + move.index if numeraire is Numeraire.USD else np.ones_like(move.index))
    return gain * np.where(table.coin_settled[rows][:, None], paid, 1.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """Moves of every price, factors of every volatility, and days that pass: shapes (s,), (v,) and (d,)."""

    spots: Floats
    vol_factors: Floats
    days: Floats


def option_grid(table: ContractTable, contracts: Floats, numeraire: Numeraire, grid: Grid) -> Floats:
    """P&L in USD of the options among signed contracts (by row) over a whole grid, shape (s, v, d).

    The same figures as `revalued`, all options and volatilities of a day in one batch.
    """
    rows = np.flatnonzero(table.kinds[Kind.OPTION] & (contracts != 0.0))
    cells = len(grid.vol_factors) * len(grid.spots)
    load_for(rows.size * cells * len(grid.days))
    step = max(_BATCH // max(cells, 1), 1)
    total = np.zeros((len(grid.spots), len(grid.vol_factors), len(grid.days)))
    for start in range(0, rows.size, step):
        total += _block(table, contracts, numeraire, grid, rows[start : start + step])
    return total


def _block(
    table: ContractTable, contracts: Floats, numeraire: Numeraire, grid: Grid, rows: NDArray[np.intp]
) -> Floats:  # fmt: skip
    listed = [table.instruments[int(row)] for row in rows]
    whole = (rows.size, len(grid.vol_factors), len(grid.spots))
    inverse, held = table.coin_settled[rows][:, None], contracts[rows][:, None]
    paid = (1.0 + grid.spots if numeraire is Numeraire.USD else np.ones_like(grid.spots))[None, :]
    moved = table.price[rows][:, None] * (1.0 + table.moving[rows][:, None] * grid.spots[None, :])
    dollars = np.where(inverse, table.index[rows][:, None] * paid / moved, 1.0)
    weights = held * table.size[rows][:, None] * dollars
    # A coin-settled option's value is equity in coin, which moves with the index whether it is held or not.
    now = np.where(inverse, paid, 1.0) * (held * table.value_usd[rows][:, None])
    forward, strike, vol, sign = (
        np.ascontiguousarray(np.broadcast_to(part, whole)).reshape(-1)
        for part in (
            moved[:, None, :], strikes(listed)[:, None, None],
            (table.vol[rows][:, None] * grid.vol_factors[None, :])[:, :, None], signs(listed)[:, None, None],
        )
    )  # fmt: skip
    found = np.empty((whole[2], whole[1], len(grid.days)))
    for place, day in enumerate(grid.days):
        life = settlement_window(np.maximum(table.years[rows] - float(day) / DAYS_A_YEAR, 0.0)).years
        years = np.repeat(life, whole[1] * whole[2])
        discount = _discount(table, rows, float(day))
        each = 1.0 if discount is None else np.repeat(discount, whole[1] * whole[2])
        price = black_core(forward, strike, years, vol, sign=sign, discount=each).price.reshape(whole)
        found[:, :, place] = np.einsum("ks,kvs->sv", weights, price) - now.sum(axis=0)[:, None]
    return found


def load_for(options: int) -> None:
    """Load the compiled formula where a grid of so many prices, asked for slice by slice, pays for it."""
    if options >= LOADS_BLACK:
        import_module("oracle_core.maths.kernels.batch")  # numba, which small grids must not pay for


def _option_gain(table: ContractTable, rows: NDArray[np.intp], price: Floats, move: Move) -> Floats:
    """In the settlement currency."""
    listed = [table.instruments[int(row)] for row in rows]
    moved = table.price[rows][:, None] * (1.0 + table.moving[rows][:, None] * price)
    life = settlement_window(np.maximum(table.years[rows] - move.days / DAYS_A_YEAR, 0.0)).years
    vol = np.maximum(table.vol[rows] * move.vol_factor + move.vol_shift, 0.0)
    discount = _discount(table, rows, move.days)
    found = black_core(
        moved, strikes(listed)[:, None], life[:, None], vol[:, None], sign=signs(listed)[:, None],
        discount=1.0 if discount is None else discount[:, None],
    ).price  # fmt: skip
    inverse = table.coin_settled[rows]
    before = table.value_usd[rows] / np.where(inverse, table.index[rows], 1.0)
    return table.size[rows][:, None] * found / np.where(inverse[:, None], moved, 1.0) - before[:, None]


def _discount(table: ContractTable, rows: NDArray[np.intp], days: float) -> Floats | None:
    """Value then of a dollar at each option's expiry, at the rate that the table discounts with; None where it is 1."""
    now, life = table.discount[rows], table.years[rows]
    if bool((now == 1.0).all()):
        return None
    left = np.maximum(life - days / DAYS_A_YEAR, 0.0)
    return now ** np.divide(left, life, out=np.zeros_like(life), where=life > 0.0)


def _of(moves: Floats, rows: NDArray[np.bool_]) -> Floats:
    return moves if moves.shape[0] == 1 else moves[rows]
