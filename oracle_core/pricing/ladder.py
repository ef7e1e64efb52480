"""Options on a ladder of prices: what one contract is worth, and needs as margin, wherever its coin may go.

A pool's equity and margin at any price are then dot products, so that its liquidation price is found by looking.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from oracle_core.maths.black import black_core
from oracle_core.pricing.contracts import ContractTable, Floats, signs, strikes
from oracle_core.pricing.deribit_margin import portfolio_vol_shocks, short_option_margins

_STRETCHES: Final = (
    (-0.95, -0.60, 0.05),
    (-0.60, -0.30, 0.02),
    (-0.30, 0.30, 0.01),
    (0.30, 0.60, 0.02),
    (0.60, 1.0, 0.05),
)
_FAR: Final = (-0.999, -0.99, -0.98, 1.0, 1.2, 1.4, 1.6, 1.8, 2.0, 2.5, 3.0, 4.0)

MOVES: Final = np.array(
    sorted(
        {
            *_FAR,
            *(
                round(start + step * n, 6)
                for start, end, step in _STRETCHES
                for n in range(round((end - start) / step))
            ),
        }
    ),
    dtype=np.float64,
)
"""Relative moves of a coin's price, shape (m,): fine where a desk lives, coarse where it would be long gone."""

SAME, UP, DOWN = 0, 1, 2
"""Volatility as it is, and in portfolio margin's upper and lower scenario."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionLadder:
    """The options of one coin in a table. rows: of the table, shape (k,).  moves: shape (m,).

    value: USD of one contract, shape (v, k, m), v the volatilities: SAME, and UP and DOWN where they were asked for.
    inverse: which are paid in coin, whose equity moves with the coin.  initial, maintenance: standard margin in USD of
    one contract sold, its mark included, shape (k,) at no move and (k, m).
    """

    rows: NDArray[np.intp]
    moves: Floats
    value: Floats
    inverse: NDArray[np.bool_]
    initial: Floats
    maintenance: Floats


def option_ladder(
    table: ContractTable, rows: NDArray[np.intp], moves: Floats = MOVES, *, vol_scenarios: bool = False
) -> OptionLadder:
    """Revalue options of one coin at every move, instantly and (SAME) at their own volatility.

    Raises: PricingError: a move of -100 % or less.
    """
    listed = [table.instruments[int(row)] for row in rows]
    forward, strike = table.price[rows][:, None], strikes(listed)[:, None]
    sign, years, vol = signs(listed)[:, None], table.variance_years[rows][:, None], table.vol[rows]
    vols = [vol, *(portfolio_vol_shocks(table.years[rows] * 365.0, vol) if vol_scenarios else ())]
    moved = forward * (1.0 + table.moving[rows][:, None] * moves[None, :])
    dollars = np.where(
        table.coin_settled[rows], table.size[rows] * table.index[rows] / table.price[rows], table.size[rows]
    )[:, None]
    cut = table.discount[rows][:, None]
    price = np.stack([black_core(moved, strike, years, one[:, None], sign=sign, discount=cut).price for one in vols])
    margins = short_option_margins(sign, price[SAME] / moved, strike, moved)
    per_coin = dollars * moved
    return OptionLadder(
        rows=rows, moves=moves, value=dollars[None] * price, inverse=table.coin_settled[rows],
        initial=(per_coin * margins.initial)[:, int(np.argmin(np.abs(moves)))],
        maintenance=per_coin * margins.maintenance,
    )  # fmt: skip
