"""A pool's equity and margin wherever one of its coins may go, the others standing still.

Volatilities stay as they are. Equity at a price is what revaluation leaves of it; margin is the rule's at that price.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from oracle_core.domain.instrument import Instrument, Kind
from oracle_core.pricing.contracts import Floats
from oracle_core.pricing.costs import is_inverse_linear
from oracle_core.pricing.ladder import DOWN, SAME, UP, OptionLadder
from oracle_core.pricing.margin import line_margin, maintenance_at
from oracle_core.risk.curve import Curve
from oracle_core.risk.pool_rules import Rule
from oracle_core.risk.view import BookView

PORTFOLIO_SHOCKS: Final[Floats] = np.linspace(-0.16, 0.16, 9)
PORTFOLIO_INITIAL: Final = 1.3
_NOWHERE: Final = -1.0 + 1e-12


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One position that is no option."""

    listed: Instrument
    contracts: float
    notional: float
    slope: float
    """USD gained per 100 % that the price moves; an inverse contract's coins counted at the price they come at."""

    @property
    def inverse(self) -> bool:
        return is_inverse_linear(self.listed)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Coin:
    """What a pool has in one coin. owned_usd: coins of equity at the index."""

    name: str
    rule: Rule
    mark: float
    lines: list[Line]
    owned_usd: float

    @property
    def inverse(self) -> float:
        return sum(line.slope for line in self.lines if line.inverse)

    @property
    def straight(self) -> float:
        return sum(line.slope for line in self.lines if not line.inverse)


def coin_curve(view: BookView, rule: Rule, contracts: Floats, coin: str, owned: float) -> Curve:
    """The curve of signed contracts (by row) and `owned` coins of equity, at every move where it bends or is known."""
    lines = _lines(view, contracts, coin)
    mine = _Coin(
        name=coin, rule=rule, mark=_mark(view, coin, lines), lines=lines, owned_usd=owned * view.index[coin]
    )  # fmt: skip
    ladder = view.ladders.get(coin)
    sizes = contracts[ladder.rows] if ladder is not None else np.zeros(0)
    return _straight(mine) if ladder is None or not sizes.any() else _with_options(mine, ladder, sizes)


def _straight(coin: _Coin) -> Curve:
    at = _breaks(coin)
    slope = coin.straight + coin.inverse
    if coin.rule is Rule.PORTFOLIO:
        worst = float(np.max(PORTFOLIO_SHOCKS))
        maintenance = worst * np.abs(coin.straight * (1.0 + at) + coin.inverse)
        initial = PORTFOLIO_INITIAL * worst * abs(slope)
    else:
        maintenance, initial = _by_tiers(coin.lines, at), _initial(coin.lines)
    return Curve(
        coin=coin.name, mark=coin.mark, moves=at, equity=(slope + coin.owned_usd) * at, pledged=np.zeros_like(at),
        maintenance=maintenance, initial=initial, kinked=True,
    )  # fmt: skip


def _with_options(coin: _Coin, ladder: OptionLadder, sizes: Floats) -> Curve:
    at = ladder.moves
    in_coin, in_dollars = sizes * ladder.inverse, sizes * ~ladder.inverse
    coins, dollars = in_coin @ ladder.value[SAME], in_dollars @ ladder.value[SAME]
    zero = int(np.argmin(np.abs(at)))
    slope = coin.straight + coin.inverse + coin.owned_usd
    equity = slope * at + dollars - dollars[zero] + coins - coins[zero] * (1.0 + at)
    if coin.rule is Rule.PORTFOLIO:
        maintenance = _worst_of_scenarios(coin, ladder, in_coin, in_dollars)
        pledged, initial = np.zeros_like(at), PORTFOLIO_INITIAL * float(maintenance[zero])
    else:
        sold = np.maximum(-sizes, 0.0)
        maintenance = _by_tiers(coin.lines, at) + sold @ ladder.maintenance
        pledged, initial = coins + dollars, _initial(coin.lines) + float(sold @ ladder.initial)
    return Curve(
        coin=coin.name, mark=coin.mark, moves=at, equity=equity, pledged=pledged, maintenance=maintenance,
        initial=initial, kinked=False,
    )  # fmt: skip


def _worst_of_scenarios(coin: _Coin, ladder: OptionLadder, in_coin: Floats, in_dollars: Floats) -> Floats:
    """The worst loss from every move onward, in USD, not below 0; between the ladder's moves by straight lines."""
    at = ladder.moves
    coins, dollars = in_coin @ ladder.value[SAME], in_dollars @ ladder.value[SAME]
    worst = np.zeros_like(at)
    for volatility in (SAME, UP, DOWN):
        coins_then, dollars_then = in_coin @ ladder.value[volatility], in_dollars @ ladder.value[volatility]
        for shock in (float(one) for one in PORTFOLIO_SHOCKS):
            then = (1.0 + at) * (1.0 + shock) - 1.0
            gain = _between(then, at, dollars_then) - dollars + _between(then, at, coins_then) - coins * (1.0 + shock)
            worst = np.maximum(worst, -(gain + coin.straight * (1.0 + at) * shock + coin.inverse * shock))
    return worst


def _between(wanted: Floats, moves: Floats, values: Floats) -> Floats:
    return np.asarray(np.interp(wanted, moves, values), dtype=np.float64)


def _lines(view: BookView, contracts: Floats, coin: str) -> list[Line]:
    table, rows = view.table, view.rows[coin]
    held = rows[(contracts[rows] != 0.0) & ~table.kinds[Kind.OPTION][rows]]
    lines: list[Line] = []
    for row in (int(found) for found in held):
        listed, size = table.instruments[row], float(contracts[row])
        price = view.index[coin] if is_inverse_linear(listed) else float(table.price[row])
        notional = abs(size) * float(table.notional_usd[row])
        lines.append(
            Line(listed=listed, contracts=size, notional=notional, slope=size * float(table.delta[row]) * price)
        )
    return lines


def _mark(view: BookView, coin: str, lines: list[Line]) -> float:
    """The price a liquidation price is told in: a perpetual's mark, else any contract's, else the index."""
    ordered = sorted(lines, key=lambda line: line.listed.kind is not Kind.PERPETUAL)
    return float(view.table.price[view.table.row[ordered[0].listed.id]]) if ordered else view.index[coin]


def _breaks(coin: _Coin) -> Floats:
    """Where margin changes its slope: at every tier that a position's notional may come to."""
    edges = {
        tier.up_to_notional / line.notional - 1.0
        for line in coin.lines
        if not line.inverse and line.notional > 0.0
        for tier in line.listed.margin_tiers
        if tier.up_to_notional is not None
    }
    # Opposite linear and inverse contracts offset each other at one price: there an estimate by shocks has its kink.
    turn = {-coin.inverse / coin.straight - 1.0} if coin.straight else set[float]()
    found = {_NOWHERE, 0.0, *(edge for edge in edges | turn if edge > _NOWHERE)}
    return np.array(sorted({*found, max(found) + 1.0}))


def _by_tiers(lines: list[Line], moves: Floats) -> Floats:
    total = np.zeros_like(moves)
    for line in lines:
        notional = np.full_like(moves, line.notional) if line.inverse else line.notional * (1.0 + moves)
        total += maintenance_at(line.listed, line.contracts, notional)
    return total


def _initial(lines: list[Line]) -> float:
    return sum(line_margin(line.listed, line.contracts, line.notional).initial for line in lines)
