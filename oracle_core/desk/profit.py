"""What a book made between two markets, and which of its Greeks made it."""

from oracle_core.desk.desk import Desk
from oracle_core.desk.documents import Document, rate_assumption
from oracle_core.desk.requests import PnlRequest
from oracle_core.desk.sources import attempt
from oracle_core.domain.canonical import Json, to_json
from oracle_core.domain.market import MarketSnapshot
from oracle_core.domain.record import CycleRecord
from oracle_core.errors import Fault, InputError, fault
from oracle_core.journal.cycles import find_cycle
from oracle_core.risk.explained import SECONDS_A_DAY, explained, summed
from oracle_core.risk.exposures import held_exposures
from oracle_core.risk.view import BookView, view_book
from oracle_core.venues.market_file import read_market


def show_pnl(desk: Desk, request: PnlRequest) -> Document:
    """`oracle.attribution/1`: P&L by coin: delta, gamma, theta, vega, vanna, volga, funding, and what they leave.

    Raises: InputError: nothing says from where, or the markets stand the wrong way round; every fault.
    """
    start, market, warnings = _ends(desk, request)
    found = explained(start, market)
    days = (market.as_of - start.market.as_of).total_seconds() / SECONDS_A_DAY
    unquoted = [item.coin for item in held_exposures(start) if item.funding_usd_per_day is None]
    return {
        "schema": "oracle.attribution/1",
        "account": start.portfolio.name,
        "from": to_json(start.market.as_of),
        "as_of": to_json(market.as_of),
        "days": days,
        "coins": {coin: to_json(part) for coin, part in found.items()},
        "total": to_json(summed(found)),
        "assumptions": _assumptions(start.market, unquoted),
        "warnings": list(warnings),
    }


def _ends(desk: Desk, request: PnlRequest) -> tuple[BookView, MarketSnapshot, tuple[str, ...]]:
    """The book in the market it starts from, the market it ends in, and what its user should be told."""
    faults: list[Fault] = []
    if (request.start is None) == (request.since is None):
        given = "both" if request.since else "neither"
        faults.append(fault("pnl", "start", given, "a stored cycle, or `--since FILE` with the market to start from"))
    if request.end is not None and request.market is not None:
        faults.append(fault("pnl", "end", request.end, "a second cycle or `--market FILE`, not both"))
    if faults:
        raise InputError(faults)
    if request.start is not None:
        return _from_cycle(desk, request, request.start)
    path = request.since
    since = None if path is None else attempt(lambda: read_market(path), faults)
    sources = attempt(lambda: desk.sources(request), faults)
    if since is None or sources is None:
        raise InputError(faults)
    return view_book(sources.portfolio, since.admit(desk.rules.quote_max_age)), sources.market, sources.warnings


def _from_cycle(desk: Desk, request: PnlRequest, cycle: str) -> tuple[BookView, MarketSnapshot, tuple[str, ...]]:
    brief = desk.stored_brief(_stored(desk, cycle))
    start = view_book(brief.portfolio, brief.market)
    if request.end is not None:
        return start, desk.stored_brief(_stored(desk, request.end)).market, ()
    if request.market is None:
        raise InputError([fault("pnl", "end", "absent", "a second cycle, or `--market FILE` with the market of now")])
    return start, read_market(request.market).admit(desk.rules.quote_max_age), ()


def _stored(desk: Desk, cycle: str) -> CycleRecord:
    if not desk.journal_path.is_file():
        raise InputError([fault("journal", "cycle", cycle, "a stored cycle; none is stored yet")])
    return find_cycle(desk.journal, cycle).record


def _assumptions(market: MarketSnapshot, unquoted: list[str]) -> list[Json]:
    return [
        "the book as it was held at the start: what was traded since, and its fees, are not in it",
        "Greeks of the start; every contract moved by its own price and its own volatility",
        "theta is a part of the revaluation, never an extra",
        "funding at the rates quoted at the start",
        *(f"funding of {coin} was not quoted and is left out" for coin in unquoted),
        rate_assumption(market),
    ]
