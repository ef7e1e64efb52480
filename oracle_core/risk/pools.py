"""Which margin pool carries what: the book's own pools, or the whole account where it names none."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from oracle_core.domain.booking import Booking, booking
from oracle_core.domain.instrument import DOLLARS, Kind
from oracle_core.domain.portfolio import DEFAULT_POOL, MarginModel, MarginPool, Portfolio, Position
from oracle_core.pricing.contracts import ContractTable, Floats

_Homes = tuple[Booking, list[str | None]]
"""Where positions belong, and the pool that trades in each row are booked to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolBook:
    """One pool and the signed contracts it carries by row, shape (n,); `home` marks the rows whose trades go here.

    model: None where the book names no pools.  equity: units per currency.  reported_initial, reported_maintenance:
    per currency, as the venue says.  silent: currencies that carry a position and lack one of the two.
    """

    name: str
    model: MarginModel | None
    venues: tuple[str, ...]
    equity: dict[str, float]
    reported_initial: dict[str, float]
    reported_maintenance: dict[str, float]
    contracts: Floats
    home: NDArray[np.bool_]
    silent: tuple[str, ...] = ()
    collateral_ratio_pct_min: float | None = None

    def equity_usd(self, index: Mapping[str, float]) -> float:
        """Equity in USD at the coins' index prices; a dollar stablecoin counts as one dollar."""
        return in_usd(self.equity, index)


def in_usd(amounts: Mapping[str, float], index: Mapping[str, float]) -> float:
    """USD of amounts per currency: a dollar counts as one, a coin at its index.

    Raises: KeyError: a coin has no index; `view_book` gives one to every coin that a pool holds.
    """
    return sum(
        amount * (1.0 if currency in DOLLARS else index[currency]) for currency, amount in amounts.items() if amount
    )


def without_pool(portfolio: Portfolio, table: ContractTable) -> dict[str, NDArray[np.bool_]]:
    """The rows of each venue that has no pool in a book that names pools."""
    if not portfolio.pools:
        return {}
    missing = {listed.venue for listed in table.instruments} - {pool.venue for pool in portfolio.pools}
    return {venue: np.array([listed.venue == venue for listed in table.instruments]) for venue in sorted(missing)}


def pool_books(portfolio: Portfolio, table: ContractTable, working: Floats) -> tuple[PoolBook, ...]:
    """Place every position, working order and trade to come.

    A position without a pool belongs to the first pool of its venue; an order or a trade to the pool that holds that
    contract, to the first pool of its venue where none or several hold it.
    """
    if not portfolio.pools:
        everywhere = np.ones(len(table.instruments), dtype=bool)
        return (_account(portfolio, _contracts(table, portfolio.positions) + working, everywhere),)
    booked = booking(portfolio.pools, portfolio.positions)
    homes = [booked.trade(listed.id) for listed in table.instruments]
    return tuple(_pool(portfolio, pool, table, working, (booked, homes)) for pool in portfolio.pools)


def _account(portfolio: Portfolio, contracts: Floats, home: NDArray[np.bool_]) -> PoolBook:
    return PoolBook(
        name=DEFAULT_POOL, model=None, venues=portfolio.venues, equity=dict(portfolio.equity),
        reported_initial={}, reported_maintenance={}, contracts=contracts, home=home,
    )  # fmt: skip


def _pool(portfolio: Portfolio, pool: MarginPool, table: ContractTable, working: Floats, homes: _Homes) -> PoolBook:
    home = np.array([found == pool.id for found in homes[1]], dtype=bool)
    mine = tuple(held for held in portfolio.positions if homes[0].carries(held) == pool.id)
    contracts = _contracts(table, mine) + working * home
    return PoolBook(
        name=pool.id, model=pool.margin_model, venues=(pool.venue,),
        equity={currency: held.equity for currency, held in pool.currencies.items()},
        reported_initial=_reported(pool, "initial_margin"), reported_maintenance=_reported(pool, "maintenance_margin"),
        contracts=contracts, home=home, silent=_silent(pool, table, contracts),
        collateral_ratio_pct_min=pool.collateral_ratio_pct_min,
    )  # fmt: skip


def _reported(pool: MarginPool, field: str) -> dict[str, float]:
    found: dict[str, float | None] = {name: getattr(held, field) for name, held in pool.currencies.items()}
    return {name: amount for name, amount in found.items() if amount is not None}


def _silent(pool: MarginPool, table: ContractTable, contracts: Floats) -> tuple[str, ...]:
    """A dollar that the pool does not list is carried by those that it lists; a coin by nothing but itself."""
    carried = {table.instruments[int(row)] for row in np.flatnonzero(contracts)}
    settled = {listed.settle for listed in carried if listed.kind is not Kind.SPOT}
    dollars = DOLLARS & pool.currencies.keys()
    wanted = {
        currency
        for settle in settled
        for currency in (dollars if settle in DOLLARS and settle not in dollars and dollars else {settle})
    }
    return tuple(sorted(wanted - (_reported(pool, "initial_margin").keys() & _reported(pool, "maintenance_margin"))))


def _contracts(table: ContractTable, positions: tuple[Position, ...]) -> Floats:
    vector = np.zeros(len(table.instruments))
    for held in positions:
        vector[table.row[held.id]] += held.contracts
    return vector
