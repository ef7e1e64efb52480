"""Margin, liquidation and their distance, pool by pool. What a pool's rules leave unknown is said, never guessed."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf

import numpy as np

from oracle_core.domain.exposure import PoolMargin
from oracle_core.domain.instrument import Instrument, Kind
from oracle_core.domain.portfolio import DEFAULT_POOL, MarginPool
from oracle_core.pricing.contracts import Floats
from oracle_core.pricing.costs import is_inverse_linear
from oracle_core.risk.view import BookView


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolBook:
    """One pool and the signed contracts it carries (by row of the view's table). None: margin cannot be placed."""

    pool: MarginPool | None
    name: str
    venue: str
    contracts: Floats


def pool_margins(view: BookView, legs: Floats, paid_usd: float = 0.0) -> tuple[PoolMargin, ...]:
    """Margin of every pool with `legs` (signed contracts by row) added and their cost paid out of the pool.

    Legs go to the pool of their venue. A book without pools is one pool, unless it spans several venues: then its
    margin is unknown.
    """
    return tuple(_margin(view, book, legs, paid_usd) for book in _pool_books(view, legs))


def _pool_books(view: BookView, legs: Floats) -> list[PoolBook]:
    positions = view.portfolio.positions
    if not view.portfolio.pools:
        traded = {view.table.instruments[row].venue for row in np.flatnonzero(legs)}
        venues = sorted(set(view.portfolio.venues) | traded)
        return [PoolBook(pool=None, name=DEFAULT_POOL, venue=", ".join(venues), contracts=view.effective + legs)]
    books: list[PoolBook] = []
    for pool in view.portfolio.pools:
        contracts = np.zeros(len(legs))
        for held in positions:
            if held.pool == pool.id or (held.pool is None and _home(view, held.venue) == pool.id):
                contracts[view.table.row[held.id]] += held.contracts
        at_home = np.array([_home(view, listed.venue) == pool.id for listed in view.table.instruments], dtype=bool)
        contracts += np.where(at_home, view.working + legs, 0.0)
        books.append(PoolBook(pool=pool, name=pool.id, venue=pool.venue, contracts=contracts))
    return books


def _home(view: BookView, venue: str) -> str | None:
    """The pool that new trades on a venue belong to: its first."""
    return next((pool.id for pool in view.portfolio.pools if pool.venue == venue), None)


def _margin(view: BookView, book: PoolBook, legs: Floats, paid_usd: float) -> PoolMargin:
    traded_here = any(view.table.instruments[row].venue in book.venue.split(", ") for row in np.flatnonzero(legs))
    equity = _equity(view, book.pool) - (paid_usd if traded_here else 0.0)
    unknown = _unknown(view, book)
    if unknown:
        initial, maintenance = _reported(view, book, legs)
        return _pool(book, equity, initial, maintenance, None, unknown)
    rows = np.flatnonzero(book.contracts)
    rates = [_tier(view.table.instruments[row], _notional(view, book, int(row))) for row in rows]
    notionals = [_notional(view, book, int(row)) for row in rows]
    initial = sum(rate[0] * notional for rate, notional in zip(rates, notionals, strict=True))
    maintenance = sum(rate[1] * notional - rate[2] for rate, notional in zip(rates, notionals, strict=True))
    near = _nearest(view, book, equity, maintenance, [(int(r), rate[1]) for r, rate in zip(rows, rates, strict=True)])
    return _pool(book, equity, initial, maintenance, near, ())


def _pool(
    book: PoolBook, equity: float, initial: float | None, maintenance: float | None,
    near: tuple[float, float] | None, unknown: tuple[str, ...],
) -> PoolMargin:  # fmt: skip
    use = None
    if initial is not None:
        use = 100.0 * initial / equity if equity > 0.0 else None
        unknown = unknown if equity > 0.0 else (*unknown, f"equity of pool {book.name} is {equity:,.2f} USD")
    return PoolMargin(
        pool=book.name, venue=book.venue, equity_usd=equity, initial_usd=initial, maintenance_usd=maintenance,
        margin_use_pct=use, liquidation_price=near[0] if near else None,
        liquidation_distance_pct=100.0 * near[1] if near else None, unknown=unknown,
    )  # fmt: skip


def _unknown(view: BookView, book: PoolBook) -> tuple[str, ...]:
    if book.pool is None and "," in book.venue:
        return (f"one lump of equity over {book.venue}: say which pool holds what",)
    held = [view.table.instruments[row] for row in np.flatnonzero(book.contracts)]
    options = sum(listed.is_option for listed in held)
    faults = [f"margin rule of {options} option positions on {book.venue}"] if options else []
    faults += [
        f"margin tiers of {listed.symbol}"
        for listed in held
        if not listed.is_option and listed.kind is not Kind.SPOT and not listed.margin_tiers
    ]
    return tuple(faults)


def _reported(view: BookView, book: PoolBook, legs: Floats) -> tuple[float | None, float | None]:
    """The venue's own figures, moved by the tiers of what the plan trades; None where either is missing."""
    if book.pool is None:
        return None, None
    totals: list[float | None] = []
    for which, name in enumerate(("initial_margin", "maintenance_margin")):
        parts = [(getattr(item, name), _price(view, coin)) for coin, item in book.pool.currencies.items()]
        known = [amount * price for amount, price in parts if amount is not None]
        change = _tier_change(view, book, legs, which)
        totals.append(sum(known) + change if known and change is not None else None)
    return totals[0], totals[1]


def _tier_change(view: BookView, book: PoolBook, legs: Floats, which: int) -> float | None:
    change = 0.0
    for row in np.flatnonzero(legs):
        listed = view.table.instruments[row]
        if listed.venue != book.venue:
            continue
        if not listed.margin_tiers:
            return None
        after = abs(float(book.contracts[row])) * float(view.table.notional_usd[row])
        before = abs(float(book.contracts[row] - legs[row])) * float(view.table.notional_usd[row])
        change += _tier(listed, after)[which] * after - _tier(listed, before)[which] * before
    return change


def _tier(listed: Instrument, notional: float) -> tuple[float, float, float]:
    """(initial, maintenance, deduction) of the tier a notional falls in; spot needs none."""
    for tier in listed.margin_tiers:
        if tier.up_to_notional is None or notional <= tier.up_to_notional:
            return tier.initial, tier.maintenance, tier.deduction
    if listed.margin_tiers:
        last = listed.margin_tiers[-1]
        return 1.0, last.maintenance, last.deduction
    return 0.0, 0.0, 0.0


def _notional(view: BookView, book: PoolBook, row: int) -> float:
    return abs(float(book.contracts[row])) * float(view.table.notional_usd[row])


def _nearest(
    view: BookView, book: PoolBook, equity: float, maintenance: float, rates: Sequence[tuple[int, float]]
) -> tuple[float, float] | None:
    """(liquidation price, distance as a share of the mark) of the coin nearest to it; None without a position.

    Everything a pool of linear and inverse contracts holds is linear in the coin's relative move, seen in USD:
    equity + x*delta = maintenance + x*(maintenance of contracts sized in coin).
    """
    best: tuple[float, float] | None = None
    for coin in view.coins:
        mine = [(row, rate) for row, rate in rates if view.table.instruments[row].base == coin]
        dollars = sum(float(book.contracts[row] * view.table.delta[row]) * view.index[coin] for row, _ in mine)
        dollars += _coin_equity(book.pool, view, coin) * view.index[coin]
        growing = sum(
            rate * _notional(view, book, row)
            for row, rate in mine
            if not is_inverse_linear(view.table.instruments[row])
        )
        slope = dollars - growing
        move = -(equity - maintenance) / slope if slope != 0.0 else inf
        price = _mark(view, book, coin) * (1.0 + move)
        if mine and move > -1.0 and move != inf:
            distance = abs(move) if equity > maintenance else 0.0
            best = (price, distance) if best is None or distance < best[1] else best
    return best


def _mark(view: BookView, book: PoolBook, coin: str) -> float:
    rows = [row for row in view.rows[coin] if book.contracts[row] != 0.0]
    return float(view.table.price[rows[0]]) if rows else view.index[coin]


def _equity(view: BookView, pool: MarginPool | None) -> float:
    if pool is None:
        return view.equity_usd
    return sum(held.equity * _price(view, currency) for currency, held in pool.currencies.items())


def _coin_equity(pool: MarginPool | None, view: BookView, coin: str) -> float:
    if pool is None:
        return view.portfolio.coin_equity(coin)
    held = pool.currencies.get(coin)
    return held.equity if held is not None else 0.0


def _price(view: BookView, currency: str) -> float:
    return view.index.get(currency, 1.0)
