"""`oracle.book/1`: the account, its positions, pools and working orders, as JSON or CSV."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from oracle_core.domain.canonical import canonical_json
from oracle_core.domain.instrument import DOLLARS
from oracle_core.domain.portfolio import (
    MarginModel,
    MarginPool,
    Numeraire,
    OpenOrder,
    PoolBalance,
    Portfolio,
    Position,
)
from oracle_core.domain.symbols import unified
from oracle_core.errors import Fault, InputError, fault
from oracle_core.strict_json import (
    Moment,
    Name,
    StrictModel,
    nearest,
    parse_json,
    read_bytes,
    repeated,
    rows_of,
    sound,
    text_of,
)
from oracle_core.venues.position_table import read_positions
from oracle_core.venues.writing import row

SCHEMA = "oracle.book/1"
Currency = Annotated[str, Field(pattern=r"^[A-Z0-9]{2,20}$")]


class PositionRow(StrictModel):
    """A signed number of contracts of one instrument."""

    venue: Name
    symbol: Name
    contracts: float
    entry_price: float | None = None
    entry_iv: float | None = None
    opened_at: Moment | None = None
    strategy: Name | None = None
    pool: Name | None = None

    @cached_property
    def domain(self) -> Position:
        symbol = unified(self.venue, self.symbol)
        return Position(
            venue=self.venue,
            symbol=symbol,
            contracts=self.contracts,
            entry_price=self.entry_price,
            entry_iv=self.entry_iv,
            opened_at=self.opened_at,
            strategy=self.strategy,
            pool=self.pool,
        )

    @model_validator(mode="after")
    def _sound(self) -> Self:
        sound(lambda: self.domain)
        return self


class OrderRow(StrictModel):
    """A working order: signed contracts still to fill."""

    venue: Name
    symbol: Name
    contracts: float
    price: float
    client_id: Name | None = None

    @cached_property
    def domain(self) -> OpenOrder:
        symbol = unified(self.venue, self.symbol)
        return OpenOrder(
            venue=self.venue, symbol=symbol, contracts=self.contracts, price=self.price, client_id=self.client_id
        )

    @model_validator(mode="after")
    def _sound(self) -> Self:
        sound(lambda: self.domain)
        return self


class BalanceRow(StrictModel):
    """One currency of a pool, in units of that currency."""

    balance: float
    equity: float
    initial_margin: float | None = None
    maintenance_margin: float | None = None

    def domain(self) -> PoolBalance:
        return PoolBalance(
            balance=self.balance,
            equity=self.equity,
            initial_margin=self.initial_margin,
            maintenance_margin=self.maintenance_margin,
        )


class PoolRow(StrictModel):
    """One venue account under one margin model; `reported` holds the venue's own figures."""

    id: Name
    venue: Name
    margin_model: MarginModel
    currencies: dict[Currency, BalanceRow]
    subaccount: Name | None = None
    reported: dict[str, float] | None = None
    collateral_ratio_pct_min: Annotated[float, Field(gt=0.0, le=100_000.0)] | None = None
    """Equity over gross exposure in per cent that a vault or exchange on a chain asks for; below it only reduce."""

    def domain(self) -> MarginPool:
        currencies = {name: row.domain() for name, row in self.currencies.items()}
        return MarginPool(
            id=self.id,
            venue=self.venue,
            margin_model=self.margin_model,
            currencies=currencies,
            subaccount=self.subaccount,
            reported=self.reported,
            collateral_ratio_pct_min=self.collateral_ratio_pct_min,
        )


class AccountRow(StrictModel):
    """Whose book it is; equity as the venues report it, in units of each currency."""

    name: Name
    numeraire: Numeraire
    equity: Annotated[dict[Currency, float], Field(min_length=1)]


class BookFile(StrictModel):
    """What the desk holds, and what wealth is counted in."""

    schema_name: Literal["oracle.book/1"] = Field(alias="schema")
    account: AccountRow
    positions: tuple[PositionRow, ...]
    pools: tuple[PoolRow, ...] = ()
    open_orders: tuple[OrderRow, ...] = ()

    def domain(self) -> Portfolio:
        return Portfolio(
            name=self.account.name,
            numeraire=self.account.numeraire,
            equity=self.account.equity,
            positions=tuple(row.domain for row in self.positions),
            pools=tuple(row.domain() for row in self.pools),
            open_orders=tuple(row.domain for row in self.open_orders),
        )


