"""Margin, liquidation and their distance, pool by pool. What a pool's rules leave unknown is said, never guessed."""

from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from oracle_core.domain.exposure import PoolMargin
from oracle_core.domain.instrument import DOLLARS, Instrument, Kind
from oracle_core.pricing.contracts import Floats
from oracle_core.pricing.costs import is_inverse_linear
from oracle_core.pricing.margin import Margin, has_margin_rule, tier_margin
from oracle_core.risk.pools import PoolBook, in_usd, without_pool
from oracle_core.risk.view import BookView


class Liquidation(NamedTuple):
    """The price of a coin at which a pool is liquidated (None where it holds none), and its distance as a share."""

    price: float | None
    distance: float


class _Line(NamedTuple):
    row: int
    listed: Instrument
    contracts: float
    notional: float
    margin: Margin


Paid = float | Mapping[str, float]
"""USD that a plan costs: per venue of its legs, or in one sum where all of them trade on one venue."""


def pool_margins(view: BookView, legs: Floats, paid: Paid = 0.0) -> tuple[PoolMargin, ...]:
    """Margin of every pool with `legs` (signed contracts by row) traded and their cost paid out of their own pool.

    A venue without a pool follows the pools, unknown, where the book names pools and holds or trades something there.
    """
    pools = tuple(_margin(view, pool, legs * pool.home, paid) for pool in view.pools)
    touched = (view.held + legs != 0.0) | (view.working != 0.0)
    missing = (venue for venue, rows in without_pool(view.portfolio, view.table).items() if touched[rows].any())
    return (*pools, *(_no_pool(venue) for venue in missing))


def _no_pool(venue: str) -> PoolMargin:
    return PoolMargin(
        pool=venue, venue=venue, equity_usd=0.0, initial_usd=None, maintenance_usd=None, margin_use_pct=None,
        liquidation_price=None, liquidation_distance_pct=None,
        unknown=(f"no pool on {venue}: what is held there has no known margin",),
    )  # fmt: skip


def _margin(view: BookView, pool: PoolBook, legs: Floats, paid: Paid) -> PoolMargin:
    rows = [int(row) for row in np.flatnonzero(legs)]
    traded = {view.table.instruments[row].venue for row in rows}
    venues = tuple(sorted({*pool.venues, *traded}))
    cost = sum(paid.get(venue, 0.0) for venue in traded) if isinstance(paid, Mapping) else paid
    equity = pool.equity_usd(view.index) - (cost if rows else 0.0)
    found = PoolMargin(
        pool=pool.name, venue=", ".join(venues), equity_usd=equity,
        initial_usd=None, maintenance_usd=None, margin_use_pct=None, liquidation_price=None,
        liquidation_distance_pct=None, unknown=_unknown(view, pool.contracts + legs, venues),
    )  # fmt: skip
    return _reported(view, pool, legs, found) if found.unknown else _ruled(view, pool, legs, found)


def _unknown(view: BookView, contracts: Floats, venues: tuple[str, ...]) -> tuple[str, ...]:
    if len(venues) > 1:
        return (f"margin: one lump of equity over {', '.join(venues)}; say in `pools` which venue holds what",)
    without = (contracts != 0.0) & ~view.table.margin_ruled
    if not without.any():
        return ()
    options = int((without & view.table.kinds[Kind.OPTION]).sum())
    counted = [f"margin rule of {options} option positions on {', '.join(venues)}"] if options else []
    others = np.flatnonzero(without & ~view.table.kinds[Kind.OPTION])
    return (*counted, *(f"margin tiers of {view.table.instruments[int(row)].symbol}" for row in others))


def _ruled(view: BookView, pool: PoolBook, legs: Floats, found: PoolMargin) -> PoolMargin:
    lines = _lines(view, pool.contracts + legs)
    initial = sum(line.margin.initial for line in lines)
    maintenance = sum(line.margin.maintenance for line in lines)
    near = nearest_liquidation(view, pool.equity, found.equity_usd, maintenance, lines)
    return replace(
        _with_use(found, initial, maintenance),
        liquidation_price=near.price if near else None,
        liquidation_distance_pct=100.0 * near.distance if near else None,
    )


