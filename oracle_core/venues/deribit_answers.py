"""The forms of Deribit's public answers, and how to tell one from another."""

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from oracle_core.strict_json import Name, StrictModel, is_list, is_object

Answer = Literal["instruments", "summary", "ticker"]
Milliseconds = Annotated[int, Field(ge=0, le=253_402_300_799_000)]
"""Since 1970, within the years that have four digits."""


class VenueModel(StrictModel):
    """A venue's own object: the keys that matter are typed, and it may add others."""

    model_config = ConfigDict(extra="ignore")


class TickStep(VenueModel):
    above_price: float
    tick_size: float


class Listing(VenueModel):
    """One line of `get_instruments`."""

    instrument_name: Name
    kind: Name
    base_currency: Name
    settlement_currency: Name | None = None
    instrument_type: Name | None = None
    contract_size: float
    min_trade_amount: float
    tick_size: float
    tick_size_steps: tuple[TickStep, ...] = ()
    maker_commission: float
    taker_commission: float


class Listings(VenueModel):
    result: tuple[Listing, ...]


class Summary(VenueModel):
    """One line of `get_book_summary_by_currency`."""

    instrument_name: Name
    creation_timestamp: Milliseconds
    bid_price: float | None = None
    ask_price: float | None = None
    mark_price: float | None = None
    last: float | None = None
    mark_iv: float | None = None
    underlying_price: float | None = None
    estimated_delivery_price: float | None = None
    funding_8h: float | None = None
    open_interest: float | None = None
    volume: float | None = None
    volume_notional: float | None = None


class Summaries(VenueModel):
    result: tuple[Summary, ...]


class Stats(VenueModel):
    volume: float | None = None
    volume_notional: float | None = None


class Ticker(VenueModel):
    """The answer of `ticker`."""

    instrument_name: Name
    timestamp: Milliseconds
    best_bid_price: float | None = None
    best_ask_price: float | None = None
    mark_price: float | None = None
    last_price: float | None = None
    index_price: float | None = None
    mark_iv: float | None = None
    underlying_price: float | None = None
    funding_8h: float | None = None
    open_interest: float | None = None
    stats: Stats = Stats()


class Tickers(VenueModel):
    result: tuple[Ticker, ...]


def answer_kind(tree: object) -> Answer | None:
    """Which of Deribit's answers a JSON tree is, by the keys of its first line."""
    rows = answer_rows(tree)
    keys = set(rows[0]) if rows and is_object(rows[0]) else set[str]()
    if {"instrument_name", "contract_size", "tick_size"} <= keys:
        return "instruments"
    if {"instrument_name", "creation_timestamp", "mark_price"} <= keys:
        return "summary"
    return "ticker" if {"instrument_name", "timestamp", "mark_price"} <= keys else None


def answer_rows(tree: object) -> Sequence[object]:
    """The lines of an answer, with or without its envelope; a single object is one line."""
    inner = tree.get("result", tree) if is_object(tree) else tree
    return inner if is_list(inner) else [inner]
