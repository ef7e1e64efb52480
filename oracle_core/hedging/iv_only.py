"""Whether a delta stands outside its band only because implied volatility moved since the last hedge."""

import numpy as np

from oracle_core.domain.instrument import Kind
from oracle_core.hedging.situation import Situation
from oracle_core.maths.black import black_core
from oracle_core.pricing.contracts import signs, strikes


def moved_by_volatility(case: Situation, coin: str) -> float | None:
    """Coins by which the options' delta changed with implied volatility alone since the coin's last hedge.

    The book of now at the price of now, its volatilities shifted back by as much as the one at the money has moved.
    None where no hedge, or no volatility then or now, is known.
    """
    before, now = case.since.hedged.get(coin), case.implied.get(coin)
    if before is None or now is None or coin not in before.vols:
        return None
    table, rows = case.view.table, case.view.rows[coin]
    held = rows[table.kinds[Kind.OPTION][rows] & (case.view.effective[rows] != 0.0)]
    if not held.size:
        return 0.0
    listed = [table.instruments[int(row)] for row in held]
    vols = np.maximum(table.vol[held] - (now.value - before.vols[coin]), 1e-4)
    core = black_core(
        table.price[held], strikes(listed), table.variance_years[held], vols, sign=signs(listed),
        discount=table.discount[held],
    )  # fmt: skip
    inverse = np.array([not item.linear for item in listed], dtype=bool)
    coins = np.where(inverse, core.price / table.price[held], 0.0)
    was = table.size[held] * table.moving[held] * (core.delta - coins)
    return float(case.view.effective[held] @ (table.net_transaction_delta[held] - was))


def waits(case: Situation, coin: str, away: float, half_width: float) -> str | None:
    """Why a delta outside its band is left: at the volatility of the last hedge it would be inside. None: it trades."""
    if case.strategy.triggers.iv_only_moves_trade:
        return None
    moved = moved_by_volatility(case, coin)
    if moved is None or abs(away - moved) > half_width:
        return None
    return f"implied volatility alone moved delta by {moved:+.4g} {coin}: this strategy does not trade that"
