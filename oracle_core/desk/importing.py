"""Recorded files to one market file."""

from datetime import UTC, datetime

from oracle_core.desk.desk import Desk
from oracle_core.desk.documents import Document
from oracle_core.desk.output import write_file
from oracle_core.desk.requests import ImportRequest
from oracle_core.domain.canonical import to_json
from oracle_core.errors import InputError, fault
from oracle_core.venues.imports import import_market
from oracle_core.venues.market_file import market_json


def import_data(_: Desk, request: ImportRequest) -> Document:
    """`oracle.import/1`: the sources as one `oracle.market/1` file, with what had to be substituted."""
    market = import_market(request.sources, _moment(request.at))
    write_file(request.out, market_json(market) + b"\n")
    notes = sorted({note for quote in market.quotes.values() for note in quote.notes})
    return {
        "schema": "oracle.import/1",
        "out": str(request.out),
        "as_of": to_json(market.as_of),
        "instruments": len(market.instruments),
        "quotes": len(market.quotes),
        "coins": list(market.coins),
        "flagged": sum(1 for quote in market.quotes.values() if quote.notes),
        "notes": notes[:20],
    }


def _moment(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise InputError([fault("--at", "", text, "a time such as 2026-01-14T06:00Z")]) from error
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
