"""Deribit's public answers, saved as JSON, as a market: instruments, book summaries and tickers."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from oracle_core.domain.instrument import FeeBasis, Fees, Grid, Instrument, InstrumentId, Kind
from oracle_core.domain.market import MarketSnapshot, Quote
from oracle_core.domain.symbols import DERIBIT, from_deribit, unified
from oracle_core.errors import Fault, InputError, fault
from oracle_core.strict_json import parse_json, parse_tree, read_bytes
from oracle_core.venues.deribit_answers import (
    Answer,
    Listing,
    Listings,
    Summaries,
    Summary,
    Ticker,
    Tickers,
    answer_kind,
    answer_rows,
)
from oracle_core.venues.deribit_terms import NOTE, OPTION_CAP, listed_as, standard_instrument
from oracle_core.venues.instrument_row import on_grid
from oracle_core.venues.quote_row import nobody_at_zero

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
FUNDING_HOURS: Final = 8.0
FILLED_IN: Final = (
    "last", "index", "forward", "mark_iv", "funding_rate", "funding_interval_hours", "open_interest", "volume_24h",
)  # fmt: skip
"""What an older quote of the same contract still says where the newer one is silent."""


@dataclass(slots=True)
class _Found:
    """What the files said so far."""

    listed: dict[InstrumentId, Instrument] = field(default_factory=dict[InstrumentId, Instrument])
    quotes: dict[str, Quote] = field(default_factory=dict[str, Quote])
    """By Deribit's own name; open interest and volume in the venue's amounts."""


def import_deribit(paths: Sequence[Path]) -> MarketSnapshot:
    """The market in saved answers of `get_instruments`, `get_book_summary_by_currency` and `ticker`.

    Folders are searched for such files. Of several quotes of one instrument the newest holds. An instrument
    that no listing describes takes the venue's standard terms, with a note.
    Raises: InputError: a file is none of these, or breaks their form; a quoted instrument has no known terms.
    """
    found, faults = _Found(), list[Fault]()
    for path, kind in _answers(paths):
        try:
            _take(found, path, kind)
        except InputError as error:
            faults += error.faults
    if faults:
        raise InputError(faults)
    return _market(found, ", ".join(map(str, paths)))


def _answers(paths: Sequence[Path]) -> Iterator[tuple[Path, Answer]]:
    for given in paths:
        for path in sorted(given.glob("*.json")) if given.is_dir() else [given]:
            kind = answer_kind(parse_tree(read_bytes(path), str(path)))
            if kind is not None:
                yield path, kind
            elif path == given:
                wanted = "an answer of `get_instruments`, `get_book_summary_by_currency` or `ticker`"
                raise InputError([fault(str(path), "result", "something else", wanted)])


def _take(found: _Found, path: Path, kind: Answer) -> None:
    source = str(path)
    rows = json.dumps({"result": answer_rows(parse_tree(read_bytes(path), source))}).encode()
    match kind:
        case "instruments":
            found.listed |= {made.id: made for made in _instruments(parse_json(rows, source, Listings), source)}
        case "summary":
            _keep(
                found, ((row.instrument_name, _of_summary(row)) for row in parse_json(rows, source, Summaries).result)
            )
        case "ticker":
            _keep(found, ((row.instrument_name, _of_ticker(row)) for row in parse_json(rows, source, Tickers).result))


def _instruments(listings: Listings, source: str) -> Iterator[Instrument]:
    faults: list[Fault] = []
    for place, row in enumerate(listings.result):
        contract = from_deribit(row.instrument_name)
        if contract is None:  # a combo has a name of its own, and is made of listed legs
            continue
        try:
            yield listed_as(contract, row.contract_size, _grid(row), _fees(row))
        except InputError as error:
            wrong = error.faults
            faults += [fault(source, f"result[{place}].{item.field}", item.value, item.expected) for item in wrong]
    if faults:
        raise InputError(faults)


def _grid(row: Listing) -> Grid:
    """Amounts are coins, or dollars where inverse; in contracts they are amounts over the contract size."""
    step = on_grid(row.min_trade_amount) / on_grid(row.contract_size) if row.contract_size > 0.0 else on_grid(0.0)
    steps = tuple((step.above_price, step.tick_size) for step in row.tick_size_steps)
    return Grid(amount_step=step, min_amount=step, tick_size=row.tick_size, tick_steps=steps)


def _fees(row: Listing) -> Fees:
    maker, taker = row.maker_commission, row.taker_commission
    if row.kind != Kind.OPTION:
        return Fees(maker=maker, taker=taker)
    return Fees(maker=maker, taker=taker, basis=FeeBasis.UNDERLYING, cap_of_premium=OPTION_CAP)


def _of_summary(row: Summary) -> Quote:
    return Quote(
        venue=DERIBIT,
        symbol=row.instrument_name,
        as_of=_moment(row.creation_timestamp),
        bid=nobody_at_zero(row.bid_price),
        ask=nobody_at_zero(row.ask_price),
        mark=row.mark_price,
        last=row.last,
        index=row.estimated_delivery_price,
        forward=row.underlying_price,
        mark_iv=_fraction(row.mark_iv),
        funding_rate=row.funding_8h,
        funding_interval_hours=None if row.funding_8h is None else FUNDING_HOURS,
        open_interest=row.open_interest,
        volume_24h=row.volume if row.volume_notional is None else row.volume_notional,
    )


def _of_ticker(row: Ticker) -> Quote:
    return Quote(
        venue=DERIBIT,
        symbol=row.instrument_name,
        as_of=_moment(row.timestamp),
        bid=nobody_at_zero(row.best_bid_price),
        ask=nobody_at_zero(row.best_ask_price),
        mark=row.mark_price,
        last=row.last_price,
        index=row.index_price,
        forward=row.underlying_price,
        mark_iv=_fraction(row.mark_iv),
        funding_rate=row.funding_8h,
        funding_interval_hours=None if row.funding_8h is None else FUNDING_HOURS,
        open_interest=row.open_interest,
        volume_24h=row.stats.volume if row.stats.volume_notional is None else row.stats.volume_notional,
    )


def _moment(milliseconds: int) -> datetime:
    return EPOCH + timedelta(milliseconds=milliseconds)


def _fraction(percent: float | None) -> float | None:
    return None if percent is None else percent / 100.0


def _keep(found: _Found, quotes: Iterable[tuple[str, Quote]]) -> None:
    """Of two quotes of one contract the newer holds; the older fills what the newer does not speak of."""
    for name, quote in quotes:
        if from_deribit(name) is None:  # a combo
            continue
        other = found.quotes.get(name, quote)
        older, newer = sorted((other, quote), key=lambda item: item.as_of)
        silent = {key: getattr(older, key) for key in FILLED_IN if getattr(newer, key) is None}
        found.quotes[name] = replace(newer, **silent)


def _market(found: _Found, source: str) -> MarketSnapshot:
    if not found.quotes:
        raise InputError([fault(source, "", "no quote", "at least one book summary or ticker, which hold the time")])
    quotes: dict[InstrumentId, Quote] = {}
    faults: list[Fault] = []
    for name, quote in found.quotes.items():
        listed, notes = _listed(found, name)
        if listed is None:
            faults.append(fault(source, name, "no terms", "the instrument in an answer of `get_instruments`"))
            continue
        found.listed[listed.id] = listed
        quotes[listed.id] = _in_contracts(quote, listed, notes)
    if faults:
        raise InputError(faults)
    return MarketSnapshot(as_of=max(quote.as_of for quote in quotes.values()), instruments=found.listed, quotes=quotes)


def _listed(found: _Found, name: str) -> tuple[Instrument | None, tuple[str, ...]]:
    listed = found.listed.get(InstrumentId(DERIBIT, unified(DERIBIT, name)))
    return (standard_instrument(name), (NOTE,)) if listed is None else (listed, ())


def _in_contracts(quote: Quote, listed: Instrument, notes: tuple[str, ...]) -> Quote:
    size = listed.contract_size
    return replace(
        quote,
        symbol=listed.symbol,
        open_interest=None if quote.open_interest is None else quote.open_interest / size,
        volume_24h=None if quote.volume_24h is None else quote.volume_24h / size,
        notes=notes,
    )