def _reported(view: BookView, pool: PoolBook, legs: Floats, found: PoolMargin) -> PoolMargin:
    """The venue's own figures, moved by the tiers of what is traded; unknown where either is missing."""
    change = _change(view, pool.contracts, legs)
    if change is None or not pool.reported_initial or not pool.reported_maintenance:
        return found
    initial = in_usd(pool.reported_initial, view.index) + change.initial
    maintenance = in_usd(pool.reported_maintenance, view.index) + change.maintenance
    distance = 0.0 if _spent(found.equity_usd, maintenance) else None
    return replace(_with_use(found, initial, maintenance), liquidation_distance_pct=distance)


def _with_use(found: PoolMargin, initial: float, maintenance: float) -> PoolMargin:
    if found.equity_usd <= 0.0:
        spent = f"margin use of {found.pool}: its equity is {found.equity_usd:,.2f} USD"
        found = replace(found, unknown=(*found.unknown, spent))
    use = 100.0 * initial / found.equity_usd if found.equity_usd > 0.0 else None
    return replace(found, initial_usd=initial, maintenance_usd=maintenance, margin_use_pct=use)


def _change(view: BookView, contracts: Floats, legs: Floats) -> Margin | None:
    before, after = _lines(view, contracts, legs != 0.0), _lines(view, contracts + legs, legs != 0.0)
    if any(not has_margin_rule(line.listed) for line in (*before, *after)):
        return None
    sides = [(line.margin, 1.0) for line in after] + [(line.margin, -1.0) for line in before]
    return Margin(
        sum(sign * margin.initial for margin, sign in sides),
        sum(sign * margin.maintenance for margin, sign in sides),
        0.0,
    )


def _lines(view: BookView, contracts: Floats, only: "Floats | bool" = True) -> list[_Line]:
    lines: list[_Line] = []
    for row in (int(found) for found in np.flatnonzero((contracts != 0.0) & only)):
        listed, held = view.table.instruments[row], float(contracts[row])
        notional = abs(held) * float(view.table.notional_usd[row])
        margin = tier_margin(listed, notional) if has_margin_rule(listed) else Margin(0.0, 0.0, 0.0)
        lines.append(_Line(row, listed, held, notional, margin))
    return lines


def nearest_liquidation(
    view: BookView, equity: Mapping[str, float], equity_usd: float, maintenance: float, lines: list[_Line]
) -> Liquidation | None:
    """The coin whose move liquidates a pool soonest, others standing still; None where no move can.

    Seen in USD, everything a pool of spot, linear and inverse contracts holds is linear in a coin's relative move x:
    equity + x * delta = maintenance + x * (maintenance of what is sized in coin).
    A pool with no more equity than maintenance is there already: distance 0, at the mark of what moves it most.
    """
    marks, slopes = _moves(view, equity, lines)
    if _spent(equity_usd, maintenance):
        most = max(slopes, key=lambda coin: abs(slopes[coin]), default=None)
        return Liquidation(marks[most] if most is not None else None, 0.0)
    found: list[Liquidation] = []
    for coin, slope in slopes.items():
        move = -(equity_usd - maintenance) / slope if slope else -np.inf
        if move > -1.0:
            found.append(Liquidation(marks[coin] * (1.0 + move), abs(move)))
    return min(found, key=lambda near: near.distance, default=None)


def _spent(equity_usd: float, maintenance: float) -> bool:
    """Whether a pool is liquidated where it stands; an empty pool that carries nothing is not."""
    return equity_usd <= maintenance and (maintenance > 0.0 or equity_usd < 0.0)


def _moves(
    view: BookView, equity: Mapping[str, float], lines: list[_Line]
) -> tuple[dict[str, float], dict[str, float]]:
    """The mark of every coin that a pool holds or is collateralised in, and USD of surplus per 100 % that it moves."""
    owned = {coin: amount for coin, amount in equity.items() if amount and coin not in DOLLARS}
    marks: dict[str, float] = {}
    slopes: dict[str, float] = {}
    for coin in sorted({line.listed.base for line in lines} | set(owned)):
        mine = [line for line in lines if line.listed.base == coin]
        delta = sum(line.contracts * float(view.table.delta[line.row]) for line in mine) + owned.get(coin, 0.0)
        growing = sum(line.margin.rate * line.notional for line in mine if not is_inverse_linear(line.listed))
        marks[coin] = float(view.table.price[mine[0].row]) if mine else view.index[coin]
        slopes[coin] = delta * view.index[coin] - growing
    return marks, slopes
