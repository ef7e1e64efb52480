"""`oracle.market/1`: instruments, quotes and what else a cycle may know of the market."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Literal, TypeVar

from pydantic import Field

from oracle_core.domain.canonical import canonical_json
from oracle_core.domain.instrument import Instrument, InstrumentId
from oracle_core.domain.market import Candles, Event, MarketSnapshot, Quote, VenueStatus
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
    text_of,
)
from oracle_core.venues.instrument_row import InstrumentRow, instrument_row
from oracle_core.venues.margin_tier_row import TiersUnit, in_dollars
from oracle_core.venues.quote_row import QuoteRow
from oracle_core.venues.writing import row

SCHEMA = "oracle.market/1"
Value = TypeVar("Value")
Bar = tuple[float, float, float, float, float, float]


class CandlesRow(StrictModel):
    """Bars of one instrument: epoch milliseconds of the open, then open, high, low, close, volume."""

    timeframe: Name
    rows: tuple[Bar, ...]


class EventRow(StrictModel):
    """Something on the calendar that moves volatility."""

    at: Moment
    name: Name
    underlyings: tuple[Name, ...]


class MarketFile(StrictModel):
    """The only market a cycle may see; `as_of` is its now."""

    schema_name: Literal["oracle.market/1"] = Field(alias="schema")
    as_of: Moment
    instruments: tuple[InstrumentRow, ...]
    quotes: tuple[QuoteRow, ...]
    volatility_index: dict[Name, float] = Field(default_factory=dict)
    funding_history: dict[Name, dict[Name, tuple[tuple[int, float], ...]]] = Field(default_factory=dict)
    volatility_history: dict[Name, tuple[tuple[int, float], ...]] = Field(default_factory=dict)
    candles: dict[Name, dict[Name, CandlesRow]] = Field(default_factory=dict)
    events: tuple[EventRow, ...] = ()
    venue_status: dict[Name, VenueStatus] = Field(default_factory=dict)
    interest_rate: float = 0.0
    """Of dollars, a fraction per year, continuously compounded; options that pay dollars are discounted with it."""

    def domain(self) -> MarketSnapshot:
        candles = _by_id(self.candles)
        return MarketSnapshot(
            as_of=self.as_of,
            instruments={row.domain.id: self._listed(row) for row in self.instruments},
            quotes={row.domain.id: row.domain for row in self.quotes},
            volatility_index=self.volatility_index,
            funding_history=_by_id(self.funding_history),
            volatility_history=self.volatility_history,
            candles={key: Candles(timeframe=row.timeframe, rows=row.rows) for key, row in candles.items()},
            events=tuple(Event(at=row.at, name=row.name, underlyings=row.underlyings) for row in self.events),
            venue_status=self.venue_status,
            interest_rate=self.interest_rate,
        )

    def _listed(self, listed: InstrumentRow) -> Instrument:
        """The instrument, its tiers in USD."""
        if listed.margin_tiers_unit is not TiersUnit.COIN:
            return listed.domain
        price = next((_price(row.domain) for row in self.quotes if row.domain.id == listed.domain.id), None)
        if price is None:
            wanted = "an index or a mark in its quote, to turn tiers in coin into USD"
            raise InputError([fault(str(listed.domain.id), "margin_tiers_unit", "coin", wanted)])
        return in_dollars(listed.domain, price)


def _price(quote: Quote | None) -> float | None:
    """A price of the coin for an inverse contract: its index, else its mark."""
    return None if quote is None else quote.index or quote.mark


def read_market(path: Path) -> MarketSnapshot:
    """The market in a file. Old, crossed or worthless quotes are no faults of the file: `admit` sets them aside.

    Raises: InputError: the file cannot be read or breaks the contract; all faults at once.
    """
    return parse_market(read_bytes(path), str(path))


def parse_market(data: bytes, source: str) -> MarketSnapshot:
    """The market in the text of a file.

    Raises: InputError: the text breaks the contract; all faults at once.
    """
    market = parse_json(data, source, MarketFile, checks=(_cross_faults,))
    try:
        return market.domain()
    except InputError as error:
        raise InputError([fault(source, found.field, found.value, found.expected) for found in error.faults]) from error


def market_json(snapshot: MarketSnapshot) -> bytes:
    """The market as canonical `oracle.market/1`; reading it gives the same snapshot again, before `admit`."""
    candles = {key: row(bars) for key, bars in snapshot.candles.items()}
    content: dict[str, object] = {
        "schema": SCHEMA,
        "as_of": snapshot.as_of,
        "instruments": [instrument_row(snapshot.instruments[key]) for key in sorted(snapshot.instruments)],
        "quotes": [row(snapshot.quotes[key], without_empty=True) for key in sorted(snapshot.quotes)],
    }
    optional: dict[str, object] = {
        "volatility_index": snapshot.volatility_index,
        "funding_history": _by_venue(snapshot.funding_history),
        "volatility_history": snapshot.volatility_history,
        "candles": _by_venue(candles),
        "events": snapshot.events,
        "venue_status": snapshot.venue_status,
        "interest_rate": snapshot.interest_rate,
    }
    return canonical_json(content | {key: value for key, value in optional.items() if value})


def _by_id(nested: Mapping[str, Mapping[str, Value]]) -> dict[InstrumentId, Value]:
    return {
        InstrumentId(venue, unified(venue, symbol)): value
        for venue, symbols in nested.items()
        for symbol, value in symbols.items()
    }


def _by_venue(flat: Mapping[InstrumentId, Value]) -> dict[str, dict[str, Value]]:
    nested: dict[str, dict[str, Value]] = {}
    for key, value in flat.items():
        nested.setdefault(key.venue, {})[key.symbol] = value
    return nested


def _cross_faults(tree: object, source: str) -> Iterator[Fault]:
    """What no single row shows: the same name twice, and a quote of what is not listed."""
    listed: set[str] = set()
    for part, wanted in (
        ("instruments", "one instrument per venue and symbol"),
        ("quotes", "one quote per instrument"),
    ):
        keys = {place: _key(item) for place, item in rows_of(tree, part)}
        for place in repeated(keys.items()):
            yield fault(source, f"{part}[{place}]", " ".join(keys[place] or ()), wanted)
        names = {place: " ".join(key) for place, key in keys.items() if key is not None}
        if part == "instruments":
            listed = set(names.values())
            continue
        for place, name in names.items():
            if name not in listed:
                yield fault(source, f"quotes[{place}].symbol", name, _listed(name, listed))


def _listed(name: str, listed: set[str]) -> str:
    hint = nearest(name, listed)
    return f"a listed instrument, {hint}" if hint.startswith("did you mean") else "a listed instrument"


def _key(item: Mapping[str, object]) -> tuple[str, ...] | None:
    named = text_of(item, "venue", "symbol")
    return None if named is None else (named[0], unified(*named))
