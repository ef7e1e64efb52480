"""Margin, liquidation and their distance, pool by pool. What a pool's rules leave unknown is said, never guessed."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from oracle_core.domain.exposure import PoolMargin
from oracle_core.domain.instrument import DOLLARS
from oracle_core.pricing.contracts import Floats
from oracle_core.pricing.margin import Margin, has_margin_rule, line_margin
from oracle_core.risk.nearest_zero import nearest_zero
from oracle_core.risk.pool_curve import Curve, coin_curve
from oracle_core.risk.pool_rules import Rule, beyond_largest, pool_rule, without_rule
from oracle_core.risk.pools import PoolBook, in_usd, without_pool
from oracle_core.risk.view import BookView


class Liquidation(NamedTuple):
    """The price of a coin at which a pool is liquidated (None where it holds none), and its distance as a share."""

    price: float | None
    distance: float


class Needs(NamedTuple):
    """A pool's margin in USD by its rule, and the equity that does not count against it."""

    initial: float
    maintenance: float
    pledged: float


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
    contracts = pool.contracts + legs
    found = PoolMargin(
        pool=pool.name, venue=", ".join(venues), equity_usd=equity,
        initial_usd=None, maintenance_usd=None, margin_use_pct=None, liquidation_price=None,
        liquidation_distance_pct=None, unknown=without_rule(view, pool, contracts, venues),
        gross_usd=float(np.abs(contracts * view.table.net_transaction_delta) @ view.table.index),
        collateral_ratio_pct_min=pool.collateral_ratio_pct_min,
    )  # fmt: skip
    return _reported(view, pool, legs, found) if found.unknown else _ruled(view, pool, legs, found)


def _ruled(view: BookView, pool: PoolBook, legs: Floats, found: PoolMargin) -> PoolMargin:
    rule, contracts = pool_rule(pool), pool.contracts + legs
    curves = pool_curves(view, pool, contracts)
    needs = pool_needs(curves)
    anchored, rules = _anchored(view, pool, rule), rule.value
    if anchored is not None:
        needs = Needs(needs.initial + anchored.initial, needs.maintenance + anchored.maintenance, needs.pledged)
        rules = f"the venue's own figures, changed by {rule.value}"
    near = nearest_liquidation(curves, found.equity_usd, needs)
    found = replace(found, unknown=beyond_largest(view, contracts))
    return replace(
        _with_use(found, needs.initial, needs.maintenance),
        liquidation_price=near.price if near else None,
        liquidation_distance_pct=100.0 * near.distance if near else None,
        rules=(rules,) if contracts.any() else (),
    )


def pool_curves(view: BookView, pool: PoolBook, contracts: Floats) -> tuple[Curve, ...]:
    """A curve for every coin that the pool holds, trades or is collateralised in; see `coin_curve`."""
    rule = pool_rule(pool)
    owned = {coin: amount for coin, amount in pool.equity.items() if amount and coin not in DOLLARS}
    touched = {coin for coin, rows in view.rows.items() if contracts[rows].any()} | set(owned)
    return tuple(coin_curve(view, rule, contracts, coin, owned.get(coin, 0.0)) for coin in sorted(touched))


def pool_needs(curves: Sequence[Curve]) -> Needs:
    """What the coins of a pool need together, at present prices."""
    return Needs(
        sum(curve.initial for curve in curves),
        sum(curve.now(curve.maintenance) for curve in curves),
        sum(curve.now(curve.pledged) for curve in curves),
    )


def _anchored(view: BookView, pool: PoolBook, rule: Rule) -> Margin | None:
    """What the venue says of its own margin beyond what the rule makes of it; None where it says nothing.

    Tiers are the venue's rule to the letter; for options a venue knows more than its published formula tells.
    """
    options = bool((pool.contracts != 0.0) @ ~view.table.margin_ruled)
    if not pool.reported_initial or not pool.reported_maintenance or not (options or rule is Rule.PORTFOLIO):
        return None
    needs = pool_needs(pool_curves(view, pool, pool.contracts))
    return Margin(
        in_usd(pool.reported_initial, view.index) - needs.initial,
        in_usd(pool.reported_maintenance, view.index) - needs.maintenance,
        0.0,
    )


def _reported(view: BookView, pool: PoolBook, legs: Floats, found: PoolMargin) -> PoolMargin:
    """The venue's own figures, moved by the tiers of what is traded; unknown where either is missing."""
    change = _change(view, pool.contracts, legs)
    if change is None or not pool.reported_initial or not pool.reported_maintenance:
        return found
    initial = in_usd(pool.reported_initial, view.index) + change.initial
    maintenance = in_usd(pool.reported_maintenance, view.index) + change.maintenance
    spent = _spent(found.equity_usd - maintenance, maintenance, found.equity_usd)
    return replace(_with_use(found, initial, maintenance), liquidation_distance_pct=0.0 if spent else None)


def _with_use(found: PoolMargin, initial: float, maintenance: float) -> PoolMargin:
    if found.equity_usd <= 0.0:
        spent = f"margin use of {found.pool}: its equity is {found.equity_usd:,.2f} USD"
        found = replace(found, unknown=(*found.unknown, spent))
    use = 100.0 * initial / found.equity_usd if found.equity_usd > 0.0 else None
    return replace(found, initial_usd=initial, maintenance_usd=maintenance, margin_use_pct=use)


def _change(view: BookView, contracts: Floats, legs: Floats) -> Margin | None:
    """Margin of what is traded after less before; None where one of it has no rule."""
    initial = maintenance = 0.0
    for row in (int(found) for found in np.flatnonzero(legs)):
        listed = view.table.instruments[row]
        if not has_margin_rule(listed):
            return None
        for sign, size in ((1.0, float(contracts[row] + legs[row])), (-1.0, float(contracts[row]))):
            margin = line_margin(listed, size, abs(size) * float(view.table.notional_usd[row]))
            initial, maintenance = initial + sign * margin.initial, maintenance + sign * margin.maintenance
    return Margin(initial, maintenance, 0.0)


def nearest_liquidation(curves: Sequence[Curve], equity_usd: float, needs: Needs) -> Liquidation | None:
    """The coin whose move liquidates a pool soonest, others standing still; None where no move can.

    A pool with no more equity than maintenance is there already: distance 0, at the mark of what moves it most.
    """
    surplus = equity_usd - needs.pledged - needs.maintenance
    if _spent(surplus, needs.maintenance, equity_usd):
        most = max(curves, key=_steepness, default=None)
        return Liquidation(most.mark if most is not None else None, 0.0)
    found: list[Liquidation] = []
    for curve in curves if surplus > 0.0 else ():
        left = surplus + curve.equity - curve.pledged - curve.maintenance
        left += curve.now(curve.pledged) + curve.now(curve.maintenance)
        move = nearest_zero(curve.moves, left, straight=curve.kinked)
        if move is not None:
            found.append(Liquidation(curve.mark * (1.0 + move), abs(move)))
    return min(found, key=lambda near: near.distance, default=None)


def _steepness(curve: Curve) -> float:
    """USD of surplus per 100 % that the coin moves from where it is."""
    left = curve.equity - curve.pledged - curve.maintenance
    here = int(np.argmin(np.abs(curve.moves)))
    return abs(float((left[here + 1] - left[here]) / (curve.moves[here + 1] - curve.moves[here])))


def _spent(surplus: float, maintenance: float, equity_usd: float) -> bool:
    """Whether a pool is liquidated where it stands; an empty pool that carries nothing is not."""
    return surplus <= 0.0 and (maintenance > 0.0 or equity_usd < 0.0)
