"""One book before or after a plan: exposure, margin, stress, and the measures that the limits bind."""

from collections.abc import Mapping

import numpy as np

from oracle_core.domain.exposure import Exposure, Outlook, PoolMargin, StressCell
from oracle_core.domain.limits import StateMeasures
from oracle_core.pricing.contracts import Floats
from oracle_core.risk.cross_hedge import cross_hedge_usd
from oracle_core.risk.exposures import exposures, with_working
from oracle_core.risk.margin import Paid, pool_margins
from oracle_core.risk.stress import stress_cells, stress_pnl, worst_cell
from oracle_core.risk.view import BookView
from oracle_core.risk.volatility import Volatility

EXPIRY_WINDOW_YEARS = 48.0 / 8_760.0
NO_VOLS: Mapping[str, Volatility] = {}


def outlook(
    view: BookView, legs: Floats | None = None, paid: Paid = 0.0, *, vols: Mapping[str, Volatility] = NO_VOLS
) -> Outlook:
    """The book with `legs` (signed contracts by row, shape (n,)) traded and `paid`: USD per venue, or one sum.

    `vols` compare the coins of a cross-hedge; without them a dollar of one counts as a dollar of another.
    Stress, margin and measures count working orders as filled; exposures tell them apart.
    """
    traded = np.zeros(len(view.table.instruments)) if legs is None else legs
    contracts = view.effective + traded
    found = exposures(view, contracts)
    shown = with_working(view, exposures(view, view.held + traded)) if view.working.any() else found
    cells = stress_cells(stress_pnl(view, contracts))
    pools = pool_margins(view, traded, paid)
    worst = worst_cell(cells)
    return Outlook(
        equity_usd=view.equity_usd, exposures=shown, stress=cells, worst=worst, pools=pools,
        measures=_measures(view, contracts, found, worst, pools, vols=vols),
    )  # fmt: skip


def _measures(
    view: BookView, contracts: Floats, found: tuple[Exposure, ...], worst: StressCell, pools: tuple[PoolMargin, ...],
    *, vols: Mapping[str, Volatility],
) -> StateMeasures:  # fmt: skip
    equity = view.equity_usd
    crossed = cross_hedge_usd(found, {coin: vol.value for coin, vol in vols.items()}, equity)

    def share(dollars: float) -> float:
        # Without equity every exposure is beyond any limit; 1 USD keeps the number finite and the breach plain.
        return 100.0 * dollars / max(equity, 1.0)

    uses = [pool.margin_use_pct for pool in pools if pool.margin_use_pct is not None]
    distances = [pool.liquidation_distance_pct for pool in pools if pool.liquidation_distance_pct is not None]
    return StateMeasures(
        net_delta_pct_equity=share(sum(abs(item.delta_usd) for item in found)),
        gamma_1pct_pct_equity=share(sum(abs(item.gamma_1pct_usd) for item in found)),
        vega_point_pct_equity=share(sum(abs(item.vega_usd_per_point) for item in found)),
        stress_loss_pct_equity=share(max(-worst.pnl_usd, 0.0)),
        gross_leverage=share(_gross(view, contracts)) / 100.0,
        margin_use_pct=max(uses, default=None),
        liquidation_distance_pct_min=min(distances, default=None),
        expiry_gamma_1pct_pct_equity=share(_expiring_gamma(view, contracts)),
        cross_hedge_pct_equity=share(crossed),
        venue_share_pct_max=_venue_share(view),
        unknown=tuple(reason for pool in pools for reason in pool.unknown),
    )


def _gross(view: BookView, contracts: Floats) -> float:
    """USD of |delta| of every position by itself; what is traded or working adds or takes what it does to its row."""
    unit = np.abs(view.table.net_transaction_delta) * view.table.index
    return float((view.lots + np.abs(contracts) - np.abs(view.held)) @ unit)


def _expiring_gamma(view: BookView, contracts: Floats) -> float:
    near = (view.table.years > 0.0) & (view.table.years <= EXPIRY_WINDOW_YEARS)
    per_coin = (
        float((contracts[rows] * near[rows]) @ view.table.gamma[rows]) * view.index[coin] ** 2 / 100.0
        for coin, rows in view.rows.items()
    )
    return sum(abs(gamma) for gamma in per_coin)


def _venue_share(view: BookView) -> float | None:
    """The largest share of pooled equity on one venue; None where the book names fewer than two venues."""
    shares = view.venue_shares() if view.portfolio.pools else {}
    return max(shares.values()) if len(shares) > 1 else None
