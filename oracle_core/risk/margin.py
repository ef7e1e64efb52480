"""Margin, liquidation and their distance, pool by pool. What a pool's rules leave unknown is said, never guessed."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from oracle_core.domain.exposure import PoolMargin
from oracle_core.domain.instrument import DOLLARS
from oracle_core.pricing.contracts import Floats
from oracle_core.pricing.margin import Margin, has_margin_rule, line_margin
from oracle_core.risk.curve import Curve
from oracle_core.risk.nearest_zero import nearest_zero
from oracle_core.risk.pool_curve import coin_curve
from oracle_core.risk.pool_rules import Rule, beyond_largest, pool_rule, without_rule
from oracle_core.risk.pools import PoolBook
from oracle_core.risk.reported import carried, left_out, reported_margin, repriced, share_kept
from oracle_core.risk.view import BookView


class Liquidation(NamedTuple):
    """The coin and its price at which a pool is liquidated (None where it holds none), and its distance as a share."""

    coin: str | None
    price: float | None
    distance: float


class Needs(NamedTuple):
    """A pool's margin in USD, and the equity that does not count against it. ruled: maintenance by the rule alone."""

    initial: float
    maintenance: float
    pledged: float
    ruled: float

    def maintenance_at(self, ruled: Floats | float) -> Floats:
        """Maintenance margin in USD where prices make the rule's `ruled`."""
        return repriced(self.maintenance, self.ruled, ruled)


Paid = float | Mapping[str, float]
"""USD that a plan costs: per venue of its legs, or in one sum where all of them trade on one venue."""


def pool_margins(view: BookView, legs: Floats, paid: Paid = 0.0) -> tuple[PoolMargin, ...]:
    """Margin of every pool with `legs` (signed contracts by row) traded and their cost paid out of their own pool.

    Pools of one venue share what it costs there by the notional that each of them trades.
    A venue without a pool follows the pools, unknown, where the book names pools and holds or trades something there.
    """
    pools = tuple(
        _margin(view, pool, legs * pool.home, _cost(view, pool, legs, paid))
        if legs[pool.home].any()
        else _untouched(view, pool)
        for pool in view.pools
    )
    touched = (view.held + legs != 0.0) | (view.working != 0.0)
    missing = (venue for venue, rows in view.unpooled.items() if touched[rows].any())
    return (*pools, *(_no_pool(venue) for venue in missing))


def _no_pool(venue: str) -> PoolMargin:
    return PoolMargin(
        pool=venue, venue=venue, equity_usd=0.0, initial_usd=None, maintenance_usd=None, margin_use_pct=None,
        liquidation_price=None, liquidation_distance_pct=None,
        unknown=(f"no pool on {venue}: what is held there has no known margin",),
    )  # fmt: skip


def _untouched(view: BookView, pool: PoolBook) -> PoolMargin:
    """The margin of a pool in which nothing is traded, measured once for a view."""
    known = view.untouched.get(pool.name)
    if known is not None and known[0] is pool:
        return known[1]
    found = standing_margin(view, pool)
    view.untouched[pool.name] = (pool, found)
    return found


def standing_margin(view: BookView, pool: PoolBook) -> PoolMargin:
    """The margin of a pool as it stands."""
    return _margin(view, pool, np.zeros(len(view.table.instruments)), 0.0)


def _cost(view: BookView, pool: PoolBook, legs: Floats, paid: Paid) -> float:
    """USD that a pool pays of what a plan costs."""
    traded: dict[str, float] = {}
    mine: dict[str, float] = {}
    rows = np.flatnonzero(legs)
    notionals: list[float] = np.abs(legs[rows] * view.table.notional_usd[rows]).tolist()
    for row, notional, here in zip(rows.tolist(), notionals, pool.home[rows].tolist(), strict=True):
        place = view.table.instruments[row].venue if isinstance(paid, Mapping) else ""
        traded[place] = traded.get(place, 0.0) + notional
        if here:
            mine[place] = mine.get(place, 0.0) + notional
    costs = paid if isinstance(paid, Mapping) else {"": paid}
    return sum(costs.get(place, 0.0) * (notional / traded[place]) for place, notional in mine.items() if notional)


