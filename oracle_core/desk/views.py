"""Looking at a book: exposures, stress, funding, and the paper account."""

import numpy as np

from oracle_core.desk.convexity import only
from oracle_core.desk.desk import Desk
from oracle_core.desk.documents import Document, assumptions, exposure_row, exposures_document
from oracle_core.desk.requests import BookRequest, NothingRequest, RiskRequest, StressRequest
from oracle_core.desk.risk_views import ask_stress, with_risk
from oracle_core.domain.canonical import Json, to_json
from oracle_core.domain.instrument import Kind
from oracle_core.errors import InputError, fault
from oracle_core.pricing.carry import HOURS_A_YEAR, expected_funding, funding_usd_per_hour, hourly_funding
from oracle_core.risk.exposures import exposures
from oracle_core.risk.stress import coin_scenarios, scenario, stress_cells, stress_pnl, worst_cell
from oracle_core.risk.view import BookView, view_book

HOURS_A_WEEK = 168.0


def show_exposures(desk: Desk, request: RiskRequest) -> Document:
    """`oracle.exposures/1`: Greeks per coin, venue, pool, expiry, tenor and position, and what they risk."""
    sources = desk.sources(request)
    view = view_book(sources.portfolio, sources.market)
    limits = desk.persona(request.persona).value.state_limits()
    return {**exposures_document(view), **with_risk(view, limits), "warnings": list(sources.warnings)}


def stress(desk: Desk, request: StressRequest) -> Document:
    """`oracle.stress/1`: the grid, the move, the scenarios or the days that were asked for, by full revaluation.

    Raises: InputError: a move is asked for together with a scenario or days, which have moves of their own.
    """
    _one_kind(request)
    sources = desk.sources(request)
    view = view_book(sources.portfolio, sources.market)
    document: Document = {
        "schema": "oracle.stress/1",
        "as_of": to_json(sources.market.as_of),
        "equity_usd": view.equity_usd,
        "working_orders": len(view.portfolio.open_orders),
        "assumptions": list(assumptions(view)),
        "warnings": list(sources.warnings),
    }
    asked = ask_stress(view, request.scenario, request.days)
    if asked is not None:
        return {**document, **asked}
    if request.spot is None and request.vol is None:
        cells = stress_cells(stress_pnl(view, view.effective))
        return {**document, "cells": to_json(cells), "worst": to_json(worst_cell(cells))}
    return {**document, "scenario": _scenario(view, request.spot or 0.0, request.vol or 0.0, request.coin)}


def _one_kind(request: StressRequest) -> None:
    """A part of a question is never left out silently."""
    kind = "a scenario" if request.scenario else "days"
    if request.scenario is None and request.days is None:
        return
    given = {"spot": request.spot, "vol": request.vol, "coin": request.coin}
    found = [
        fault("stress", name, value, f"nothing beside {kind}: a move of its own, at once, is asked for alone")
        for name, value in given.items()
        if value is not None
    ]
    if found:
        raise InputError(found)


def funding(desk: Desk, request: BookRequest) -> Document:
    """`oracle.funding/1`: the funding of every perpetual of the book's coins, and what the held ones earn or pay."""
    sources = desk.sources(request)
    view = view_book(sources.portfolio, sources.market)
    return {
        "schema": "oracle.funding/1",
        "as_of": to_json(sources.market.as_of),
        "rows": [_funding_row(view, int(row)) for row in np.flatnonzero(view.table.kinds[Kind.PERPETUAL])],
        "warnings": list(sources.warnings),
    }


def positions(desk: Desk, _: NothingRequest) -> Document:
    """`oracle.positions/1`: the paper account as the journal has it."""
    account = desk.paper()
    paper = None if account is None else account.portfolio()
    document: Document = {
        "schema": "oracle.positions/1",
        "mode": desk.settings.mode,
        "trading_state": desk.trading_state().value,
    }
    if paper is None:
        return {**document, "account": None, "equity": {}, "positions": [], "open_orders": []}
    return {
        **document,
        "account": paper.name,
        "equity": to_json(paper.equity),
        "positions": to_json(paper.positions),
        "open_orders": to_json(paper.open_orders),
    }


def _scenario(view: BookView, spot: float, vol: float, coin: str | None) -> Json:
    """One move of every coin, or of the one that is named with the options of it."""
    moved = only(view, coin)
    alone = coin_scenarios(view, view.effective, spot, vol)
    pnl = scenario(view, view.effective, spot, vol) if coin is None else alone[moved[0]]
    share = 100.0 * pnl / view.equity_usd if view.equity_usd > 0.0 else None
    now = {item.coin: exposure_row(item) for item in exposures(view, view.effective)}
    return {
        "spot_pct": spot,
        "vol_points": vol,
        "moved": list(moved),
        "pnl_usd": pnl,
        "pct_equity": share,
        "by_coin": {name: alone[name] for name in moved},
        "coins": now,
    }


def _funding_row(view: BookView, row: int) -> Json:
    listed, contracts = view.table.instruments[row], float(view.held[row])
    quote = view.market.quotes[listed.id]
    notional = contracts * float(view.table.notional_usd[row])
    hourly, rate = hourly_funding(quote), funding_usd_per_hour(quote, notional)
    return {
        "venue": listed.venue,
        "symbol": listed.symbol,
        "funding_rate": quote.funding_rate,
        "interval_hours": quote.funding_interval_hours,
        "annual_simple": None if hourly is None else hourly * HOURS_A_YEAR,
        "next_funding_at": to_json(quote.next_funding_at),
        "contracts": contracts,
        "usd_per_day": None if rate is None else 24.0 * rate,
        "usd_over_week": None if hourly is None else expected_funding(hourly, 0.0, notional, HOURS_A_WEEK),
    }