def read_book(
    path: Path, *, equity: Mapping[str, float] | None = None, numeraire: Numeraire | None = None
) -> Portfolio:
    """The book in a JSON or CSV file. `equity` and `numeraire`, where given, stand in place of the file's own.

    Raises: InputError: the file cannot be read or breaks the contract; all faults at once.
    """
    return parse_book(read_bytes(path), str(path), equity=equity, numeraire=numeraire)


def parse_book(
    data: bytes, source: str, *, equity: Mapping[str, float] | None = None, numeraire: Numeraire | None = None
) -> Portfolio:
    """The book in the text of a file; a `source` that ends in `.csv` is a table of positions.

    Raises: InputError: the text breaks the contract; all faults at once.
    """
    if source.lower().endswith(".csv"):
        return _parse_table(data, source, equity, numeraire)
    book = _parse_json(data, source)
    return replace(book, equity=equity or book.equity, numeraire=numeraire or book.numeraire)


def book_json(portfolio: Portfolio) -> bytes:
    """The book as canonical `oracle.book/1`; reading it gives the same portfolio again."""
    account = {"name": portfolio.name, "numeraire": portfolio.numeraire, "equity": portfolio.equity}
    book = {
        "schema": SCHEMA,
        "account": account,
        "positions": [row(held) for held in portfolio.positions],
        "pools": [_pool(pool) for pool in portfolio.pools],
        "open_orders": [row(order) for order in portfolio.open_orders],
    }
    return canonical_json(book)


def _pool(pool: MarginPool) -> dict[str, object]:
    return {**row(pool), "currencies": {currency: row(held) for currency, held in pool.currencies.items()}}


def _parse_json(data: bytes, source: str) -> Portfolio:
    book = parse_json(data, source, BookFile, checks=(_cross_faults,))
    try:
        return book.domain()
    except InputError as error:
        raise InputError([fault(source, found.field, found.value, found.expected) for found in error.faults]) from error


def _parse_table(
    data: bytes, source: str, equity: Mapping[str, float] | None, numeraire: Numeraire | None
) -> Portfolio:
    table = read_positions(data, source)
    faults = [*table.faults, *_option_faults(equity, numeraire)]
    account = {"name": Path(source).stem, "numeraire": numeraire or Numeraire.USD, "equity": equity or {"USD": 0.0}}
    book = {"schema": SCHEMA, "account": account, "positions": table.rows}
    try:
        found = _parse_json(json.dumps(book).encode(), source)
    except InputError as error:
        faults += [table.on_line(wrong) for wrong in error.faults]
        raise InputError(faults) from error
    if faults:
        raise InputError(faults)
    return found


def _option_faults(equity: Mapping[str, float] | None, numeraire: Numeraire | None) -> list[Fault]:
    """A table of positions says nothing of the account: the command line has to."""
    faults: list[Fault] = []
    if not equity:
        faults.append(fault("--equity", "", "absent", "the account's equity, like `--equity USD=25000`"))
    elif numeraire is None and not DOLLARS.issuperset(equity):
        faults.append(fault("--numeraire", "", "absent", "`USD` or `coin`, since coin equity is delta only in USD"))
    return faults


def _cross_faults(tree: object, source: str) -> Iterator[Fault]:
    """What no single row shows. Read from the plain tree, so that it is found beside faults in the rows."""
    positions, pools = rows_of(tree, "positions"), rows_of(tree, "pools")
    for place in repeated((place, _key(held)) for place, held in positions):
        wanted = "one position per venue, symbol, pool and strategy"
        yield fault(source, f"positions[{place}]", " ".join(_key(dict(positions)[place]) or ()), wanted)
    for place in repeated((place, text_of(pool, "id")) for place, pool in pools):
        yield fault(source, f"pools[{place}].id", str(dict(pools)[place]["id"]), "one pool of each id")
    known = {name[0] for _, pool in pools if (name := text_of(pool, "id"))}
    for place, held in positions:
        pool = held.get("pool")
        if isinstance(pool, str) and pool not in known:
            yield fault(source, f"positions[{place}].pool", pool, _listed(pool, known))


def _listed(pool: str, known: set[str]) -> str:
    return f"a listed pool, {nearest(pool, known)}" if known else "no pool, since the book lists none"


def _key(held: Mapping[str, object]) -> tuple[str, ...] | None:
    named = text_of(held, "venue", "symbol")
    if named is None:
        return None
    owner = (str(held[name]) for name in ("pool", "strategy") if held.get(name) is not None)
    return (named[0], unified(*named), *owner)
