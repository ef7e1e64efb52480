"""Exposure per coin in desk units, of the whole book or of any slice of it."""

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from oracle_core.domain.exposure import Exposure
from oracle_core.domain.instrument import Instrument, Kind
from oracle_core.pricing.carry import funding_usd_per_hour
from oracle_core.pricing.contracts import Floats
from oracle_core.risk.view import BookView

HOURS_A_DAY = 24.0
DAYS_A_YEAR = 365.0
TENORS = ((2.0, "to 2 d"), (7.0, "to 7 d"), (30.0, "to 30 d"), (90.0, "to 90 d"), (180.0, "to 180 d"))
"""Days to expiry up to which a contract belongs to a tenor."""


def exposures(view: BookView, contracts: Floats, *, collateral: bool = True) -> tuple[Exposure, ...]:
    """Exposure of signed contracts (by row of the table, shape (n,)) per coin."""
    return tuple(_exposure(view, contracts, coin, collateral=collateral) for coin in view.coins)


def held_exposures(view: BookView) -> tuple[Exposure, ...]:
    """Exposure of what is held, per coin, with the delta of working orders told apart."""
    return with_working(view, exposures(view, view.held))


def with_working(view: BookView, found: tuple[Exposure, ...]) -> tuple[Exposure, ...]:
    """The same exposures, each with the delta of its coin's working orders beside it."""
    delta = view.table.net_transaction_delta
    return tuple(
        replace(item, working_delta=float(view.working[view.rows[item.coin]] @ delta[view.rows[item.coin]]))
        for item in found
    )


def exposure_slices(view: BookView) -> dict[str, dict[str, tuple[Exposure, ...]]]:
    """The held book per venue, pool, expiry, tenor and position; collateral is the account's, so no slice counts it."""
    positions = view.portfolio.positions
    rows = [view.table.row[held.id] for held in positions]
    listed = [view.table.instruments[row] for row in rows]
    names: Mapping[str, Callable[[int], str]] = {
        "venue": lambda n: positions[n].venue,
        "pool": lambda n: positions[n].pool or "account",
        "expiry": lambda n: _expiry(listed[n]),
        "tenor": lambda n: _tenor(float(view.table.years[rows[n]]), dated=listed[n].expiry is not None),
        "position": lambda n: f"{positions[n].venue} {positions[n].symbol}",
    }
    return {by: _grouped(view, [name(n) for n in range(len(positions))]) for by, name in names.items()}


def _grouped(view: BookView, labels: list[str]) -> dict[str, tuple[Exposure, ...]]:
    parts: dict[str, Floats] = {}
    for label, held in zip(labels, view.portfolio.positions, strict=True):
        vector = parts.setdefault(label, np.zeros(len(view.table.instruments)))
        vector[view.table.row[held.id]] += held.contracts
    return {
        label: tuple(
            found
            for found in exposures(view, vector, collateral=False)
            if vector[view.rows[found.coin]].any()
        )
        for label, vector in sorted(parts.items())
    }  # fmt: skip


def _expiry(listed: Instrument) -> str:
    return "none" if listed.expiry is None else listed.expiry.date().isoformat()


def _tenor(years: float, *, dated: bool) -> str:
    """A dated contract's days to expiry, in the stretches that desks speak of."""
    if not dated:
        return "none"
    days = years * DAYS_A_YEAR
    return next((name for most, name in TENORS if days <= most), "over 180 d")


def _exposure(view: BookView, contracts: Floats, coin: str, *, collateral: bool) -> Exposure:
    table, index, rows = view.table, view.index[coin], view.rows[coin]
    held = {kind: contracts[rows] * table.kinds[kind][rows] for kind in Kind}

    def of(unit: Floats, kind: Kind) -> float:
        return float(held[kind] @ unit[rows])

    transaction = of(table.net_transaction_delta, Kind.OPTION)
    linear = {kind: of(table.delta, kind) for kind in (Kind.PERPETUAL, Kind.FUTURE, Kind.SPOT)}
    owned = view.collateral(coin) if collateral else 0.0
    net = owned + transaction + sum(linear.values())
    return Exposure(
        coin=coin,
        options_delta=of(table.delta, Kind.OPTION),
        net_transaction_delta=transaction,
        perpetual_delta=linear[Kind.PERPETUAL],
        future_delta=linear[Kind.FUTURE],
        spot_delta=linear[Kind.SPOT],
        collateral_delta=owned,
        net_delta=net,
        delta_usd=net * index,
        gamma_1pct_usd=of(table.gamma, Kind.OPTION) * index * index / 100.0,
        vega_usd_per_point=of(table.vega, Kind.OPTION) / 100.0,
        theta_usd_per_day=of(table.theta, Kind.OPTION) / DAYS_A_YEAR,
        funding_usd_per_day=_funding_per_day(view, contracts, rows),
    )


def _funding_per_day(view: BookView, contracts: Floats, rows: NDArray[np.intp]) -> float | None:
    total = 0.0
    perpetual = view.table.kinds[Kind.PERPETUAL][rows] & (contracts[rows] != 0.0)
    for row in (int(found) for found in rows[perpetual]):
        notional = float(contracts[row] * view.table.notional_usd[row])
        rate = funding_usd_per_hour(view.market.quotes[view.table.instruments[row].id], notional)
        if rate is None:
            return None
        total += HOURS_A_DAY * rate
    return total
