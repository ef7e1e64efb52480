"""A recorded option chain at one moment, as a market."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from oracle_core.domain.instrument import Instrument, Kind, OptionType
from oracle_core.domain.market import MarketSnapshot, Quote
from oracle_core.errors import Fault, InputError, fault
from oracle_core.venues.chain_columns import NUMBERS, ChainColumns, read_columns
from oracle_core.venues.companions import with_companions
from oracle_core.venues.deribit_terms import standard_instrument
from oracle_core.venues.parity import between, parity_forward
from oracle_core.venues.quote_row import nobody_at_zero

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
PARITY: Final = "forward from put-call parity of its expiry"
INTERPOLATED: Final = "forward interpolated between the forwards of other expiries"
NO_FORWARD: Final = "no forward: none stated, no parity, no other expiry"


@dataclass(frozen=True, slots=True)
class ChainTable:
    """A recording with many moments, read once."""

    columns: ChainColumns
    moments: NDArray[np.int64]

    @property
    def times(self) -> tuple[datetime, ...]:
        """When the chains were recorded, in order."""
        return tuple(_moment(int(at)) for at in self.moments)

    def nearest(self, at: datetime | None) -> datetime:
        """The recorded moment nearest to a time; without a time the only one.

        Raises: InputError: the time lies outside the recording, or none is given and there are several.
        """
        first, last = self.times[0], self.times[-1]
        span = f"a time from {first:%Y-%m-%dT%H:%M:%SZ} to {last:%Y-%m-%dT%H:%M:%SZ}"
        if at is None and len(self.times) > 1:
            raise InputError([fault(self.columns.source, "--at", "absent", f"{span}, one of {len(self.times)} chains")])
        if at is None:
            return first
        if not first.replace(microsecond=0) <= at <= last + timedelta(seconds=1):
            raise InputError([fault(self.columns.source, "--at", f"{at:%Y-%m-%dT%H:%M:%SZ}", span)])
        return min(self.times, key=lambda time: abs(time - at))

    def snapshot(self, moment: datetime) -> MarketSnapshot:
        """The chain of one recorded moment: every row an instrument with its quote; what is absent stays absent."""
        rows = np.flatnonzero(self.columns.moments == _milliseconds(moment))
        numbers = {name: self.columns.numbers[name][rows].tolist() for name in NUMBERS}
        times = self.columns.times[rows].tolist()
        names = [self.columns.names[row] for row in rows.tolist()]
        listed = [standard_instrument(name) for name in names]
        unknown = [name for name, found in zip(names, listed, strict=True) if found is None]
        faults = [_unknown(self.columns.source, name) for name in unknown] or self._contradictions(rows)
        if faults:
            raise InputError(faults)
        pairs = [
            (found, self._quote(found, time, {name: numbers[name][place] for name in NUMBERS}))
            for place, (found, time) in enumerate(zip(listed, times, strict=True))
            if found is not None
        ]
        return MarketSnapshot(
            as_of=moment,
            instruments={found.id: found for found, _ in pairs},
            quotes={quote.id: quote for quote in with_forwards(pairs)},
        )

    def _contradictions(self, rows: NDArray[np.intp]) -> list[Fault]:
        """Contracts with two rows at one moment that say different things: which holds, nobody can tell."""
        said: dict[str, str] = {}
        twice: dict[str, None] = {}
        places = [int(row) for row in rows]
        names = [self.columns.names[row] for row in places]
        for name, row in zip(names, places, strict=True) if len(set(names)) < len(names) else ():
            line = repr([float(self.columns.numbers[field][row]) for field in NUMBERS])
            if said.setdefault(name, line) != line:
                twice[name] = None
        return [fault(self.columns.source, f"{name}, rows", "two that differ", "one row a moment") for name in twice]

    def _quote(self, listed: Instrument, time: int, numbers: Mapping[str, float]) -> Quote:
        try:
            return _quote(listed, _moment(time), numbers)
        except InputError as error:
            where = self.columns.source
            faults = [
                fault(where, f"{listed.symbol}, {item.field}", item.value, item.expected) for item in error.faults
            ]
            raise InputError(faults) from error


def import_chain(path: Path, at: datetime | None = None) -> MarketSnapshot:
    """The chain recorded nearest to `at` in a Parquet, CSV or JSON recording, as a market.

    A row without a forward takes it from put-call parity of its expiry, else from between other expiries,
    and its quote says so; contract terms are Deribit's standard ones.
    Perpetual and dated-future marks that lie beside the recording in CSV files of their own are added.
    Raises: InputError: unreadable, of no known form, or `at` lies outside the recording.
    """
    table = read_chain(path)
    moment = table.nearest(at)
    return with_companions(table.snapshot(moment), path.parent)


def read_chain(path: Path) -> ChainTable:
    """A whole recording, for use at many moments."""
    columns = read_columns(path)
    moments = np.unique(columns.moments)
    if not len(moments):
        raise InputError([fault(str(path), "", "no rows", "at least one chain")])
    return ChainTable(columns, moments)


def with_forwards(pairs: Sequence[tuple[Instrument, Quote]]) -> list[Quote]:
    """The quotes, each option with a forward wherever one can be had."""
    expiries: dict[tuple[str, datetime], list[tuple[Instrument, Quote]]] = {}
    for listed, quote in pairs:
        if listed.kind is Kind.OPTION and listed.expiry is not None:
            expiries.setdefault((listed.base, listed.expiry), []).append((listed, quote))
    parity = {key: _parity(rows) for key, rows in expiries.items() if any(quote.forward is None for _, quote in rows)}
    known = {coin: _known(coin, pairs) for coin, _ in parity}
    return [_with_forward(listed, quote, parity, known) for listed, quote in pairs]


def _with_forward(
    listed: Instrument,
    quote: Quote,
    parity: Mapping[tuple[str, datetime], float | None],
    known: Mapping[str, Mapping[float, float]],
) -> Quote:
    if listed.expiry is None or quote.forward is not None or listed.kind is not Kind.OPTION:
        return quote
    forward = parity[listed.base, listed.expiry]
    if forward is not None:
        return replace(quote, forward=forward, notes=(*quote.notes, PARITY))
    forward = between(known[listed.base], listed.expiry.timestamp())
    return replace(quote, forward=forward, notes=(*quote.notes, NO_FORWARD if forward is None else INTERPOLATED))


def _parity(rows: Sequence[tuple[Instrument, Quote]]) -> float | None:
    marks: dict[OptionType, dict[float, float]] = {OptionType.CALL: {}, OptionType.PUT: {}}
    for listed, quote in rows:
        if quote.mark is not None and listed.strike is not None and listed.option_type is not None:
            marks[listed.option_type][listed.strike] = quote.mark
    return parity_forward(marks[OptionType.CALL], marks[OptionType.PUT])


def _known(coin: str, pairs: Sequence[tuple[Instrument, Quote]]) -> dict[float, float]:
    """The forwards that a coin's options state and its dated futures are marked at, by epoch second of expiry."""
    known: dict[float, float] = {}
    for listed, quote in pairs:
        forward = quote.mark if listed.kind is Kind.FUTURE else quote.forward
        if listed.base == coin and listed.expiry is not None and forward is not None:
            known[listed.expiry.timestamp()] = forward
    return known


def _quote(listed: Instrument, at: datetime, numbers: Mapping[str, float]) -> Quote:
    given = {name: None if value != value else value for name, value in numbers.items()}  # noqa: PLR0124 - NaN
    funding, size = given["funding_rate"], listed.contract_size
    interest, volume = given["open_interest"], given["volume_24h"]
    return Quote(
        venue=listed.venue,
        symbol=listed.symbol,
        as_of=at,
        bid=nobody_at_zero(given["bid"]),
        ask=nobody_at_zero(given["ask"]),
        mark=given["mark"],
        last=given["last"],
        index=given["index"],
        forward=given["forward"],
        mark_iv=given["mark_iv"],
        funding_rate=funding,
        funding_interval_hours=None if funding is None else 8.0,
        open_interest=None if interest is None else interest / size,
        volume_24h=None if volume is None else volume / size,
    )


def _unknown(source: str, name: str) -> Fault:
    return fault(source, "instrument_name", name, "one of Deribit's coin-settled BTC or ETH contracts")


def _moment(milliseconds: int) -> datetime:
    return EPOCH + timedelta(milliseconds=milliseconds)


def _milliseconds(moment: datetime) -> int:
    return (moment - EPOCH) // timedelta(milliseconds=1)
