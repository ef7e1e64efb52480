"""What it costs to wait: the objective's own terms for doing nothing, over some hours and over the horizon."""

from dataclasses import replace

import numpy as np

from oracle_core.desk.advice import chosen_of
from oracle_core.desk.decide import decide, face
from oracle_core.desk.desk import Desk
from oracle_core.desk.documents import Document
from oracle_core.desk.questions import WaitRequest
from oracle_core.domain.canonical import Json, to_json
from oracle_core.hedging.candidates import situation
from oracle_core.hedging.situation import Situation

HOURS_A_DAY = 24.0


def wait(desk: Desk, request: WaitRequest) -> Document:
    """`oracle.waiting/1`: Carry, Risk and Capital of hold over the hours asked for and over the horizon.

    Nothing is chosen or kept; what would be chosen now is shown beside it, with what it is worth more than waiting.
    """
    brief, warnings = desk.brief(request)
    case = face(brief)
    best = chosen_of(decide(brief))
    asked = dict.fromkeys((request.hours, case.hours))
    return {
        "schema": "oracle.waiting/1",
        "as_of": to_json(brief.market.as_of),
        "persona": brief.persona.name,
        "strategy": brief.strategy.name,
        "equity_usd": case.equity_usd,
        "hours": request.hours,
        "horizon_hours": case.hours,
        "rows": [_row(case, hours) for hours in asked],
        "coins": {
            item.coin: {
                "effective_delta": item.effective_delta,
                "deviation_usd": _deviation(case, item.coin, item.effective_delta, request.hours),
            }
            for item in case.hold.exposures
        },
        "acting": {
            "label": best.label,
            "kind": best.kind.value,
            "coin": best.coin,
            "legs": to_json(best.legs),
            "cost": to_json(best.cost),
            "benefit": best.benefit,
        },
        "warnings": list(warnings),
    }


def _row(case: Situation, hours: float) -> Json:
    """Hold's terms as the engine weighs them, with the horizon set to some hours."""
    resting = case.resting if hours == case.hours else _over(case, hours).resting
    theta = sum(item.theta_usd_per_day for item in case.hold.exposures)
    paid = [item.funding_usd_per_day for item in case.hold.exposures]
    known = [usd for usd in paid if usd is not None]
    return {
        "hours": hours,
        "carry": resting.carry,
        "edge": resting.edge,
        "risk": resting.risk,
        "capital": resting.capital,
        "total": resting.utility,
        "theta_usd": theta * hours / HOURS_A_DAY,
        "funding_usd": sum(known) * hours / HOURS_A_DAY if len(known) == len(paid) else None,
    }


def _over(case: Situation, hours: float) -> Situation:
    return situation(case.view, replace(case.strategy, horizon_hours=hours), case.persona, case.universe)


def _deviation(case: Situation, coin: str, coins: float, hours: float) -> float | None:
    """One standard deviation of the P&L of a coin's delta over some hours, in USD; None without a volatility."""
    vol = case.vols.get(coin)
    if vol is None:
        return None
    return float(abs(coins) * case.view.index[coin] * vol.value * np.sqrt(hours / (365.0 * HOURS_A_DAY)))
