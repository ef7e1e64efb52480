"""What a move made of a book's P&L: each Greek's part, and what they leave.

dP = delta dS + gamma dS^2 / 2 + theta dt + vega dIV + vanna dS dIV + volga dIV^2 / 2 + funding + fees + residual, with
the Greeks at the start of the step. Options that are repriced contain their theta already: it is a part, not an extra.
"""

from dataclasses import dataclass

import numpy as np

from oracle_core.domain.instrument import Kind
from oracle_core.domain.portfolio import Numeraire
from oracle_core.maths.black import black
from oracle_core.pricing.contracts import Floats, signs, strikes
from oracle_core.pricing.revaluation import DAYS_A_YEAR
from oracle_core.risk.revaluation import BookMove, book_pnl
from oracle_core.risk.view import BookView


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribution:
    """USD. The parts and `residual` add up to `total`: the revaluation, with the funding and fees that were given."""

    delta: float
    gamma: float
    theta: float
    vega: float
    vanna: float
    volga: float
    funding: float
    fees: float
    residual: float
    total: float


def attribution(
    view: BookView, contracts: Floats, moves: dict[str, float], *, vol_shift: float = 0.0, days: float = 0.0,
    funding: float = 0.0, fees: float = 0.0,
) -> Attribution:  # fmt: skip
    """Explain what signed contracts (by row) and coin equity make of relative moves per coin, a shift of every
    volatility (a fraction) and days passing. funding: USD received; fees: USD paid."""
    at = {coin: np.array([moves.get(coin, 0.0)]) for coin in view.coins}
    move = np.zeros(len(view.table.instruments))
    for coin, rows in view.rows.items():
        move[rows] = moves.get(coin, 0.0)
    parts = _linear(view, contracts, move) + _options(view, contracts, move, vol_shift, days)
    if view.portfolio.numeraire is Numeraire.USD:
        parts[0] += sum(view.collateral(coin) * view.index[coin] * float(at[coin][0]) for coin in view.coins)
    revalued = float(book_pnl(view, contracts, BookMove(coins=at, vol_shift=vol_shift, days=days))[0])
    delta, gamma, theta, vega, vanna, volga = (float(part) for part in parts)
    return Attribution(
        delta=delta, gamma=gamma, theta=theta, vega=vega, vanna=vanna, volga=volga, funding=funding, fees=-fees,
        residual=revalued - float(parts.sum()), total=revalued + funding - fees,
    )  # fmt: skip


def _linear(view: BookView, contracts: Floats, move: Floats) -> Floats:
    """Delta, and to a desk that counts coin the bend of an inverse contract: its coins fall as the price rises."""
    table = view.table
    flat = ~table.kinds[Kind.OPTION]
    price = np.where(table.dollar_sized, table.index, table.price)
    dollars = np.where(flat, contracts * table.delta * price, 0.0)
    bent = table.dollar_sized & (view.portfolio.numeraire is Numeraire.COIN)
    return np.array([dollars @ move, -(dollars * bent) @ move**2, 0.0, 0.0, 0.0, 0.0])


def _options(view: BookView, contracts: Floats, move: Floats, shift: float, days: float) -> Floats:
    table = view.table
    rows = np.flatnonzero(table.kinds[Kind.OPTION] & (contracts != 0.0))
    if not rows.size:
        return np.zeros(6)
    listed = [table.instruments[int(row)] for row in rows]
    forward, seen, x = table.price[rows], table.moving[rows], move[rows]
    found = black(
        forward, strikes(listed), table.variance_years[rows], table.vol[rows], sign=signs(listed),
        discount=table.discount[rows],
    )  # fmt: skip
    inverse = table.coin_settled[rows]
    in_coin = inverse & (view.portfolio.numeraire is Numeraire.COIN)
    scale = contracts[rows] * table.size[rows] * np.where(inverse, table.index[rows] / forward, 1.0)
    step, dt = forward * seen * x, days / DAYS_A_YEAR
    value = np.where(inverse, found.price, 0.0)
    moved = np.where(inverse, seen * x, 0.0)
    # A coin-settled option is worth Black / forward coins: to a desk that counts coin the division bends it too.
    bend = np.where(in_coin, -2.0 * (found.delta * forward - found.price) * (seen * x) ** 2, 0.0)
    cross = np.where(in_coin, -found.vega * seen * x * shift, 0.0)
    parts = (
        found.delta * step - value * moved,
        0.5 * (found.gamma * step**2 + bend),
        found.theta * seen**2 * dt,
        found.vega * shift,
        found.vanna * step * shift + cross,
        0.5 * found.volga * shift**2 * np.ones_like(x),
    )
    return np.array([float(scale @ part) for part in parts])
