"""Long or short convexity, coin by coin: what moves of either side bring beyond delta, and what they are paid with."""

from typing import Final

import numpy as np

from oracle_core.desk.desk import Desk
from oracle_core.desk.documents import Document
from oracle_core.desk.questions import ConvexityRequest
from oracle_core.domain.canonical import Json, to_json
from oracle_core.domain.exposure import Exposure
from oracle_core.domain.instrument import Kind
from oracle_core.errors import InputError, fault
from oracle_core.maths.bands import break_even_move
from oracle_core.maths.gamma_economics import theta_identity
from oracle_core.risk.bleed import break_evens
from oracle_core.risk.exposures import DAYS_A_YEAR, held_exposures
from oracle_core.risk.revaluation import BookMove, book_pnl, delta_after
from oracle_core.risk.view import BookView, view_book

MOVES: Final = (-0.10, -0.05, 0.05, 0.10)
FLAT_USD: Final = 0.01
"""Gamma per 1 % below a cent is none."""


def show_convexity(desk: Desk, request: ConvexityRequest) -> Document:
    """`oracle.convexity/1`: the side of each coin, its gamma, theta and vega, and P&L beyond delta for moves.

    Raises: InputError: the book has nothing of the coin that is named.
    """
    sources = desk.sources(request)
    view = view_book(sources.portfolio, sources.market)
    moves = {found.coin: found.current_vol for found in break_evens(view)}
    return {
        "schema": "oracle.convexity/1",
        "as_of": to_json(sources.market.as_of),
        "equity_usd": view.equity_usd,
        "coins": {
            item.coin: _row(view, item, moves.get(item.coin))
            for item in held_exposures(view)
            if item.coin in only(view, request.coin)
        },
        "warnings": list(sources.warnings),
    }


def only(view: BookView, coin: str | None) -> tuple[str, ...]:
    """The coins asked about: the one that is named, else all.

    Raises: InputError: the book has nothing of it.
    """
    if coin is None:
        return view.coins
    if coin.upper() not in view.coins:
        raise InputError([fault("book", "coin", coin, f"a coin of the book: {', '.join(view.coins) or 'it has none'}")])
    return (coin.upper(),)


def side_of(gamma: float) -> str:
    """The word for a gamma per 1 %, in USD.

    >>> side_of(-1288.0), side_of(0.0), side_of(3.0)
    ('short', 'flat', 'long')
    """
    return "flat" if abs(gamma) < FLAT_USD else "long" if gamma > 0.0 else "short"


def _not_of_gamma(view: BookView, coin: str) -> float:
    """Theta beyond -gamma S^2 vol^2 / 2 of every option, in USD a day: interest on premium, 0 without a rate."""
    table, rows = view.table, view.rows[coin]
    rows = rows[table.kinds[Kind.OPTION][rows]]
    found = theta_identity(table.price[rows], table.gamma[rows], table.theta[rows], table.vol[rows])
    return float(view.held[rows] @ found.deviation) / DAYS_A_YEAR


def _row(view: BookView, item: Exposure, vol: float | None) -> Json:
    shocks = np.array(MOVES)
    move = BookMove(coins={item.coin: shocks})
    pnl = book_pnl(view, view.held, move)
    after = delta_after(view, view.held, move, item.coin)
    return {
        "side": side_of(item.gamma_1pct_usd),
        "gamma_1pct_usd": item.gamma_1pct_usd,
        "theta_usd_per_day": item.theta_usd_per_day,
        "theta_not_of_gamma_usd_per_day": _not_of_gamma(view, item.coin),
        "vega_usd_per_point": item.vega_usd_per_point,
        "implied_vol": vol,
        "break_even_move": None if vol is None else float(break_even_move(vol)),
        "moves": [
            {
                "spot_pct": 100.0 * shock,
                "beyond_delta_usd": float(pnl[n] - item.delta_usd * shock),
                "hedge_coins": float(item.net_delta - after[n]),
            }
            for n, shock in enumerate(MOVES)
        ],
    }
