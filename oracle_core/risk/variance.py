"""Variance of a book over a horizon: coins, their contracts' bases, and the gamma that delta does not see."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt

import numpy as np

from oracle_core.domain.instrument import Kind
from oracle_core.pricing.contracts import Floats
from oracle_core.risk.view import BookView
from oracle_core.risk.volatility import HOURS_A_YEAR, Volatility

BASIS_VOLATILITY = 0.03
"""Volatility per square root of a year between different contracts of one coin (measured .044 BTC, .092 ETH)."""

CORRELATIONS: Mapping[frozenset[str], float] = {
    frozenset({"BTC", "ETH"}): 0.85,
    frozenset({"BTC", "SOL"}): 0.75,
    frozenset({"ETH", "SOL"}): 0.78,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class VarianceModel:
    """What the variance of a view's book is computed from. hours: the horizon. vols: per coin."""

    view: BookView
    hours: float
    vols: Mapping[str, Volatility]
    correlation: Floats

    def variance(self, contracts: Floats) -> float:
        """Var_h in USD^2 of signed contracts (shape (n,)) and coin equity over the horizon.

        h * x'Sigma x over index, forward and perpetual factors in USD, plus half the squared gamma cash of each coin,
        every expiry living no longer than it lives.
        """
        years = self.hours / HOURS_A_YEAR
        parts = [self._factors(contracts, coin) for coin in self.view.coins]
        sigma = np.array([self.vols[coin].value for coin in self.view.coins])
        net = np.array([part[0] for part in parts]) * sigma
        basis = BASIS_VOLATILITY**2 * sum(part[1] for part in parts)
        curvature = sum(self._gamma_cash(contracts, coin) ** 2 for coin in self.view.coins)
        return years * (float(net @ self.correlation @ net) + basis) + 0.5 * curvature

    def _factors(self, contracts: Floats, coin: str) -> tuple[float, float]:
        # A coin moves as one; the perpetuals of different venues stray from each other, and every other factor
        # from them. With a single perpetual it is the coin itself, so hedging with it adds no basis of its own.
        view = self.view
        dollars: dict[tuple[str, str], float] = {}
        for row in view.rows[coin]:
            amount = float(contracts[row] * view.table.net_transaction_delta[row]) * view.index[coin]
            if amount != 0.0:
                factor = _factor(view, int(row))
                dollars[factor] = dollars.get(factor, 0.0) + amount
        owned = view.collateral(coin) * view.index[coin]
        if owned != 0.0:
            dollars["index", ""] = dollars.get(("index", ""), 0.0) + owned
        perpetual = [amount for (kind, _), amount in dollars.items() if kind == "perpetual"]
        strays = sum(amount * amount for (kind, _), amount in dollars.items() if kind != "perpetual")
        between = 0.5 * (sum(amount * amount for amount in perpetual) - sum(perpetual) ** 2)
        return sum(dollars.values()), strays + between

    def _gamma_cash(self, contracts: Floats, coin: str) -> float:
        view, rows = self.view, self.view.rows[coin]
        life = np.minimum(self.hours / HOURS_A_YEAR, view.table.years[rows])
        spot = view.index[coin] * self.vols[coin].value
        return float(contracts[rows] @ (view.table.gamma[rows] * life)) * spot * spot


def variance_model(view: BookView, hours: float, vols: Mapping[str, Volatility]) -> VarianceModel:
    """The model for a horizon, with a volatility for every coin of the view."""
    coins = view.coins
    matrix = np.array([[_correlation(a, b) for b in coins] for a in coins]) if coins else np.zeros((0, 0))
    return VarianceModel(view=view, hours=hours, vols=vols, correlation=matrix)


def standard_deviation(variance: float) -> float:
    return sqrt(max(variance, 0.0))


def _correlation(a: str, b: str) -> float:
    # Two coins nobody measured are taken to move together: no diversification is claimed for them.
    return 1.0 if a == b else CORRELATIONS.get(frozenset({a, b}), 1.0)


def _factor(view: BookView, row: int) -> tuple[str, str]:
    listed = view.table.instruments[row]
    if listed.kind is Kind.PERPETUAL:
        return "perpetual", listed.venue
    if listed.kind is Kind.SPOT:
        return "index", ""
    assert listed.expiry is not None
    return "forward", listed.expiry.isoformat()
