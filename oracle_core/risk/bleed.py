"""What the gamma of a book must earn, coin by coin: theta and funding against moves, at entry and at present prices."""

import numpy as np

from oracle_core.domain.exposure import Exposure
from oracle_core.domain.instrument import Kind
from oracle_core.reading.bars import coin_bars
from oracle_core.reading.break_even import BreakEven, break_even
from oracle_core.risk.exposures import held_exposures
from oracle_core.risk.view import BookView


def break_evens(view: BookView) -> tuple[BreakEven, ...]:
    """The break-even of every coin of which options are held."""
    return tuple(_of_coin(view, item) for item in held_exposures(view) if _options(view, item.coin).any())


def _of_coin(view: BookView, item: Exposure) -> BreakEven:
    rows = _options(view, item.coin)
    vega = np.abs(view.held * view.table.vega) * rows
    paid, weights = list[float](), list[float]()
    for held in view.portfolio.positions:
        row = view.table.row[held.id]
        if rows[row] and held.entry_iv is not None:
            paid.append(held.entry_iv)
            weights.append(abs(held.contracts) * float(view.table.vega[row]))
    entry = float(np.average(paid, weights=weights)) if sum(weights) > 0.0 else None
    current = float(vega @ view.table.vol / vega.sum()) if vega.sum() > 0.0 else None
    return break_even(
        item.coin, theta_usd_per_day=item.theta_usd_per_day, funding_usd_per_day=item.funding_usd_per_day,
        gamma_1pct_usd=item.gamma_1pct_usd, entry_vol=entry, current_vol=current,
        bars=coin_bars(view.market, item.coin),
    )  # fmt: skip


def _options(view: BookView, coin: str) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Which rows are held options of a coin, shape (n,)."""
    mine = np.zeros(len(view.table.instruments), dtype=np.bool_)
    mine[view.rows[coin]] = True
    return mine & view.table.kinds[Kind.OPTION] & (view.held != 0.0)
