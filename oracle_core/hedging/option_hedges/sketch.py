"""Many plans in the same few legs weighed at once: the objective and the limits as `evaluate` has them, in arrays.

What is offered is weighed by `evaluate`; this finds it. Margin, and what perpetuals earn as venues or ratios of coins
come back to each other, are left to that last look.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from oracle_core.domain.instrument import Kind
from oracle_core.hedging.carry import carry, kept
from oracle_core.hedging.edge import edge
from oracle_core.hedging.evaluate import cost_rate
from oracle_core.hedging.option_hedges.chain import Chain, Curve
from oracle_core.hedging.situation import Situation
from oracle_core.maths.bands import zakamouline
from oracle_core.pricing.contracts import SPOT_SHOCKS, VOL_FACTORS, Floats
from oracle_core.risk.outlook import EXPIRY_WINDOW_YEARS
from oracle_core.risk.stress import stress_pnl

MEASURED: Final = (
    "net_delta_pct_equity", "gamma_1pct_pct_equity", "vega_point_pct_equity", "stress_loss_pct_equity",
    "gross_leverage", "expiry_gamma_1pct_pct_equity",
)  # fmt: skip
"""The state limits that a plan in options moves; the order of the last axis of `excess`."""


class Weighed(NamedTuple):
    """What plans are worth. utility, cost: USD, shape (b,).  excess: shape (b, limits of `MEASURED`).

    refused: a limit would be newly breached, or a breach made worse, shape (b,).
    """

    utility: Floats
    cost: Floats
    excess: Floats
    refused: NDArray[np.bool_]

    @property
    def breach(self) -> Floats:
        return self.excess.max(axis=1)

    def order(self) -> NDArray[np.intp]:
        """The plans as the rank key has them, refused ones last."""
        steps = np.ceil(np.round(self.breach, 12) * 1e3)
        return np.lexsort((-np.round(self.utility, 2), steps, self.refused))


@dataclass(frozen=True, slots=True, kw_only=True)
class Sketch:
    """The book and the legs of a chain as numbers. Rest: the book without the rows of the chain.

    pnl: the book's stress, shape (cells,).  stress: per contract, shape (m, cells).  rest_loss, rest_lived: losses of
    the rest per cell, and weighted by life.  life: years each leg lives within the horizon.  other: what other coins
    add to delta, gamma, vega and expiring gamma, USD.  own: the coin's own.  units: per contract, shape (m, 4).
    """

    chain: Chain
    held: Floats
    pnl: Floats
    stress: Floats
    rest_loss: Floats
    rest_lived: Floats
    life: Floats
    other: Floats
    own: Floats
    units: Floats
    bounds: Floats
    hold: Floats
    churn: tuple[float, float]
    """Of buying and of selling the hedge: times the root of |gamma|, how often it is traded again."""
    long_carry: Floats
    short_carry: Floats
    rest_carry: float
    edge: Floats
    base_edge: float

    def weigh(self, sizes: Floats, variance: Floats) -> Weighed:
        """Plans of signed contracts, shape (b, m), with the variance of the book after each, shape (b,)."""
        case, excess = self.chain.case, self.excess(sizes)
        cost, hedging = self._costs(sizes)
        gamma = (self.own[1] + sizes @ self.units[:, 1]) / (case.view.index[self.chain.coin] ** 2 / 100.0)
        buys = sizes[:, -1] > 0.0
        again = hedging * np.where(buys, *self.churn) * np.sqrt(np.abs(gamma))
        utility = (
            self._carried(sizes) + self.base_edge + sizes @ self.edge - cost - again
            - 0.5 * case.aversion_per_usd * variance - self._capital(sizes)
        )  # fmt: skip
        return Weighed(utility, cost, excess, np.any(excess > self.hold + 1e-9, axis=1))

    def excess(self, sizes: Floats) -> Floats:
        """How far each measure stands outside its limit, as a share of it, shape (b, limits)."""
        equity = max(self.chain.case.equity_usd, 1.0)
        net = np.abs(self.own + sizes @ self.units) + self.other
        loss = np.maximum(-(self.pnl + sizes @ self.stress).min(axis=1), 0.0)
        unit = np.abs(self.units[:, 0])
        gross = (
            self.chain.case.hold.measures.gross_leverage
            + ((np.abs(self.held + sizes) - np.abs(self.held)) @ unit) / equity
        )
        shares = 100.0 * np.column_stack([net[:, :3], loss, gross * equity / 100.0, net[:, 3]]) / equity
        over = (shares - self.bounds) / np.maximum(self.bounds, 0.0001)
        return np.where(over >= 1e-9, over, 0.0)

    def cost(self, sizes: Floats) -> Floats:
        """USD that plans cost now: fees, half-spread and slippage, shape (b,)."""
        return self._costs(sizes)[0]

    def _carried(self, sizes: Floats) -> Floats:
        """USD of funding, roll, borrow and financing of the book over the horizon, after each plan."""
        carried = self.held + sizes
        return self.rest_carry + (np.where(carried > 0.0, self.long_carry, -self.short_carry) * carried).sum(axis=1)

    def _costs(self, sizes: Floats) -> tuple[Floats, Floats]:
        """USD of all legs, and of the hedge alone."""
        each = np.zeros_like(sizes)
        for leg, (buy, sell) in enumerate(zip(self.chain.buying, self.chain.selling, strict=True)):
            traded = sizes[:, leg]
            if traded.any():
                each[:, leg] = np.where(traded > 0.0, _cost(buy, traded), _cost(sell, -traded))
        return each.sum(axis=1), each[:, -1] if self.chain.hedged else np.zeros(len(sizes))

    def _capital(self, sizes: Floats) -> Floats:
        case, persona = self.chain.case, self.chain.case.persona
        pnl = self.pnl + sizes @ self.stress
        cell = pnl.argmin(axis=1)
        worst = -pnl[np.arange(len(sizes)), cell]
        soft = persona.stress_soft_pct_of_limit / 100.0 * persona.stress_loss_pct_equity / 100.0 * case.equity_usd
        losses = np.maximum(-(self.held + sizes) * self.stress[:, cell].T, 0.0)
        total = losses.sum(axis=1) + self.rest_loss[cell]
        lived = (losses @ self.life + self.rest_lived[cell]) / np.where(total > 0.0, total, 1.0)
        years = np.where(total > 0.0, lived, case.years)
        return persona.stress_capital_rate_per_year * years * np.maximum(worst - soft, 0.0)


def _cost(curve: Curve, contracts: Floats) -> Floats:
    return np.interp(np.maximum(contracts, 0.0), curve.sizes, curve.costs)


def sketch(chain: Chain) -> Sketch:
    """The numbers of a chain within its book."""
    case, rows = chain.case, chain.rows
    view, table, contracts = case.view, case.view.table, case.view.effective
    cells = view.stress.reshape(len(contracts), -1)
    rest = contracts.copy()
    rest[rows] = 0.0
    endless = ~(table.kinds[Kind.OPTION] | table.kinds[Kind.FUTURE])
    life = np.where(endless, case.years, np.minimum(case.years, table.years))
    lost = np.maximum(-rest[:, None] * cells, 0.0)
    coins = _collateral_loss(case)
    own, other, units = _exposures(chain)
    limits = case.persona.state_limits()
    made = Sketch(
        chain=chain, held=contracts[rows], pnl=stress_pnl(view, contracts).reshape(-1), stress=cells[rows],
        rest_loss=lost.sum(axis=0) + coins, rest_lived=life @ lost + coins * case.years, life=life[rows],
        other=other, own=own, units=units, bounds=np.array([float(getattr(limits, name)) for name in MEASURED]),
        hold=np.zeros(len(MEASURED)), churn=(_churn_root(chain, 1.0), _churn_root(chain, -1.0)),
        long_carry=_carries(chain, 1.0), short_carry=_carries(chain, -1.0), rest_carry=carry(case, rest) or 0.0,
        edge=np.array([edge(case, unit) or 0.0 for unit in _units(chain)]), base_edge=edge(case, contracts) or 0.0,
    )  # fmt: skip
    return replace(made, hold=made.excess(np.zeros((1, len(rows))))[0])


def _exposures(chain: Chain) -> tuple[Floats, Floats, Floats]:
    """Delta, gamma, vega and expiring gamma in USD: of the coin, of the other coins (unsigned), and per contract."""
    view, table = chain.case.view, chain.case.view.table
    near = (table.years > 0.0) & (table.years <= EXPIRY_WINDOW_YEARS)
    cash = table.gamma * table.index**2 / 100.0
    units = np.column_stack([table.net_transaction_delta * table.index, cash, table.vega / 100.0, cash * near])
    per_coin = {coin: view.effective[rows] @ units[rows] for coin, rows in view.rows.items()}
    for coin, found in per_coin.items():
        found[0] += view.collateral(coin) * view.index[coin]
    others = [np.abs(found) for coin, found in per_coin.items() if coin != chain.coin]
    own = per_coin[chain.coin]
    return own, np.sum(others, axis=0) if others else np.zeros(4), units[chain.rows]


def _collateral_loss(case: Situation) -> Floats:
    owned = sum(case.view.collateral(coin) * price for coin, price in case.view.index.items())
    return np.maximum(-owned * np.repeat(np.asarray(SPOT_SHOCKS), len(VOL_FACTORS)), 0.0)


def _churn_root(chain: Chain, side: float) -> float:
    """H1/H0 of the hedge per root of |gamma|: H1 grows with that root, H0 does not know gamma."""
    case, coin = chain.case, chain.coin
    rate = cost_rate(case, chain.listed[-1].id, side) if chain.hedged else None
    if not rate or rate <= 0.0 or coin not in case.vols:
        return 0.0
    band = zakamouline(
        case.view.index[coin], 1.0, case.years, case.vols[coin].value, cost=rate, risk_aversion=case.aversion_per_usd
    )
    return float(band.h1 / band.h0)


def _units(chain: Chain) -> Iterator[Floats]:
    """One contract of each leg, by row of the view's table."""
    for row in chain.rows:
        unit = np.zeros(len(chain.case.view.effective))
        unit[row] = 1.0
        yield unit


def _carries(chain: Chain, side: float) -> Floats:
    """USD that one contract long (+1) or short (-1) carries over the horizon, income after the haircut."""
    found = np.zeros(len(chain.listed))
    for leg, row in enumerate(chain.rows):
        found[leg] = kept(chain.case, int(row), side, chain.case.hours) or 0.0
    return found
