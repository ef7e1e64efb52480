"""U = -X + Carry + Edge - Risk - Capital, in USD over one horizon: the one number that ranks."""

import numpy as np

from oracle_core.domain.exposure import Outlook
from oracle_core.domain.hedge import Terms
from oracle_core.domain.instrument import Kind
from oracle_core.hedging.carry import carry
from oracle_core.hedging.convergence import convergence
from oracle_core.hedging.edge import edge
from oracle_core.hedging.reversion import reversion
from oracle_core.hedging.situation import Situation
from oracle_core.maths.bands import zakamouline
from oracle_core.pricing.contracts import SPOT_SHOCKS, VOL_FACTORS, Floats
from oracle_core.risk.volatility import HOURS_A_YEAR


def terms(case: Situation, contracts: Floats, after: Outlook, execution_usd: float) -> Terms:
    """The five terms of a book (signed contracts by row, shape (n,)) after paying `execution_usd` (X, with churn).

    A coin without a volatility adds no Risk: nothing of it is ranked, and only its cures are offered.
    """
    return Terms(
        execution=-execution_usd + 0.0,
        carry=carry(case, contracts),
        edge=_edge(case, contracts),
        risk=-0.5 * case.aversion_per_usd * case.variance(contracts) + 0.0,
        capital=-capital(case, contracts, after) + 0.0,
    )


def _edge(case: Situation, contracts: Floats) -> float | None:
    """Edge of option gamma, of prices on two venues that meet, and of ratios that come back; None without input."""
    found = (edge(case, contracts), convergence(case, contracts), reversion(case, contracts))
    parts = [part for part in found if part is not None]
    return sum(parts) if parts else None


def capital(case: Situation, contracts: Floats, after: Outlook) -> float:
    """The price of stress beyond the soft share of its limit, for as long as the losing legs live.

    rate * (mean of min(h, life), weighted by each leg's loss in the worst cell) * (worst loss - soft)+
    """
    persona = case.persona
    soft = persona.stress_soft_pct_of_limit / 100.0 * persona.stress_loss_pct_equity / 100.0 * case.equity_usd
    beyond = max(-after.worst.pnl_usd - soft, 0.0)
    return persona.stress_capital_rate_per_year * _losing_years(case, contracts, after) * beyond


def churn(case: Situation, coin: str, contracts: Floats, cost_rate: float) -> float:
    """H1/H0 of the coin's net gamma: how often the same delta will be traded again within the horizon."""
    rows = case.view.rows[coin]
    gamma = float(contracts[rows] @ case.view.table.gamma[rows])
    if gamma == 0.0 or cost_rate <= 0.0 or coin not in case.vols:
        return 0.0
    band = zakamouline(
        case.view.index[coin], gamma, case.years, case.vols[coin].value,
        cost=cost_rate, risk_aversion=case.aversion_per_usd,
    )  # fmt: skip
    return float(band.h1 / band.h0)


def _losing_years(case: Situation, contracts: Floats, after: Outlook) -> float:
    spot = [100.0 * shock for shock in SPOT_SHOCKS].index(after.worst.spot_pct)
    vol = VOL_FACTORS.index(after.worst.vol_factor)
    losses = np.maximum(-contracts * case.view.stress[:, spot, vol], 0.0)
    kinds = case.view.table.kinds
    endless = ~(kinds[Kind.OPTION] | kinds[Kind.FUTURE])
    life = np.where(endless, case.years, np.minimum(case.years, case.view.table.years))
    owned = sum(case.view.collateral(coin) * price for coin, price in case.view.index.items())
    collateral_loss = max(-owned * after.worst.spot_pct / 100.0, 0.0)
    total = float(losses.sum()) + collateral_loss
    return (float(losses @ life) + collateral_loss * case.years) / total if total > 0.0 else case.hours / HOURS_A_YEAR
