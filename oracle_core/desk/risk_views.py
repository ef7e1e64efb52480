"""What a book risks, as documents: margin and survival, scenarios, time, tails, pairs and heat."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from oracle_core.desk.desk import Desk
from oracle_core.desk.documents import Document
from oracle_core.desk.requests import RiskRequest
from oracle_core.domain.canonical import Json, to_json
from oracle_core.domain.exposure import PoolMargin
from oracle_core.domain.limits import StateLimits
from oracle_core.pricing.contracts import VOL_FACTORS
from oracle_core.risk.correlations import correlations
from oracle_core.risk.exposures import held_exposures
from oracle_core.risk.heat import heat_index
from oracle_core.risk.legs import leg_checks, required_move, running_pnl
from oracle_core.risk.outlook import outlook
from oracle_core.risk.pairs import beta_delta, pairs
from oracle_core.risk.revaluation import BookMove, all_coins, delta_after, stress_over_time
from oracle_core.risk.scenarios import run_scenarios
from oracle_core.risk.survival import worst_move_survival
from oracle_core.risk.tails import book_tails
from oracle_core.risk.view import BookView, view_book
from oracle_core.risk.volatility import horizon_volatilities

SPOTS: Final = (-0.30, -0.25, -0.10, -0.05, 0.0, 0.05, 0.10, 0.25, 0.30)
HOURS_A_DAY: Final = 24.0


def show_margin(desk: Desk, request: RiskRequest) -> Document:
    """`oracle.margin/1`: each pool's margin by its rule, its worst move, and its legs in the pool and alone."""
    sources = desk.sources(request)
    view = view_book(sources.portfolio, sources.market)
    persona = desk.persona(request.persona).value
    now = outlook(view)
    move = required_move(persona.liquidation_distance_pct_min)
    return {
        "schema": "oracle.margin/1",
        "as_of": to_json(sources.market.as_of),
        "account": view.portfolio.name,
        "equity_usd": view.equity_usd,
        "persona": persona.name,
        "limits": {
            "margin_use_pct": persona.margin_use_pct,
            "liquidation_distance_pct_min": persona.liquidation_distance_pct_min,
            "venue_share_pct_max": persona.venue_share_pct_max,
        },
        "pools": [_pool(found) for found in now.pools],
        "survival": to_json(worst_move_survival(view)),
        "legs": to_json(leg_checks(view, now.pools, move)),
        "venue_share_pct": to_json(view.venue_shares() if view.portfolio.pools else {}),
        "warnings": list(sources.warnings),
    }


def with_risk(view: BookView, limits: StateLimits) -> Document:
    """Running P&L, pairs, a day's tails and heat, to lay beside the exposures."""
    found = held_exposures(view)
    vols = horizon_volatilities(view.market, view.coins, HOURS_A_DAY, view.forwards)
    listed = pairs(found, vols, correlations(view.market, [item.coin for item in found]))
    tails = book_tails(view, view.effective, HOURS_A_DAY, vols)
    return {
        "running_pnl": _running(view),
        "pairs": to_json(listed),
        "beta_delta_usd": {item.coin: beta_delta(found, listed, item.coin) for item in found if len(found) > 1},
        "tails_1d": None if tails is None else to_json(tails),
        "heat": to_json(heat_index(outlook(view).measures, limits)),
    }


def ask_stress(view: BookView, scenario: str | None, days: Sequence[float] | None) -> Document | None:
    """The scenarios of a name, or the grid over days; None where neither was asked for."""
    if scenario is not None:
        rows = run_scenarios(view, view.effective, scenario)
        return {"scenarios": [{**_object(row), "pct_equity": _share(view, row.pnl_usd)} for row in rows]}
    return None if days is None else {"over_time": _over_time(view, days)}


def _over_time(view: BookView, days: Sequence[float]) -> Json:
    spots = np.array(SPOTS)
    grid = stress_over_time(view, view.effective, spots, VOL_FACTORS, days)
    deltas = {coin: [_deltas(view, coin, day) for day in days] for coin in view.coins}
    return [
        {
            "days": day,
            "cells": [
                {"spot_pct": 100.0 * shock, "vol_factor": factor, "pnl_usd": float(grid[i, j, n])}
                for i, shock in enumerate(SPOTS)
                for j, factor in enumerate(VOL_FACTORS)
            ],
            "delta_after": {coin: found[n] for coin, found in deltas.items()},
        }
        for n, day in enumerate(days)
    ]


def _deltas(view: BookView, coin: str, day: float) -> Json:
    found = delta_after(view, view.effective, BookMove(coins=all_coins(view, SPOTS), days=day), coin)
    return [{"spot_pct": 100.0 * shock, "coins": float(value)} for shock, value in zip(SPOTS, found, strict=True)]


def _pool(found: PoolMargin) -> Json:
    return {
        **_object(found),
        "headroom_usd": found.headroom_usd,
        "margin_ratio_pct": found.margin_ratio_pct,
        "collateral_ratio_pct": found.collateral_ratio_pct,
        "under_collateralised": found.under_collateralised,
    }


def _running(view: BookView) -> Json:
    held = [(f"{item.venue} {item.symbol}", running_pnl(view, item)) for item in view.portfolio.positions]
    known = [pnl for _, pnl in held if pnl is not None]
    return {
        "total_usd": sum(known) if held and len(known) == len(held) else None,
        "without_entry": sum(pnl is None for _, pnl in held),
        "positions": [{"position": name, "pnl_usd": pnl} for name, pnl in held],
    }


def _share(view: BookView, pnl: float) -> float | None:
    return 100.0 * pnl / view.equity_usd if view.equity_usd > 0.0 else None


def _object(value: object) -> Document:
    plain = to_json(value)
    assert isinstance(plain, dict)
    return dict(plain)
