"""The views of risk on a book of a thousand options: stress over time, and margin with its liquidation price."""

import numpy as np

from benchmarks.desk_book import NOW, desk_book, desk_market
from benchmarks.report import Row, Section
from benchmarks.timing import timed
from oracle_core.domain.instrument import Kind
from oracle_core.risk.margin import pool_margins
from oracle_core.risk.revaluation import stress_over_time
from oracle_core.risk.view import BookView, view_book

_GOAL = 0.015
_SPOTS = np.linspace(-0.3, 0.3, 21)
_FACTORS = tuple(float(factor) for factor in np.linspace(0.5, 1.5, 11))
_DAYS = (0.0, 1.0, 7.0)
_HOW = (
    "Every cell is a full revaluation of every option, on a book already priced. Margin is one plan's: each pool's "
    "initial and maintenance margin and the nearer liquidation price, looked for on both sides of every coin."
)


def section(*, small: bool = False) -> Section:
    """The stress grid over time, then a plan's margin."""
    count, runs = (60, 2) if small else (1_006, 25)
    view = _priced(count)
    options = int(view.table.kinds[Kind.OPTION].sum())
    grid = timed(lambda: stress_over_time(view, view.held, _SPOTS, _FACTORS, _DAYS), runs=runs)
    margin = timed(lambda: pool_margins(view, np.zeros(len(view.table.instruments))), runs=runs)
    return Section(
        "risk",
        "Risk",
        (
            Row(
                f"stress, 21 spots x 11 volatilities x 3 days, {options:,} options",
                f"{1e3 * grid.median:.1f} ms",
                goal="≤ 15 ms",
                met=None if small else grid.median <= _GOAL,
            ),
            Row(f"margin and liquidation of a pool, {options:,} options", f"{1e3 * margin.median:.2f} ms"),
        ),
        notes=(_HOW,),
    )


def _priced(count: int) -> BookView:
    market = desk_market(count)
    assert market.as_of == NOW
    return view_book(desk_book(market), market)
