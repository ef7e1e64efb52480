"""What needs attention now: limits used up, a desk that is stopped, quotes that fail, what expires, what bleeds."""

from datetime import timedelta
from typing import Final

from oracle_core.desk.desk import Desk
from oracle_core.desk.documents import Document
from oracle_core.desk.questions import AlertsRequest
from oracle_core.domain.canonical import Json, to_json
from oracle_core.domain.limits import FLOORS, StateLimits
from oracle_core.domain.market import MarketSnapshot
from oracle_core.domain.portfolio import Portfolio
from oracle_core.domain.trading import TradingState
from oracle_core.reading.events import events_ahead
from oracle_core.risk.bleed import break_evens
from oracle_core.risk.heat import heat_index
from oracle_core.risk.outlook import outlook
from oracle_core.risk.view import BookView, view_book

NEAR: Final = 0.8
"""The share of a limit from which it is worth a word."""
EXPIRY_HOURS: Final = 48.0


def alerts(desk: Desk, request: AlertsRequest) -> Document:
    """`oracle.alerts/1`: one row for each thing, breaches first; none is an answer too."""
    sources = desk.sources(request)
    view = view_book(sources.portfolio, sources.market)
    persona = desk.persona(request.persona).value
    found = [
        *_state(desk.trading_state()),
        *_limits(view, persona.state_limits()),
        *_quotes(sources.portfolio, sources.market),
        *_expiries(view),
        *_events(view),
        *_bleeds(view),
        *_working(view),
    ]
    return {
        "schema": "oracle.alerts/1",
        "as_of": to_json(sources.market.as_of),
        "persona": persona.name,
        "rows": found,
        "warnings": list(sources.warnings),
    }


def _row(level: str, about: str, said: str) -> Json:
    return {"level": level, "about": about, "said": said}


def _state(state: TradingState) -> list[Json]:
    if state is TradingState.ACTIVE:
        return []
    return [_row("breach", "desk", f"the desk is {state.value}: no new risk is sent until a person resumes")]


def _limits(view: BookView, limits: StateLimits) -> list[Json]:
    """Breached limits before those that are nearly used, and what is not known at the end."""
    measures = outlook(view).measures
    used = sorted(heat_index(measures, limits).used.items(), key=lambda item: -item[1])
    rows: list[Json] = []
    for name, share in used:
        if share < NEAR:
            continue
        sense = "at least" if name in FLOORS else "at most"
        said = f"{name} {measures.value(name):.2f}, {sense} {float(getattr(limits, name)):g}"
        rows.append(_row("breach" if share > 1.0 else "warning", "limit", said))
    return [*rows, *(_row("warning", "unknown", why) for why in measures.unknown)]


def _quotes(portfolio: Portfolio, market: MarketSnapshot) -> list[Json]:
    """Quotes of the venues and coins in use that may not be used, by their reason."""
    venues = {item.venue for item in portfolio.positions}
    mine = [(key, why) for key, why in sorted(market.rejected.items()) if key.venue in venues]
    rows = [_row("warning", "quote", f"{key}: {why}") for key, why in mine[:5]]
    return [*rows, _row("warning", "quote", f"and {len(mine) - 5} more")] if len(mine) > 5 else rows


def _expiries(view: BookView) -> list[Json]:
    found: dict[str, None] = {}
    for held in view.portfolio.positions:
        expiry = view.market.instruments[held.id].expiry
        if expiry is not None and expiry - view.market.as_of <= timedelta(hours=EXPIRY_HOURS):
            hours = (expiry - view.market.as_of) / timedelta(hours=1)
            found[f"{held.symbol} expires in {hours:.1f} h"] = None
    return [_row("warning", "expiry", said) for said in found]


def _events(view: BookView) -> list[Json]:
    ahead = {item.said: None for coin in view.coins for item in events_ahead(view.market, coin)}
    return [_row("note", "event", said) for said in ahead]


def _bleeds(view: BookView) -> list[Json]:
    return [_row("warning", "bleed", f"{found.coin}: {found.alert}") for found in break_evens(view) if found.alert]


def _working(view: BookView) -> list[Json]:
    count = len(view.portfolio.open_orders)
    said = "a working order is" if count == 1 else f"{count} working orders are"
    return [_row("note", "orders", f"{said} still to fill, and counted as exposure")] if count else []
