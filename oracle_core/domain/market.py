"""The only market a cycle may see: quotes at one moment, and the reasons why a quote may not be used."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from oracle_core.domain.checks import SMALLEST, aware, finite, positive, refuse
from oracle_core.domain.instrument import Instrument, InstrumentId
from oracle_core.errors import Fault, InputError, MarketDataError, fault

YEARS = range(2009, 2101)
"""No coin was traded before, and no contract runs longer."""
FUNDING_HOURS = (0.05, 744.0)
"""Three minutes to a month of 31 days."""
HIGHEST_VOL = 50.0
HIGHEST_BORROW_RATE = 100.0
HIGHEST_INTEREST_RATE = 1.0

Level = tuple[float, float]
"""A price in the venue's unit and the contracts shown there."""


class VenueStatus(StrEnum):
    OK = "ok"
    HALTED = "halted"
    MAINTENANCE = "maintenance"


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """One instrument at one moment. Prices in the venue's unit; `mark_iv` a fraction; absent is None, never zero."""

    venue: str
    symbol: str
    as_of: datetime
    bid: float | None = None
    ask: float | None = None
    bids: tuple[Level, ...] = ()
    asks: tuple[Level, ...] = ()
    mark: float | None = None
    last: float | None = None
    index: float | None = None
    forward: float | None = None
    mark_iv: float | None = None
    funding_rate: float | None = None
    funding_interval_hours: float | None = None
    next_funding_at: datetime | None = None
    borrow_rate: float | None = None
    open_interest: float | None = None
    volume_24h: float | None = None
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        name = f"quote {self.venue} {self.symbol}"
        numbers = {
            "bid": self.bid, "ask": self.ask, "mark": self.mark, "last": self.last, "index": self.index,
            "forward": self.forward, "mark_iv": self.mark_iv, "funding_rate": self.funding_rate,
            "open_interest": self.open_interest, "volume_24h": self.volume_24h,
        }  # fmt: skip
        ladder = {f"{side}[{n}][{part}]": level[part]
                  for side, levels in (("bids", self.bids), ("asks", self.asks))
                  for n, level in enumerate(levels) for part in (0, 1)}  # fmt: skip
        refuse(
            finite(name, **numbers),
            finite(name, **ladder),
            aware(name, as_of=self.as_of, next_funding_at=self.next_funding_at),
            self._range_faults(name),
        )

    @property
    def id(self) -> InstrumentId:
        return InstrumentId(self.venue, self.symbol)

    def _range_faults(self, name: str) -> list[Fault]:
        hours, rate = self.funding_interval_hours, self.borrow_rate
        least, most = FUNDING_HOURS
        faults: list[Fault] = []
        if hours is not None and not least <= hours <= most:
            faults.append(fault(name, "funding_interval_hours", hours, f"hours from {least:g} to {most:g}"))
        if rate is not None and not abs(rate) <= HIGHEST_BORROW_RATE:
            faults.append(fault(name, "borrow_rate", rate, f"a fraction within ±{HIGHEST_BORROW_RATE:g} a year"))
        return faults

    @property
    def best_bid(self) -> float | None:
        return self.bids[0][0] if self.bids else self.bid

    @property
    def best_ask(self) -> float | None:
        return self.asks[0][0] if self.asks else self.ask

    @property
    def mid(self) -> float | None:
        """Half-way between the best prices; None unless somebody stands on both sides."""
        bid, ask = self.best_bid, self.best_ask
        return None if bid is None or ask is None else 0.5 * (bid + ask)

    def defect(self) -> str | None:
        """Why no decision may rest on this quote, or None."""
        for name in ("index", "forward", "mark", "bid", "ask", "mark_iv"):
            value: float | None = getattr(self, name)
            zero_allowed = name in ("mark", "mark_iv")  # a worthless option is marked at 0
            least = SMALLEST if name in ("index", "forward") else 0.0  # an option may be bid at next to nothing
            if value is not None and (value < least or (value == 0.0 and not zero_allowed)):
                return f"{name} `{value!r}` is not a price"
        if self.mark_iv is not None and self.mark_iv > HIGHEST_VOL:
            return f"mark_iv `{self.mark_iv!r}` is not a volatility"
        bid, ask = self.best_bid, self.best_ask
        if bid is not None and ask is not None and bid > ask:
            return f"crossed: bid `{bid!r}` above ask `{ask!r}`"
        return _ladder_defect("bids", self.bids, falling=True) or _ladder_defect("asks", self.asks, falling=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something on the calendar that moves volatility."""

    at: datetime
    name: str
    underlyings: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Candles:
    """Bars of one instrument: epoch milliseconds of the open, then open, high, low, close, volume."""

    timeframe: str
    rows: tuple[tuple[float, float, float, float, float, float], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MarketSnapshot:
    """Instruments and quotes as of one moment. `rejected` says why a quote may not be used.

    interest_rate: of dollars, a fraction per year, continuously compounded. It discounts options that pay dollars;
    forwards are as quoted, and options that pay coin have none.

    >>> MarketSnapshot(as_of=datetime.fromisoformat("2026-01-02T00:00:00Z"), instruments={}, quotes={}).coins
    ()
    """

    as_of: datetime
    instruments: Mapping[InstrumentId, Instrument]
    quotes: Mapping[InstrumentId, Quote]
    volatility_index: Mapping[str, float] = field(default_factory=dict[str, float])
    funding_history: Mapping[InstrumentId, tuple[tuple[int, float], ...]] = field(
        default_factory=dict[InstrumentId, tuple[tuple[int, float], ...]]
    )
    volatility_history: Mapping[str, tuple[tuple[int, float], ...]] = field(
        default_factory=dict[str, tuple[tuple[int, float], ...]]
    )
    """The volatility index of each coin as it was: epoch milliseconds, and a fraction above 0."""
    candles: Mapping[InstrumentId, Candles] = field(default_factory=dict[InstrumentId, Candles])
    events: tuple[Event, ...] = ()
    venue_status: Mapping[str, VenueStatus] = field(default_factory=dict[str, VenueStatus])
    interest_rate: float = 0.0
    rejected: Mapping[InstrumentId, str] = field(default_factory=dict[InstrumentId, str])

    def __post_init__(self) -> None:
        named = {f"volatility_index.{coin}": value for coin, value in self.volatility_index.items()}
        before = {
            f"volatility_history.{coin}[{number}]": value
            for coin, points in self.volatility_history.items()
            for number, (_, value) in enumerate(points)
        }
        refuse(
            aware("market", as_of=self.as_of), self._year_faults(), positive("market", **named, **before),
            self._rate_faults(),
        )  # fmt: skip
        unknown = [key for key in self.quotes if key not in self.instruments]
        refuse([fault("market", "quotes", str(key), "a quote of a listed instrument") for key in unknown])

    @property
    def coins(self) -> tuple[str, ...]:
        return tuple(sorted({listed.base for listed in self.instruments.values()}))

    def admit(self, max_age: timedelta) -> "MarketSnapshot":
        """The same market with every quote that is old, crossed or not a price set aside with its reason."""
        rejected = {key: reason for key, quote in self.quotes.items() if (reason := self._reason(quote, max_age))}
        return replace(self, rejected=rejected)

    def instrument(self, key: InstrumentId) -> Instrument:
        """The listed instrument.

        Raises: InputError: nothing of that name is listed.
        """
        found = self.instruments.get(key)
        if found is None:
            raise InputError([fault("market", "instruments", str(key), "a listed instrument")])
        return found

    def quote(self, key: InstrumentId) -> Quote:
        """The quote, if a decision may rest on it.

        Raises: MarketDataError: the quote is missing, old, crossed or not a price.
        """
        problem = self.problem(key)
        if problem is not None:
            raise MarketDataError([fault("market", f"quote {key}", problem, "a fresh, sound quote")])
        return self.quotes[key]

    def problem(self, key: InstrumentId) -> str | None:
        """Why the instrument has no usable quote, or None."""
        return "missing" if key not in self.quotes else self.rejected.get(key)

    def status(self, venue: str) -> VenueStatus:
        return self.venue_status.get(venue, VenueStatus.OK)

    def age(self, key: InstrumentId) -> timedelta:
        return self.as_of - self.quotes[key].as_of

    def _year_faults(self) -> list[Fault]:
        if self.as_of.year in YEARS:
            return []
        return [fault("market", "as_of", self.as_of.isoformat(), f"a time from {YEARS[0]} to {YEARS[-1]}")]

    def _rate_faults(self) -> list[Fault]:
        if abs(self.interest_rate) <= HIGHEST_INTEREST_RATE:
            return []
        wanted = f"a fraction within ±{HIGHEST_INTEREST_RATE:g} a year (0.05 is 5 %)"
        return [fault("market", "interest_rate", self.interest_rate, wanted)]

    def _reason(self, quote: Quote, max_age: timedelta) -> str | None:
        age = self.as_of - quote.as_of
        if age > max_age:
            return f"stale: {age.total_seconds():,.0f} s old, the limit is {max_age.total_seconds():,.0f} s"
        if -age > max_age:
            return f"from the future: {quote.as_of.isoformat()} is after the market's own time"
        return quote.defect()


def _ladder_defect(side: str, levels: tuple[Level, ...], *, falling: bool) -> str | None:
    for price, contracts in levels:
        if price <= 0.0 or contracts <= 0.0:
            return f"{side} level [{price!r}, {contracts!r}] is not a price and a quantity"
    prices = [price for price, _ in levels]
    if prices != sorted(prices, reverse=falling):
        return f"{side} are not ordered from the best price outward"
    return None
