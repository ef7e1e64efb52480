"""Each perpetual and future by itself: running P&L, and what isolating it from its pool would change."""

from typing import NamedTuple

from oracle_core.domain.booking import booking
from oracle_core.domain.exposure import PoolMargin
from oracle_core.domain.instrument import Instrument, Kind
from oracle_core.domain.portfolio import Position
from oracle_core.pricing.costs import gain_in_settle, is_inverse_linear, settle_in_usd
from oracle_core.pricing.liquidation import linear_liquidation
from oracle_core.pricing.margin import has_margin_rule, line_margin, tiers_of
from oracle_core.risk.pools import PoolBook
from oracle_core.risk.view import BookView

LEAST_MOVE, MOST_MOVE = 10.0, 20.0
"""Per cent that a leg should outlive by itself: what a persona keeps as liquidation distance, within these."""


class Leg(NamedTuple):
    """One leg in its pool and alone. Isolated, it has the share of the pool's equity that its initial margin has in the
    pool's. distance: per cent to liquidation (None: no price liquidates it); roe: running P&L per cent of the equity.

    survives: whether it outlives `move_pct` against it, isolated.
    """

    pool: str
    venue: str
    symbol: str
    contracts: float
    pnl_usd: float | None
    isolated_equity_usd: float
    isolated_leverage: float
    isolated_distance_pct: float | None
    isolated_roe_pct: float | None
    cross_distance_pct: float | None
    cross_roe_pct: float | None
    move_pct: float
    survives: bool


def required_move(liquidation_distance_pct: float) -> float:
    """The move that a leg has to outlive by itself under a persona's floor of liquidation distance, in per cent.

    >>> [required_move(floor) for floor in (40.0, 20.0, 12.0, 6.0)]
    [20.0, 20.0, 12.0, 10.0]
    """
    return min(max(liquidation_distance_pct, LEAST_MOVE), MOST_MOVE)


def running_pnl(view: BookView, held: Position) -> float | None:
    """USD made or lost on a position since its entry, at the mark; None without an entry price."""
    if held.entry_price is None:
        return None
    row = view.table.row[held.id]
    listed = view.table.instruments[row]
    coin_usd = view.index[listed.base]
    if listed.is_option:
        worth = float(view.table.value_usd[row]) * held.contracts
        return worth - held.contracts * listed.contract_size * held.entry_price * settle_in_usd(listed, coin_usd)
    gain = gain_in_settle(listed, held.contracts, held.entry_price, float(view.table.price[row]))
    return gain * settle_in_usd(listed, coin_usd)


def leg_checks(view: BookView, pools: tuple[PoolMargin, ...], move_pct: float) -> tuple[Leg, ...]:
    """Every held perpetual and future with a known margin, in pools whose margin is known and that have equity."""
    found: list[Leg] = []
    for pool in view.pools:
        shown = next((item for item in pools if item.pool == pool.name), None)
        if shown is None or not shown.initial_usd or shown.unknown or shown.equity_usd <= 0.0:
            continue
        found += [_leg(view, pool, shown, held, move_pct) for held in _linear(view, pool)]
    return tuple(found)


def _linear(view: BookView, pool: PoolBook) -> list[Position]:
    booked = booking(view.portfolio.pools, ())
    mine = [held for held in view.portfolio.positions if (booked.carries(held) or pool.name) == pool.name]
    listed = {held.id: view.table.instruments[view.table.row[held.id]] for held in mine}
    return [
        held
        for held in mine
        if listed[held.id].kind in (Kind.PERPETUAL, Kind.FUTURE) and has_margin_rule(listed[held.id])
    ]


def _leg(view: BookView, pool: PoolBook, shown: PoolMargin, held: Position, move_pct: float) -> Leg:
    row = view.table.row[held.id]
    listed, price = view.table.instruments[row], float(view.table.price[row])
    notional = abs(held.contracts) * float(view.table.notional_usd[row])
    initial = line_margin(listed, held.contracts, notional).initial
    assert shown.initial_usd
    equity = shown.equity_usd * initial / shown.initial_usd
    liquidation = isolated_liquidation(listed, held.contracts, price, equity, index=view.index[listed.base])
    distance = None if liquidation is None else 100.0 * abs(liquidation / price - 1.0)
    pnl = running_pnl(view, held)
    return Leg(
        pool=pool.name, venue=held.venue, symbol=held.symbol, contracts=held.contracts, pnl_usd=pnl,
        isolated_equity_usd=equity, isolated_leverage=notional / equity, isolated_distance_pct=distance,
        isolated_roe_pct=None if pnl is None else 100.0 * pnl / equity,
        cross_distance_pct=shown.liquidation_distance_pct,
        cross_roe_pct=None if pnl is None else 100.0 * pnl / shown.equity_usd,
        move_pct=move_pct, survives=distance is None or distance > move_pct,
    )  # fmt: skip


def isolated_liquidation(
    listed: Instrument, contracts: float, price: float, equity_usd: float, *, index: float
) -> float | None:
    """Where signed contracts alone are liquidated with `equity_usd` behind them at `price`, in the contract's own
    currency: an inverse one's equity is coin, at the coin's `index`. `price` itself where that is no more than
    maintenance margin."""
    size = contracts * listed.contract_size
    inverse = is_inverse_linear(listed)
    needed = line_margin(listed, contracts, abs(size) * (1.0 if inverse else price)).maintenance
    if equity_usd * (price / index if inverse else 1.0) <= needed:
        return price
    if not inverse:
        return linear_liquidation(equity_usd, size, price, tiers_of(listed, contracts))
    coins = equity_usd / index + size / price
    found = (needed + size) / coins if coins else -1.0
    return found if found > 0.0 else None
