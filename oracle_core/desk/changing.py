"""What changed between two moments: prices, Greeks, positions, and what the book of then has made since."""

from dataclasses import fields, replace
from datetime import timedelta
from typing import NamedTuple

from oracle_core.desk.desk import Desk
from oracle_core.desk.documents import Document
from oracle_core.desk.questions import ChangesRequest
from oracle_core.domain.canonical import Json, to_json
from oracle_core.domain.exposure import Exposure
from oracle_core.domain.portfolio import Position
from oracle_core.domain.record import CycleRecord
from oracle_core.errors import InputError, MarketDataError, fault
from oracle_core.journal.cycles import CycleLine, cycles, find_cycle, load_cycle
from oracle_core.pricing.inputs import reference
from oracle_core.risk.explained import explained, summed
from oracle_core.risk.exposures import held_exposures
from oracle_core.risk.legs import running_pnl
from oracle_core.risk.view import BookView, view_book


class _Moment(NamedTuple):
    """A book in its market, and the cycle that stored it."""

    view: BookView
    cycle: str | None


def changes(desk: Desk, request: ChangesRequest) -> Document:
    """`oracle.changes/1`: then against now, coin by coin and position by position, with the drivers of the P&L.

    Now is the newest stored cycle, or the book and market that are named. Then is the newest cycle that is `hours`
    older, else the oldest there is, and the answer says so.

    Raises: InputError: no earlier cycle is stored.
    """
    lines = list(cycles(desk.journal)) if desk.journal_path.is_file() else []
    now, warnings = _now(desk, request, lines)
    then = _then(desk, request, lines, now)
    gap = now.view.market.as_of - then.view.market.as_of
    short = gap < timedelta(hours=request.hours) and request.since is None
    return {
        "schema": "oracle.changes/1",
        "account": now.view.portfolio.name,
        "then": _moment(then),
        "now": _moment(now),
        "hours": gap / timedelta(hours=1),
        "coins": _coins(then.view, now.view),
        "positions": _positions(then.view, now.view),
        "drivers": (drivers := _drivers(then.view, now.view)),
        "notes": [
            *([f"no cycle of {request.hours:g} h ago is stored: the oldest is compared"] if short else []),
            *([] if drivers else ["the P&L has no drivers: something that was held is not quoted any more"]),
            "P&L is what the book of then made by the marks of now; trades since are not in it, funding is an estimate",
        ],
        "warnings": list(warnings),
    }


def _now(desk: Desk, request: ChangesRequest, lines: list[CycleLine]) -> tuple[_Moment, tuple[str, ...]]:
    if request.book is None and lines:
        return _stored(desk, load_cycle(desk.journal, max(reversed(lines), key=lambda line: line.as_of))), ()
    found = desk.sources(request)
    return _Moment(view_book(found.portfolio, found.market), None), found.warnings


def _then(desk: Desk, request: ChangesRequest, lines: list[CycleLine], now: _Moment) -> _Moment:
    if request.since is not None:
        return _stored(desk, find_cycle(desk.journal, request.since).record)
    as_of, account = now.view.market.as_of, now.view.portfolio.name
    until = as_of - timedelta(hours=request.hours)
    earlier = sorted((line for line in lines if line.as_of < as_of), key=lambda line: line.as_of)
    old = [line for line in earlier if line.as_of <= until]
    for line in (*reversed(old), *(line for line in earlier if line not in old)):
        record = load_cycle(desk.journal, line)
        if record.recommendation.account == account:
            return _stored(desk, record)
    wanted = f"a stored cycle of `{account}` from before {as_of:%Y-%m-%d %H:%M} UTC; `advise` stores one"
    raise InputError([fault("journal", "cycles", len(earlier), wanted)])


def _stored(desk: Desk, record: CycleRecord) -> _Moment:
    brief = desk.stored_brief(record)
    return _Moment(view_book(brief.portfolio, brief.market), record.cycle_id)


def _moment(found: _Moment) -> Json:
    return {
        "cycle_id": found.cycle,
        "as_of": to_json(found.view.market.as_of),
        "equity_usd": found.view.equity_usd,
    }


def _coins(then: BookView, now: BookView) -> Document:
    before = {item.coin: item for item in held_exposures(then)}
    after = {item.coin: item for item in held_exposures(now)}
    return {
        coin: {
            "then": _greeks(before.get(coin), then.index.get(coin)),
            "now": _greeks(after.get(coin), now.index.get(coin)),
        }
        for coin in sorted({*before, *after})
    }


def _greeks(item: Exposure | None, price: float | None) -> Json:
    if item is None:
        return {}
    return {
        "price_usd": price,
        "net_delta": item.net_delta,
        "gamma_1pct_usd": item.gamma_1pct_usd,
        "vega_usd_per_point": item.vega_usd_per_point,
        "theta_usd_per_day": item.theta_usd_per_day,
    }


def _positions(then: BookView, now: BookView) -> list[Json]:
    held = {item.id: item for item in then.portfolio.positions}
    kept = {item.id: item for item in now.portfolio.positions}
    rows: list[Json] = []
    for key in sorted({*held, *kept}):
        was, item = held.get(key), kept.get(key)
        rows.append({
            "position": f"{key.venue} {key.symbol}",
            "contracts_then": was.contracts if was else 0.0,
            "contracts_now": item.contracts if item else 0.0,
            "pnl_usd": None if was is None else _made(then, now, was),
        })  # fmt: skip
    return rows


def _made(then: BookView, now: BookView, held: Position) -> float | None:
    """What a position of then is worth more at the marks of now; None where it is not quoted any more."""
    price = reference(then.market.quotes[held.id])
    if price is None or held.id not in now.table.row:
        return None
    return running_pnl(now, replace(held, entry_price=price))


def _drivers(then: BookView, now: BookView) -> Document:
    """The parts of what the book of then has made, of every coin together; none where a contract is not quoted now."""
    try:
        parts = summed(explained(then, now.market))
    except (InputError, MarketDataError):
        return {}
    return {item.name: getattr(parts, item.name) for item in fields(parts)}
