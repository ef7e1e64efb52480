"""Variance of a book over a horizon: coins, their contracts' bases, and the gamma that delta does not see."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from oracle_core.domain.instrument import Instrument, Kind
from oracle_core.pricing.contracts import Floats, Mask
from oracle_core.risk.correlations import correlations
from oracle_core.risk.view import BookView
from oracle_core.risk.volatility import HOURS_A_YEAR, Volatility

BASIS_VOLATILITY = 0.03
"""Volatility per square root of a year between different contracts of one coin (measured .044 BTC, .092 ETH)."""

BASIS_SHARE = 0.5
"""The basis moves at most this share of what its coin moves: with more, a quiet coin would have negative variance."""

INDEX = "index"


@dataclass(frozen=True, slots=True, kw_only=True)
class CoinFactors:
    """The price factors of one coin. of_row: the factor of each of its rows; index: the factor of coin equity.

    perpetual: which factors are perpetuals.  dollars: USD of delta per contract of each row.
    """

    of_row: NDArray[np.intp]
    perpetual: Mask
    index: int
    dollars: Floats

    def split(self, contracts: Floats, owned_usd: float) -> tuple[float, float]:
        """(net USD, USD^2 that the basis moves) of a coin's signed contracts and coin equity.

        A coin moves as one; the perpetuals of different venues stray from each other, and every other factor from
        them. With a single perpetual it is the coin itself, so hedging with it adds no basis of its own.
        """
        amounts = np.bincount(self.of_row, weights=contracts * self.dollars, minlength=len(self.perpetual))
        amounts[self.index] += owned_usd
        perpetual, others = amounts[self.perpetual], amounts[~self.perpetual]
        between = 0.5 * (float(perpetual @ perpetual) - float(perpetual.sum()) ** 2)
        return float(amounts.sum()), float(others @ others) + between


@dataclass(frozen=True, slots=True, kw_only=True)
class VarianceModel:
    """What the variance of a view's book is computed from. hours: the horizon. sigma: per coin, shape (c,).

    measured: the coins whose correlations were measured, shape (c,).  correlation: of all, 0 with the others.
    """

    view: BookView
    hours: float
    sigma: Floats
    measured: Mask
    correlation: Floats
    factors: tuple[CoinFactors, ...]

    def variance(self, contracts: Floats) -> float:
        """Var_h in USD^2 of signed contracts (shape (n,)) and coin equity over the horizon.

        h * x'Sigma x over index, forward and perpetual factors in USD, plus half the squared gamma cash of each coin,
        every expiry living no longer than it lives. A coin outside the table of correlations adds its own deviation to
        that of the rest, whatever its sign: nothing is claimed to offset it.
        """
        view = self.view
        owned = [view.collateral(coin) * view.index[coin] for coin in view.coins]
        parts = [
            found.split(contracts[view.rows[coin]], dollars)
            for found, coin, dollars in zip(self.factors, view.coins, owned, strict=True)
        ]
        net = np.array([part[0] for part in parts]) * self.sigma
        apart = np.minimum(BASIS_VOLATILITY, BASIS_SHARE * self.sigma)
        basis = float(apart**2 @ np.array([part[1] for part in parts]))
        deviation = float(net @ self.correlation @ net) ** 0.5 + float(np.abs(net[~self.measured]).sum())
        curvature = sum(
            self._gamma_cash(contracts, coin, vol) ** 2 for coin, vol in zip(view.coins, self.sigma, strict=True)
        )
        return self.hours / HOURS_A_YEAR * (deviation**2 + basis) + 0.5 * float(curvature)

    def _gamma_cash(self, contracts: Floats, coin: str, vol: float) -> float:
        view, rows = self.view, self.view.rows[coin]
        life = np.minimum(self.hours / HOURS_A_YEAR, view.table.years[rows])
        return float(contracts[rows] @ (view.table.gamma[rows] * life)) * (view.index[coin] * vol) ** 2


def variance_model(
    view: BookView, hours: float, vols: Mapping[str, Volatility], delta: Floats | None = None
) -> VarianceModel:
    """The model for a horizon. A coin without a volatility adds no variance: whoever ranks must say so.

    delta: coins of one contract by row, shape (n,); without it the net transaction delta.
    """
    deltas = view.table.net_transaction_delta if delta is None else delta
    coins = view.coins
    found = correlations(view.market, coins)
    return VarianceModel(
        view=view, hours=hours, sigma=np.array([vols[coin].value if coin in vols else 0.0 for coin in coins]),
        measured=found.known, correlation=found.matrix,
        factors=tuple(_coin_factors(view, coin, deltas) for coin in coins),
    )  # fmt: skip


def _coin_factors(view: BookView, coin: str, delta: Floats) -> CoinFactors:
    numbers: dict[Hashable, int] = {INDEX: 0}
    of_row = [numbers.setdefault(_factor(listed), len(numbers)) for _, listed in view.listed(coin)]
    rows = view.rows[coin]
    return CoinFactors(
        of_row=np.array(of_row, dtype=np.intp), index=0,
        dollars=delta[rows] * view.index[coin],
        perpetual=np.array([isinstance(factor, str) and factor != INDEX for factor in numbers], dtype=bool),
    )  # fmt: skip


def _factor(listed: Instrument) -> Hashable:
    """The price an instrument moves with: its venue's perpetual (by name), its expiry's forward, or the index."""
    if listed.kind is Kind.PERPETUAL:
        return f"perpetual on {listed.venue}"
    return listed.expiry if listed.expiry is not None else INDEX