def _margin(view: BookView, pool: PoolBook, legs: Floats, cost: float) -> PoolMargin:
    rows = [int(row) for row in np.flatnonzero(legs)]
    traded = {view.table.instruments[row].venue for row in rows}
    venues = tuple(sorted({*pool.venues, *traded}))
    equity = pool.equity_usd(view.index) - cost
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
    rule, contracts = pool_rule(pool).value, pool.contracts + legs
    curves = pool_curves(view, pool, contracts)
    anchored = anchored_needs(view, pool, contracts, curves)
    needs = anchored or pool_needs(curves)
    rules = (f"the venue's own figures, changed by {rule}",) if anchored else (rule, *filter(None, [left_out(pool)]))
    near = nearest_liquidation(curves, found.equity_usd, needs)
    found = replace(found, unknown=beyond_largest(view, contracts))
    return replace(
        _with_use(found, needs.initial, needs.maintenance),
        liquidation_coin=near.coin if near else None,
        liquidation_price=near.price if near else None,
        liquidation_distance_pct=100.0 * near.distance if near else None,
        rules=rules if contracts.any() else (),
    )


def pool_curves(view: BookView, pool: PoolBook, contracts: Floats) -> tuple[Curve, ...]:
    """A curve for every coin that the pool holds, trades or is collateralised in; see `coin_curve`."""
    owned = {coin: amount for coin, amount in pool.equity.items() if amount and coin not in DOLLARS}
    touched = {coin for coin, rows in view.rows.items() if contracts[rows].any()} | set(owned)
    return tuple(_curve(view, pool, contracts, coin, owned.get(coin, 0.0)) for coin in sorted(touched))


def _curve(view: BookView, pool: PoolBook, contracts: Floats, coin: str, owned: float) -> Curve:
    """The curve of one coin; where the pool holds what it held before a plan, measured once for a view."""
    rule, rows = pool_rule(pool), view.rows[coin]
    if not np.array_equal(contracts[rows], pool.contracts[rows]):
        return coin_curve(view, rule, contracts, coin, owned)
    name = (pool.name, rule, coin, owned)
    known = view.curves.get(name)
    if known is None or known[0] is not pool.contracts:
        known = view.curves[name] = (pool.contracts, coin_curve(view, rule, contracts, coin, owned))
    return known[1]


def pool_needs(curves: Sequence[Curve]) -> Needs:
    """What the coins of a pool need together by its rule, at present prices."""
    maintenance = sum(curve.now(curve.maintenance) for curve in curves)
    return Needs(
        sum(curve.initial for curve in curves), maintenance,
        sum(curve.now(curve.pledged) for curve in curves), maintenance,
    )  # fmt: skip


def anchored_needs(view: BookView, pool: PoolBook, contracts: Floats, curves: Sequence[Curve]) -> Needs | None:
    """What the venue says of its own margin, carried from the pool's positions to `contracts`, whose curves these are.

    None where it says nothing of all of them, or where the rule is the venue's to the letter: tiers are, but of options
    a venue knows more than its published formula tells.
    """
    said, rule = reported_margin(view, pool), pool_rule(pool)
    options = bool((pool.contracts != 0.0) @ ~view.table.margin_ruled)
    if said is None or not (options or rule is Rule.PORTFOLIO):
        return None
    if without_rule(view, pool, pool.contracts, pool.venues):
        return None
    was = pool_needs(pool_curves(view, pool, pool.contracts))
    now = pool_needs(curves)
    kept = share_kept(view, pool.contracts, contracts)
    initial, maintenance = (
        carried(figure if before > 0.0 else figure * kept, before, after)
        for figure, before, after in (
            (said.initial, was.initial, now.initial), (said.maintenance, was.maintenance, now.maintenance),
        )
    )  # fmt: skip
    return Needs(initial, maintenance, now.pledged, now.ruled)


