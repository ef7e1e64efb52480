"""A recorded order-book feed of Binance USD-M, gzipped: what the book was at one moment.

Lines are `<local nanoseconds> <JSON>`: one snapshot of the book, changes of depth, best quotes and trades.
Source: Binance USD-M futures, "How to manage a local order book correctly".
"""

import gzip
import json
import math
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, NamedTuple

from oracle_core.domain.instrument import InstrumentId, Kind
from oracle_core.domain.market import Level, MarketSnapshot, Quote
from oracle_core.errors import InputError, fault
from oracle_core.strict_json import is_list, is_object
from oracle_core.venues.series_table import EPOCH, RowFault, refuse_rows

VENUE: Final = "binance"
LEVELS: Final = 100
"""Levels of each side that a quote keeps."""
WANTED: Final = "`<nanoseconds> <JSON>`: a snapshot, a change of depth, a best quote or a trade"
KINDS: Final = frozenset({"depthUpdate", "bookTicker", "trade"})
_Levels = tuple[Level, ...]
_Side = dict[float, float]


class _Change(NamedTuple):
    """Levels as they are from `at` (epoch ms) on, 0 where one is gone; ids of the first, last and previous update."""

    at: int
    first: int
    last: int
    before: int
    bids: _Levels
    asks: _Levels


@dataclass(slots=True, kw_only=True)
class _Feed:
    """What of a recording makes the book."""

    start: _Change | None = None
    symbol: str | None = None
    changes: list[_Change] = field(default_factory=list[_Change])


@dataclass(frozen=True, slots=True, kw_only=True)
class DepthBook:
    """One venue's book of one symbol: (price, coins) from the best price outward."""

    source: str
    symbol: str
    as_of: datetime
    bids: _Levels
    asks: _Levels


def read_depth(path: Path, at: datetime | None = None) -> DepthBook:
    """The book at a moment of the venue's clock; at the end of the recording unless one is named.

    Raises: InputError: unreadable; lines that are none of the feed (the first 20, each with its number); no snapshot;
        changes that are missing in between; or a moment that was not recorded.
    """
    source = str(path)
    feed = _read(path)
    start, changes, symbol = feed.start, feed.changes, feed.symbol
    if start is None or symbol is None:
        raise InputError([fault(source, "lastUpdateId", "absent", "a snapshot of the book among the lines")])
    last = max((change.at for change in changes), default=start.at)
    until = last if at is None else int(at.timestamp() * 1_000)
    if not start.at <= until <= last:
        wanted = f"a time from {_moment(start.at):%Y-%m-%dT%H:%M:%S.%fZ} to {_moment(last):%Y-%m-%dT%H:%M:%S.%fZ}"
        raise InputError([fault(source, "--at", f"{_moment(until):%Y-%m-%dT%H:%M:%S.%fZ}", wanted)])
    bids, asks = _applied(source, start, [change for change in changes if change.at <= until])
    return DepthBook(
        source=source, symbol=symbol, as_of=_moment(until),
        bids=tuple(sorted(bids.items(), reverse=True)[:LEVELS]), asks=tuple(sorted(asks.items())[:LEVELS]),
    )  # fmt: skip


def with_depth(market: MarketSnapshot, book: DepthBook) -> MarketSnapshot:
    """The market with a recorded book as the quote of the perpetual it belongs to.

    Raises: InputError: the market lists no such perpetual; the feed says nothing of its grid and fees.
    """
    for key, listed in market.instruments.items():
        named = f"{listed.base}{listed.quote}" == book.symbol
        if listed.venue == VENUE and listed.kind is Kind.PERPETUAL and named:
            bids, asks = (_contracts(side, listed.contract_size) for side in (book.bids, book.asks))
            return _quoted(market, key, (book.as_of, bids, asks))
    wanted = f"the perpetual of {book.symbol} on {VENUE}, listed in a market file beside it"
    raise InputError([fault(book.source, "symbol", book.symbol, wanted)])


def _quoted(
    market: MarketSnapshot, key: InstrumentId, book: tuple[datetime, tuple[Level, ...], tuple[Level, ...]]
) -> MarketSnapshot:
    as_of, bids, asks = book
    known = market.quotes.get(key) or Quote(venue=key.venue, symbol=key.symbol, as_of=as_of)
    quote = replace(
        known, as_of=as_of, bids=bids, asks=asks, bid=bids[0][0] if bids else None, ask=asks[0][0] if asks else None
    )
    return replace(market, as_of=max(market.as_of, as_of), quotes={**market.quotes, key: quote})


def _contracts(side: _Levels, size: float) -> tuple[Level, ...]:
    return tuple((price, coins / size) for price, coins in side)


def _applied(source: str, start: _Change, changes: Sequence[_Change]) -> tuple[_Side, _Side]:
    """Both sides after every change that the snapshot does not contain yet."""
    bids, asks = dict(start.bids), dict(start.asks)
    last: int | None = None
    for change in changes:
        if change.last < start.last:
            continue
        if change.first > start.last if last is None else change.before != last:
            wanted = f"the update that follows {start.last if last is None else last}; some are missing"
            raise InputError([fault(source, "U", change.first, wanted)])
        last = change.last
        bids.update(change.bids)
        asks.update(change.asks)
    return _standing(bids), _standing(asks)


def _standing(side: _Side) -> _Side:
    return {price: coins for price, coins in side.items() if coins > 0.0}


def _read(path: Path) -> _Feed:
    feed, wrong = _Feed(), list[RowFault]()
    try:
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for number, line in enumerate(lines, start=1):
                if not _take(feed, line):
                    wrong.append(RowFault(f"line {number}", line.strip()[:60], WANTED))
    except (OSError, EOFError, UnicodeDecodeError, zlib.error) as error:
        raise InputError([fault(str(path), "", str(error), "a readable gzip file of lines")]) from error
    refuse_rows(str(path), wrong)
    return feed


def _take(feed: _Feed, line: str) -> bool:
    """Whether a line is one of the feed; what changes the book is kept."""
    stamp, _, text = line.partition(" ")
    try:
        tree: object = json.loads(text)
        body = tree.get("data", tree) if is_object(tree) else None
        if not stamp.isdecimal() or not is_object(body):
            return False
        if "lastUpdateId" in body:
            last = _whole(body["lastUpdateId"])
            feed.start = _Change(_whole(body["T"]), last, last, last, _side(body["bids"]), _side(body["asks"]))
        elif body["e"] == "depthUpdate":
            ids = [_whole(body[name]) for name in ("T", "U", "u", "pu")]
            feed.symbol = str(body["s"])
            feed.changes.append(_Change(ids[0], ids[1], ids[2], ids[3], _side(body["b"]), _side(body["a"])))
    except (KeyError, TypeError, ValueError, RecursionError):
        return False
    return "lastUpdateId" in body or body["e"] in KINDS


def _whole(value: object) -> int:
    if not isinstance(value, int) or value < 0:
        raise TypeError(value)
    return value


def _side(levels: object) -> _Levels:
    """Levels as numbers. Raises: TypeError, ValueError: they are not pairs of a price above 0 and a size."""
    if not is_list(levels):
        raise TypeError(levels)
    found: list[Level] = []
    for level in levels:
        price, coins = (float(str(part)) for part in level) if is_list(level) else (0.0, 0.0)
        if not (0.0 < price < math.inf and 0.0 <= coins < math.inf):
            raise ValueError(level)
        found.append((price, coins))
    return tuple(found)


def _moment(milliseconds: int) -> datetime:
    return EPOCH + timedelta(milliseconds=milliseconds)
