"""Edge: what option gamma earns when volatility comes as forecast and not as implied, and where it must stop."""

import numpy as np

from oracle_core.domain.exposure import Outlook
from oracle_core.domain.hedge import CandidateAction
from oracle_core.domain.instrument import Kind
from oracle_core.hedging.situation import Situation
from oracle_core.pricing.contracts import Floats

DUST_PCT = 1e-6
"""Per cent of equity below which gamma has no side."""


def edge(case: Situation, contracts: Floats) -> float | None:
    """trust * sum of 1/2 Gamma S^2 (forecast^2 - implied^2) h_e over the options of signed contracts, shape (n,).

    Each option bleeds at its own implied volatility, over the horizon or its life if that is shorter. Perpetuals and
    futures have no part in it.
    Returns: USD; None where no coin with options has a forecast; 0 unless the strategy states a gamma target.
    """
    table = case.view.table
    found: list[float] = []
    for coin, forecast in sorted(case.forecasts.items()):
        rows = case.view.rows.get(coin)
        if rows is None:
            continue
        options = rows[table.kinds[Kind.OPTION][rows]]
        life = np.minimum(case.years, table.years[options])
        rich = forecast.value**2 - table.vol[options] ** 2
        cash = 0.5 * table.gamma[options] * case.view.index[coin] ** 2
        found.append(float(contracts[options] @ (cash * rich * life)))
    if not found:
        return None
    if case.strategy.targets.gamma_1pct_pct_equity is None:
        return 0.0
    return case.persona.vol_forecast_trust * sum(found) + 0.0


def edge_refusals(case: Situation, action: CandidateAction) -> tuple[str, ...]:
    """Why an Edge-led action is refused: it changes the side of a coin's gamma, or goes beyond the gamma target.

    An action is Edge-led when it would not be worth its own cost and risk without its Edge.
    """
    target = case.strategy.targets.gamma_1pct_pct_equity
    gained = (action.terms.edge or 0.0) - (case.resting.edge or 0.0)
    least = case.persona.min_benefit_bps_equity / 10_000.0 * max(case.equity_usd, 0.0)
    if target is None or gained <= 0.0 or action.benefit - gained >= least or case.equity_usd <= 0.0:
        return ()
    held, then = _gammas(case, action.before), _gammas(case, action.after)
    turned = [
        f"edge: gamma of {coin} {held[coin]:+.4g} -> {then[coin]:+.4g} % of equity for 1 %; a forecast never "
        "changes the side of gamma"
        for coin in sorted(held)
        if min(abs(held[coin]), abs(then[coin])) > DUST_PCT and held[coin] * then[coin] < 0.0
    ]
    before, after = sum(held.values()), sum(then.values())
    low, high = min(before, target), max(before, target)
    if not low - DUST_PCT <= after <= high + DUST_PCT:
        turned.append(
            f"edge: gamma {before:+.4g} -> {after:+.4g} % of equity for 1 %, target {target:+g} of "
            f"{case.strategy.name}; a trade that a forecast leads stops there"
        )
    return tuple(turned)


def _gammas(case: Situation, outlook: Outlook) -> dict[str, float]:
    """Dollar gamma for 1 % of each coin in per cent of equity, signed."""
    return {item.coin: 100.0 * item.gamma_1pct_usd / case.equity_usd for item in outlook.exposures}