def _reported(view: BookView, pool: PoolBook, legs: Floats, found: PoolMargin) -> PoolMargin:
    """The venue's own figures, moved by the tiers of what is traded; unknown where either is missing."""
    said, tiers = reported_margin(view, pool), _tiers(view, pool.contracts, legs)
    if said is None or tiers is None:
        return replace(found, unknown=(*found.unknown, *filter(None, [left_out(pool)])))
    was, now = tiers
    # What a venue reports beyond the tiers belongs to what has no rule, and stays.
    initial, maintenance = (
        carried(min(figure, before), before, after) + max(figure - before, 0.0)
        for figure, before, after in (
            (said.initial, was.initial, now.initial), (said.maintenance, was.maintenance, now.maintenance),
        )
    )  # fmt: skip
    spent = _spent(found.equity_usd - maintenance, maintenance, found.equity_usd)
    return replace(_with_use(found, initial, maintenance), liquidation_distance_pct=0.0 if spent else None)


def _with_use(found: PoolMargin, initial: float, maintenance: float) -> PoolMargin:
    if found.equity_usd <= 0.0:
        spent = f"margin use of {found.pool}: its equity is {found.equity_usd:,.2f} USD"
        found = replace(found, unknown=(*found.unknown, spent))
    use = 100.0 * initial / found.equity_usd if found.equity_usd > 0.0 else None
    return replace(found, initial_usd=initial, maintenance_usd=maintenance, margin_use_pct=use)


def _tiers(view: BookView, contracts: Floats, legs: Floats) -> tuple[Margin, Margin] | None:
    """Margin of what has a rule, before and after; None where something is traded that has none."""
    rows = [int(found) for found in np.flatnonzero((contracts != 0.0) | (legs != 0.0))]
    ruled = [row for row in rows if has_margin_rule(view.table.instruments[row])]
    if any(legs[row] for row in set(rows) - set(ruled)):
        return None
    return _total(view, contracts, ruled), _total(view, contracts + legs, ruled)


def _total(view: BookView, contracts: Floats, rows: Sequence[int]) -> Margin:
    lines = [
        line_margin(view.table.instruments[row], size, abs(size) * float(view.table.notional_usd[row]))
        for row in rows
        if (size := float(contracts[row]))
    ]
    return Margin(sum(line.initial for line in lines), sum(line.maintenance for line in lines), 0.0)


def nearest_liquidation(curves: Sequence[Curve], equity_usd: float, needs: Needs) -> Liquidation | None:
    """The coin whose move liquidates a pool soonest, others standing still; None where no move can.

    A pool with no more equity than maintenance is there already: distance 0, at the mark of what moves it most.
    """
    surplus = equity_usd - needs.pledged - needs.maintenance
    if _spent(surplus, needs.maintenance, equity_usd):
        most = max(curves, key=_steepness, default=None)
        return Liquidation(*((most.coin, most.mark) if most is not None else (None, None)), 0.0)
    found: list[Liquidation] = []
    for curve in curves if surplus > 0.0 else ():
        ruled = needs.ruled + (curve.maintenance - curve.now(curve.maintenance))
        left = equity_usd - needs.pledged + curve.equity - (curve.pledged - curve.now(curve.pledged))
        left = left - needs.maintenance_at(ruled)
        move = nearest_zero(curve.moves, left, straight=curve.kinked)
        if move is not None:
            found.append(Liquidation(curve.coin, curve.mark * (1.0 + move), abs(move)))
    return min(found, key=lambda near: near.distance, default=None)


def _steepness(curve: Curve) -> float:
    """USD of surplus per 100 % that the coin moves from where it is."""
    left = curve.equity - curve.pledged - curve.maintenance
    here = int(np.argmin(np.abs(curve.moves)))
    return abs(float((left[here + 1] - left[here]) / (curve.moves[here + 1] - curve.moves[here])))


def _spent(surplus: float, maintenance: float, equity_usd: float) -> bool:
    """Whether a pool is liquidated where it stands; an empty pool that carries nothing is not."""
    return surplus <= 0.0 and (maintenance > 0.0 or equity_usd < 0.0)
