"""From an opening book and its fills to the book of now, in sums that are exact and do not depend on their order.

Equity is what a venue would report: option value and unrealised P&L are in it. So a fill at price p moves it only by
the fee and by (mark - p) · size, and from then on it moves with the marks, as every holding does from the mark of the
opening. Only spot is paid in full, where the desk counts USD: both currencies move, and no position is left. (A desk
that counts coin does not see coin equity as delta, so there a spot trade stays a position.)
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import NamedTuple

from oracle_core.domain.booking import booking
from oracle_core.domain.instrument import DOLLARS, Instrument, InstrumentId, Kind
from oracle_core.domain.portfolio import MarginPool, Numeraire, PoolBalance, Portfolio, Position
from oracle_core.errors import InputError, fault
from oracle_core.journal.fills import FillLine
from oracle_core.journal.holdings import exact, move
from oracle_core.pricing.costs import gain_in_settle


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """A contract held at the opening and its mark then, in the venue's unit."""

    instrument: Instrument
    mark: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """A book at the moment its paper account was opened, with the mark of everything it held.

    Raises: InputError: a position has no mark.
    """

    book: Portfolio
    holdings: tuple[Holding, ...]

    def __post_init__(self) -> None:
        marked = {item.instrument.id for item in self.holdings}
        missing = [held.id for held in self.book.positions if held.id not in marked]
        if missing:
            raise InputError([fault("account", "holdings", str(key), "a mark of what is held") for key in missing])


class Payment(NamedTuple):
    """What a pool (None: the account only) gains in a currency: in equity, and in cash."""

    pool: str | None
    currency: str
    equity: Decimal
    cash: Decimal


def fold(opening: Opening, lines: Sequence[FillLine], marks: Mapping[InstrumentId, float]) -> Portfolio:
    """The book after the fills, at `marks`; what these leave out counts at the last mark that is recorded."""
    recorded = {item.instrument.id: item.mark for item in opening.holdings}
    recorded |= {line.fill.id: line.mark for line in lines}
    counted = {key: marks.get(key, mark) for key, mark in recorded.items()}
    positions, realised, homes = _positions(opening, lines)
    payments = [*_held(opening, counted), *_filled(opening, lines, counted, homes), *realised]
    book = opening.book
    return replace(
        book, positions=positions, equity=_summed(book.equity, payments),
        pools=tuple(_pool(pool, payments) for pool in book.pools),
    )  # fmt: skip


def _held(opening: Opening, marks: Mapping[InstrumentId, float]) -> Iterator[Payment]:
    """What the positions of the opening gained since."""
    terms = {item.instrument.id: item for item in opening.holdings}
    booked = booking(opening.book.pools, ())
    for held in opening.book.positions:
        listed, then = terms[held.id].instrument, terms[held.id].mark
        gain = exact(gain_in_settle(listed, held.contracts, then, marks[held.id]))
        yield Payment(booked.carries(held), listed.settle, gain, Decimal(0))


def _filled(
    opening: Opening, lines: Iterable[FillLine], marks: Mapping[InstrumentId, float], homes: Iterable[str | None]
) -> Iterator[Payment]:
    """What every fill cost its pool and gained it since."""
    for line, pool in zip(lines, homes, strict=True):
        fill, listed, fee = line.fill, line.instrument, exact(line.fill.fee)
        yield Payment(pool, fill.fee_currency, -fee, -fee)
        if _is_swap(opening, line):
            bought = fill.contracts * exact(listed.contract_size)
            paid = bought * exact(fill.price)
            yield Payment(pool, listed.base, bought, bought)
            yield Payment(pool, listed.quote, -paid, -paid)
            continue
        gain = exact(gain_in_settle(listed, float(fill.contracts), fill.price, marks[fill.id]))
        premium = fill.contracts * exact(listed.contract_size) * exact(fill.price) if listed.is_option else Decimal(0)
        yield Payment(pool, listed.settle, gain, -premium)


def _positions(
    opening: Opening, lines: Iterable[FillLine]
) -> tuple[tuple[Position, ...], list[Payment], list[str | None]]:
    """The positions after the fills, what closing realised (cash, which equity has counted already), and the pool that
    each fill is booked to."""
    entries = {item.instrument.id: item.mark for item in opening.holdings}
    held = list(opening.book.positions)
    realised: list[Payment] = []
    homes: list[str | None] = []
    for line in lines:
        fill, home = line.fill, booking(opening.book.pools, held).trade(line.fill.id)
        homes.append(home)
        if _is_swap(opening, line):
            continue
        row = _row(held, fill.id, home)
        found = None if row is None else held[row]
        moved = move(found, fill, line.instrument, entry=entries.get(fill.id, line.mark), pool=home)
        at = len(held) if row is None else row
        held[at : at + 1] = [] if moved.position is None else [moved.position]
        if not line.instrument.is_option:
            realised.append(Payment(home, line.instrument.settle, Decimal(0), moved.realised))
    return tuple(held), realised, homes


def _row(held: Sequence[Position], key: InstrumentId, home: str | None) -> int | None:
    """The position a fill belongs to: the only one of its contract, else the hedge's own, which has no strategy."""
    rows = [number for number, position in enumerate(held) if position.id == key]
    if len(rows) == 1:
        return rows[0]
    own = [number for number in rows if held[number].strategy is None and held[number].pool in (home, None)]
    return own[0] if own else None


def _is_swap(opening: Opening, line: FillLine) -> bool:
    spot = line.instrument.kind is Kind.SPOT and opening.book.numeraire is Numeraire.USD
    return spot and all(position.id != line.fill.id for position in opening.book.positions)


def _pool(pool: MarginPool, payments: Sequence[Payment]) -> MarginPool:
    """A pool after its payments. The margin figures it came with are of another book, and are dropped."""
    own = [payment for payment in payments if payment.pool == pool.id]
    if not any(payment.equity or payment.cash for payment in own):
        return pool
    equity = _summed({name: held.equity for name, held in pool.currencies.items()}, own)
    cash = [Payment(payment.pool, payment.currency, payment.cash, Decimal(0)) for payment in own]
    balance = _summed({name: held.balance for name, held in pool.currencies.items()}, cash)
    currencies = {name: PoolBalance(balance=balance[name], equity=equity[name]) for name in equity}
    return replace(pool, currencies=currencies, reported=None)


def _summed(start: Mapping[str, float], payments: Iterable[Payment]) -> dict[str, float]:
    totals = {name: exact(amount) for name, amount in start.items()}
    for payment in payments:
        name = _purse(payment.currency, start)
        totals[name] = totals.get(name, Decimal(0)) + payment.equity
    return {name: float(total) for name, total in totals.items()}


def _purse(currency: str, start: Mapping[str, float]) -> str:
    """The currency a payment is booked in: a dollar is a dollar, so one that the book counts already is used."""
    if currency in start or currency not in DOLLARS:
        return currency
    return next((name for name in start if name in DOLLARS), currency)
