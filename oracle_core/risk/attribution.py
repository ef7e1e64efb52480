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


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What changed, by row of a view, shape (n,): `price` and `forward` relative, `vol` a fraction; and years passed.

    Of options only `forward` and `vol` are read, of everything else only `price`.
    """

    price: Floats
    forward: Floats
    vol: Floats
    years: float


def greek_parts(view: BookView, contracts: Floats, step: Step) -> Floats:
    """USD of delta, gamma, theta, vega, vanna and volga of signed contracts, shape (6,), with the Greeks of `view`."""
    return _linear(view, contracts, step.price) + _options(view, contracts, step)


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
    parts = greek_parts(view, contracts, Step(
        price=move, forward=move * view.table.moving, vol=np.full_like(move, vol_shift), years=days / DAYS_A_YEAR,
    ))  # fmt: skip
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


def _options(view: BookView, contracts: Floats, moved: Step) -> Floats:
    table = view.table
    rows = np.flatnonzero(table.kinds[Kind.OPTION] & (contracts != 0.0))
    if not rows.size:
        return np.zeros(6)
    listed = [table.instruments[int(row)] for row in rows]
    forward, seen, x, shift = table.price[rows], table.moving[rows], moved.forward[rows], moved.vol[rows]
    found = black(
        forward, strikes(listed), table.variance_years[rows], table.vol[rows], sign=signs(listed),
        discount=table.discount[rows],
    )  # fmt: skip
    inverse = table.coin_settled[rows]
    in_coin = inverse & (view.portfolio.numeraire is Numeraire.COIN)
    scale = contracts[rows] * table.size[rows] * np.where(inverse, table.index[rows] / forward, 1.0)
    step = forward * x
    value = np.where(inverse, found.price * x, 0.0)
    # A coin-settled option is worth Black / forward coins: to a desk that counts coin the division bends it too.
    bend = np.where(in_coin, -2.0 * (found.delta * forward - found.price) * x**2, 0.0)
    cross = np.where(in_coin, -found.vega * x * shift, 0.0)
    parts = (
        found.delta * step - value,
        0.5 * (found.gamma * step**2 + bend),
        found.theta * seen**2 * moved.years,
        found.vega * shift,
        found.vanna * step * shift + cross,
        0.5 * found.volga * shift**2,
    )
    return np.array([float(scale @ part) for part in parts])
