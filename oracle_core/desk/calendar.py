"""What is due: options that expire, funding that is paid, events that are ahead; and what things cost now."""

from datetime import datetime, timedelta

import numpy as np

from oracle_core.desk.convexity import only
from oracle_core.desk.desk import Desk
from oracle_core.desk.documents import Document
from oracle_core.desk.questions import CalendarRequest, PricesRequest
from oracle_core.domain.canonical import Json, to_json
from oracle_core.domain.instrument import Instrument, Kind
from oracle_core.pricing.carry import funding_usd_per_hour
from oracle_core.reading.events import events_ahead
from oracle_core.risk.view import BookView, view_book

EVENT_HOURS = 24.0 * 30.0


def show_calendar(desk: Desk, request: CalendarRequest) -> Document:
    """`oracle.calendar/1`: expiries of what is held, the next funding of its perpetuals, and events of a month."""
    sources = desk.sources(request)
    view = view_book(sources.portfolio, sources.market)
    return {
        "schema": "oracle.calendar/1",
        "as_of": to_json(sources.market.as_of),
        "expiries": _expiries(view),
        "funding": _funding(view),
        "events": _events(view),
        "warnings": list(sources.warnings),
    }


def show_prices(desk: Desk, request: PricesRequest) -> Document:
    """`oracle.prices/1`: the index of each coin, and the quotes of what is held or may hedge it, with their age.

    Raises: InputError: the book has nothing of the coin that is named.
    """
    sources = desk.sources(request)
    view = view_book(sources.portfolio, sources.market)
    coins = only(view, request.coin)
    return {
        "schema": "oracle.prices/1",
        "as_of": to_json(sources.market.as_of),
        "coins": {coin: {"index_usd": view.index[coin]} for coin in coins},
        "rows": [
            _price(view, row, listed)
            for coin in coins
            for row, listed in view.listed(coin)
            if view.held[row] or not listed.is_option
        ],
        "left_out": {str(key): why for key, why in sorted(view.left_out.items())},
        "warnings": list(sources.warnings),
    }


def _hours(view: BookView, when: datetime) -> float:
    return (when - view.market.as_of) / timedelta(hours=1)


def _expiries(view: BookView) -> list[Json]:
    """Each expiry of a coin with its contracts and gamma, soonest first."""
    found: dict[tuple[datetime, str], list[int]] = {}
    for row in np.flatnonzero(view.held):
        listed = view.table.instruments[int(row)]
        if listed.expiry is not None:
            found.setdefault((listed.expiry, listed.base), []).append(int(row))
    return [_expiry(view, when, coin, rows) for (when, coin), rows in sorted(found.items())]


def _expiry(view: BookView, when: datetime, coin: str, rows: list[int]) -> Json:
    table, held = view.table, view.held[rows]
    return {
        "coin": coin,
        "expiry": to_json(when),
        "hours": _hours(view, when),
        "symbols": [table.instruments[row].symbol for row in rows],
        "contracts": [float(amount) for amount in held],
        "delta": float(held @ table.net_transaction_delta[rows]),
        "gamma_1pct_usd": float(held @ table.gamma[rows]) * view.index[coin] ** 2 / 100.0,
        "value_usd": float(held @ table.value_usd[rows]),
    }


def _funding(view: BookView) -> list[Json]:
    rows: list[Json] = []
    for row, listed in enumerate(view.table.instruments):
        quote, amount = view.market.quotes[listed.id], float(view.held[row])
        if listed.kind is not Kind.PERPETUAL or not amount:
            continue
        hourly = funding_usd_per_hour(quote, amount * float(view.table.notional_usd[row]))
        hours = quote.funding_interval_hours
        when = quote.next_funding_at
        rows.append({
            "position": f"{listed.venue} {listed.symbol}",
            "contracts": amount,
            "next_at": to_json(when),
            "hours": None if when is None else _hours(view, when),
            "usd": None if hourly is None or hours is None else hourly * hours,
            "usd_per_day": None if hourly is None else 24.0 * hourly,
        })  # fmt: skip
    return rows


def _events(view: BookView) -> list[Json]:
    found = {(item.event.at, item.event.name, item.hours) for coin in view.coins
             for item in events_ahead(view.market, coin, EVENT_HOURS)}  # fmt: skip
    return [{"name": name, "at": to_json(at), "hours": hours} for at, name, hours in sorted(found)]


def _price(view: BookView, row: int, listed: Instrument) -> Json:
    quote = view.market.quotes[listed.id]
    return {
        "venue": listed.venue,
        "symbol": listed.symbol,
        "bid": quote.best_bid,
        "ask": quote.best_ask,
        "mark": quote.mark,
        "iv": quote.mark_iv,
        "held": float(view.held[row]),
        "age_seconds": view.market.age(listed.id).total_seconds(),
    }
