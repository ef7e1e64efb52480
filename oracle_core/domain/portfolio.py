"""What the desk holds: positions, equity, margin pools and working orders."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from oracle_core.domain.checks import aware, finite, positive, refuse
from oracle_core.domain.instrument import DOLLARS, InstrumentId
from oracle_core.errors import Fault, fault

DEFAULT_POOL = "account"


class Numeraire(StrEnum):
    """What the desk counts its wealth in: coin equity is delta in USD, and is not in coin."""

    USD = "USD"
    COIN = "coin"


class MarginModel(StrEnum):
    CROSS = "cross"
    ISOLATED = "isolated"
    STANDARD = "standard"
    PORTFOLIO = "portfolio"


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """A signed number of contracts of one instrument. `entry_price` may propose, it never ranks."""

    venue: str
    symbol: str
    contracts: float
    entry_price: float | None = None
    entry_iv: float | None = None
    opened_at: datetime | None = None
    strategy: str | None = None
    pool: str | None = None

    def __post_init__(self) -> None:
        name = f"position {self.venue} {self.symbol}"
        zero = [fault(name, "contracts", self.contracts, "a number other than 0")] if self.contracts == 0 else []
        refuse(
            finite(name, contracts=self.contracts, entry_price=self.entry_price),
            positive(name, entry_iv=self.entry_iv),
            aware(name, opened_at=self.opened_at),
            zero,
        )

    @property
    def id(self) -> InstrumentId:
        return InstrumentId(self.venue, self.symbol)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenOrder:
    """A working order: signed contracts still to fill. It counts in effective exposure."""

    venue: str
    symbol: str
    contracts: float
    price: float
    client_id: str | None = None

    def __post_init__(self) -> None:
        name = f"open order {self.venue} {self.symbol}"
        zero = [fault(name, "contracts", self.contracts, "a number other than 0")] if self.contracts == 0 else []
        refuse(finite(name, contracts=self.contracts), positive(name, price=self.price), zero)

    @property
    def id(self) -> InstrumentId:
        return InstrumentId(self.venue, self.symbol)


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolBalance:
    """One currency of a margin pool, in units of that currency, as the venue reports it."""

    balance: float
    equity: float
    initial_margin: float | None = None
    maintenance_margin: float | None = None

    def __post_init__(self) -> None:
        refuse(
            finite(
                "pool balance",
                balance=self.balance,
                equity=self.equity,
                initial_margin=self.initial_margin,
                maintenance_margin=self.maintenance_margin,
            )
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class MarginPool:
    """One venue account under one margin model: margin and liquidation belong here, not to the book.

    collateral_ratio_pct_min: equity over gross exposure in per cent that a vault or exchange on a chain asks for.
    """

    id: str
    venue: str
    margin_model: MarginModel
    currencies: Mapping[str, PoolBalance]
    subaccount: str | None = None
    reported: Mapping[str, float] | None = None
    collateral_ratio_pct_min: float | None = None

    def __post_init__(self) -> None:
        refuse(positive(f"pool {self.id}", collateral_ratio_pct_min=self.collateral_ratio_pct_min))


@dataclass(frozen=True, slots=True, kw_only=True)
class Portfolio:
    """One account. `equity` is what the venues report, in units of each currency, option value included.

    Raises: InputError: a position stands twice, equity is missing, or a position names an unknown pool.
    """

    name: str
    numeraire: Numeraire
    equity: Mapping[str, float]
    positions: tuple[Position, ...] = ()
    pools: tuple[MarginPool, ...] = ()
    open_orders: tuple[OpenOrder, ...] = ()

    def __post_init__(self) -> None:
        refuse(finite("account.equity", **self.equity), self._equity_faults(), self._twice(), self._pool_faults())

    def coin_equity(self, coin: str) -> float:
        """Equity held in a coin, in coins."""
        return self.equity.get(coin, 0.0)

    @property
    def dollar_equity(self) -> float:
        """Equity held in USD and dollar stablecoins, each counted as one dollar."""
        return sum(amount for currency, amount in self.equity.items() if currency in DOLLARS)

    @property
    def venues(self) -> tuple[str, ...]:
        """The venues where something is held or working, in order."""
        held = {position.venue for position in self.positions} | {order.venue for order in self.open_orders}
        return tuple(sorted(held))

    def _equity_faults(self) -> list[Fault]:
        if self.equity:
            return []
        return [fault(f"account {self.name}", "equity", "{}", "at least one currency, for example USD: 25000")]

    def _twice(self) -> list[Fault]:
        seen: set[tuple[str, str, str | None, str | None]] = set()
        faults: list[Fault] = []
        for number, held in enumerate(self.positions):
            key = (held.venue, held.symbol, held.pool, held.strategy)
            if key in seen:
                wanted = "one position per venue, symbol, pool and strategy"
                faults.append(fault(f"account {self.name}", f"positions[{number}]", str(held.id), wanted))
            seen.add(key)
        named = [(order.venue, order.client_id) for order in self.open_orders]
        faults += [
            fault(f"account {self.name}", f"open_orders[{number}].client_id", client_id, "one order per venue and id")
            for number, (venue, client_id) in enumerate(named)
            if client_id is not None and (venue, client_id) in named[:number]
        ]
        return faults

    def _pool_faults(self) -> list[Fault]:
        known = {pool.id: pool.venue for pool in self.pools}
        name = f"account {self.name}"
        faults = [
            fault(name, f"positions[{number}].pool", held.pool, f"one of the pools {sorted(known)}")
            for number, held in enumerate(self.positions)
            if held.pool is not None and held.pool not in known
        ]
        faults += [
            fault(
                name,
                f"positions[{number}].pool",
                held.pool,
                f"a pool on {held.venue}; this one is on {known[held.pool]}",
            )
            for number, held in enumerate(self.positions)
            if held.pool in known and known[held.pool] != held.venue
        ]
        if len(known) != len(self.pools):
            faults.append(fault(name, "pools", [pool.id for pool in self.pools], "pools with different ids"))
        return faults
