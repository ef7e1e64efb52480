"""What options add to the delta of a hedge where volatility is expected to move along with the price."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from oracle_core.domain.instrument import Kind
from oracle_core.errors import MarketDataError, PricingError
from oracle_core.maths.calibrate import calibrate_heston
from oracle_core.maths.surface_fit import ExpiryQuotes
from oracle_core.playbook.hedge_ratio import HedgeRatio, RatioKind
from oracle_core.pricing.contracts import Floats, signs, strikes
from oracle_core.pricing.smile_delta import Dynamics, HestonHedge, HullWhite, StickyDelta, smile_delta
from oracle_core.pricing.surface import Surface, build_surface
from oracle_core.risk.view import BookView


@dataclass(frozen=True, slots=True, kw_only=True)
class SmileMove:
    """coins: by row of the view's table, shape (n,), what one contract adds to its plain delta: vega * dvol/dF.

    delta: the plain one with that.
    told: by coin, what the rule rests on, or why the coin's options are hedged with their plain delta after all.
    """

    coins: Floats
    delta: Floats
    told: Mapping[str, str] = field(default_factory=dict[str, str])

    def held(self, view: BookView, coin: str, contracts: Floats) -> float:
        """Coins that signed contracts (shape (n,)) of one coin add to their plain delta."""
        rows = view.rows[coin]
        return float(contracts[rows] @ self.coins[rows])


def smile_move(view: BookView, ratio: HedgeRatio) -> SmileMove:
    """The move of every option of a view under a strategy's rule; none under the plain one.

    A coin without quotes to read a smile or a model from is told with its reason, and keeps plain deltas.
    """
    coins, told = np.zeros(len(view.table.instruments)), dict[str, str]()
    if ratio.kind is RatioKind.PLAIN:
        return SmileMove(coins=coins, delta=view.table.net_transaction_delta)
    for coin in view.coins:
        rows = view.rows[coin]
        rows = rows[view.table.kinds[Kind.OPTION][rows] & (view.table.years[rows] > 0.0)]
        if not rows.size:
            continue
        try:
            surface = build_surface(view.market, coin)
            rule, told[coin] = _dynamics(surface, ratio)
            listed = [view.table.instruments[int(row)] for row in rows]
            found = smile_delta(surface, strikes(listed), view.table.years[rows], sign=signs(listed), dynamics=rule)
            coins[rows] = view.table.vega[rows] * view.table.moving[rows] * found.vol_slope
        except (MarketDataError, PricingError) as error:
            told[coin] = f"plain delta after all: {error}"
    return SmileMove(coins=coins, delta=view.table.net_transaction_delta + coins, told=told)


def _dynamics(surface: Surface, ratio: HedgeRatio) -> tuple[Dynamics, str]:
    """The rule for one coin, and what it rests on.

    Raises: PricingError: no quote is near enough to the money to calibrate a model to.
    """
    quotes = sum(one.report.quotes for one in surface.slices)
    read = f"{quotes:,} option quotes of {len(surface.slices):,} expiries"
    if ratio.kind is RatioKind.HULL_WHITE:
        stated = ratio.coefficients
        return HullWhite(**stated), ", ".join(f"{name} {value:g}" for name, value in stated.items())
    if ratio.kind is RatioKind.STICKY_DELTA:
        return StickyDelta(), f"smile of {read}"
    fit = calibrate_heston([ExpiryQuotes(one.years, one.quoted.quotes) for one in surface.slices])
    model = fit.model
    error = f"misses them by {fit.weighted_rmse_points:.2g} vol points"
    return HestonHedge(model), f"rho {model.rho:.3g}, xi {model.xi:.3g}, from {read}, {error}"
