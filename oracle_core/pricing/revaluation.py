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
    found = black_core(moved, strikes(listed)[:, None], life[:, None], vol[:, None], sign=signs(listed)[:, None]).price
    inverse = table.coin_settled[rows]
    before = table.value_usd[rows] / np.where(inverse, table.index[rows], 1.0)
    return table.size[rows][:, None] * found / np.where(inverse[:, None], moved, 1.0) - before[:, None]


def _of(moves: Floats, rows: NDArray[np.bool_]) -> Floats:
    return moves if moves.shape[0] == 1 else moves[rows]
