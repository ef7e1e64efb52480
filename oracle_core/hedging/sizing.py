"""How many of a structure the budgets allow: of time value, vega, gamma, stress, premium, notional, cost and depth."""

import math
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from oracle_core.domain.hedge import ActionKind
from oracle_core.domain.instrument import InstrumentId
from oracle_core.hedging.evaluate import cost_rate
from oracle_core.hedging.notional import premium_usd
from oracle_core.hedging.situation import Situation
from oracle_core.hedging.structures import Structure, unit_cost
from oracle_core.playbook.params.establish import EstablishParams
from oracle_core.pricing.contracts import Floats
from oracle_core.risk.stress import stress_pnl

BPS = 10_000.0


class Room(NamedTuple):
    """How many structures one budget still has room for, and the budget in words."""

    units: float
    name: str
    cap: str


def tightest(case: Situation, coin: str, structure: Structure, side: float, params: EstablishParams) -> Room:
    """The budget that binds a structure bought (`side` +1) or sold (-1) with its hedge.

    Every budget is a share of equity less what the book already uses, and each is linear in the size: half the budget
    of an empty book is half the size.
    """
    rooms = (
        *_greeks(case, coin, structure, side, params),
        *_flows(case, coin, structure, side),
        _stress(case, coin, structure, side, params),
        *_depth(case, structure, side),
    )
    return min(rooms, key=lambda room: (room.units, room.name))


def structure_premium(case: Situation, structure: Structure, side: float) -> float:
    """USD that one structure costs (or brings) at the best prices; infinite where nobody stands."""
    return sum(_premium(case, key, side) for key in structure.ids)


def _greeks(
    case: Situation, coin: str, structure: Structure, side: float, params: EstablishParams
) -> Iterator[Room]:  # fmt: skip
    equity, persona = case.equity_usd, case.persona
    mine = next(item for item in case.hold.exposures if item.coin == coin)
    others = [item for item in case.hold.exposures if item.coin != coin]
    target = case.strategy.targets.gamma_1pct_pct_equity
    if target is not None:
        gap = side * (target / 100.0 * equity - sum(item.gamma_1pct_usd for item in case.hold.exposures))
        yield _room(gap, structure.gamma_1pct, "targets.gamma_1pct_pct_equity", f"{target:g} % of equity")
    if side > 0.0:
        theta, paid = params.theta_day_bps_equity, -sum(item.theta_usd_per_day for item in case.hold.exposures)
        room = theta / BPS * equity - max(paid, 0.0)
        yield _room(room, -structure.theta_day, "theta_day_bps_equity", f"{theta:g} bp of equity a day")
    gamma = persona.gamma_1pct_pct_equity
    used = sum(abs(item.gamma_1pct_usd) for item in others) + side * mine.gamma_1pct_usd
    yield _room(gamma / 100.0 * equity - used, structure.gamma_1pct, "gamma_1pct_pct_equity", _of(gamma, case))
    vega, own = persona.vega_point_pct_equity, params.vega_point_pct_equity
    used = sum(abs(item.vega_usd_per_point) for item in others) + side * mine.vega_usd_per_point
    cap, said = (own, f"{own:g} % of equity") if own is not None and own < vega else (vega, _of(vega, case))
    yield _room(cap / 100.0 * equity - used, structure.vega_point, "vega_point_pct_equity", said)


def _flows(case: Situation, coin: str, structure: Structure, side: float) -> Iterator[Room]:
    flow, equity = case.persona.flow_limits(), case.equity_usd
    traded = _order_notional(case, coin, structure, side)
    yield _room(flow.plan_notional_pct_equity / 100.0 * equity, traded, "plan_notional_pct_equity",
                _of(flow.plan_notional_pct_equity, case))  # fmt: skip
    added = case.strategy.allowance(ActionKind.ESTABLISH, "added_notional_pct_equity")
    if added is not None:
        yield _room(added / 100.0 * equity, traded, "budget.added_notional_pct_equity", f"{added:g} % of equity")
    cost = unit_cost(case, coin, structure, side)
    dear = math.inf if cost is None else cost
    yield _room(flow.plan_cost_bps_equity / BPS * equity, dear, "plan_cost_bps_equity",
                f"{flow.plan_cost_bps_equity:g} bp of equity, {case.persona.name}")  # fmt: skip
    if side > 0.0:
        own = case.strategy.allowance(ActionKind.ESTABLISH, "premium_week_bps_equity")
        premium, name = flow.premium_week_bps_equity, "premium_week_bps_equity"
        if own is not None and own < premium:
            premium, name = own, f"budget.{name}"
        yield _room(premium / BPS * equity, structure_premium(case, structure, side), name, f"{premium:g} bp of equity")


def _order_notional(case: Situation, coin: str, structure: Structure, side: float) -> float:
    """What one structure and its hedge count for: of each option the larger of premium and delta cash."""
    index = case.view.index[coin]
    cash = (abs(float(case.view.table.delta[row])) * index for row in structure.rows)
    options = sum(max(dollars, _premium(case, key, side)) for dollars, key in zip(cash, structure.ids, strict=True))
    return options + abs(structure.delta) * index


def _stress(case: Situation, coin: str, structure: Structure, side: float, params: EstablishParams) -> Room:
    """The size at which some cell of the stress grid loses all that may be lost, with the delta hedged."""
    share = params.stress_pct_of_limit / 100.0
    most = share * case.persona.stress_loss_pct_equity / 100.0 * case.equity_usd
    now, unit = stress_pnl(case.view, case.view.effective), _unit_pnl(case, coin, structure, side)
    losing = unit < 0.0
    units = (most + now[losing]) / -unit[losing]
    least = float(units.min(initial=math.inf))
    cap = f"{params.stress_pct_of_limit:g} % of the {case.persona.stress_loss_pct_equity:g} % of {case.persona.name}"
    return Room(max(least, 0.0), "stress_pct_of_limit", cap)


def _unit_pnl(case: Situation, coin: str, structure: Structure, side: float) -> Floats:
    """P&L of one hedged structure over the stress grid, shape (spots, vols)."""
    grid = case.view.stress
    found = side * np.sum(grid[list(structure.rows)], axis=0)
    hedges = case.hedges(coin)
    if hedges:
        row, _ = hedges[0]
        found = found - side * structure.delta / float(case.view.table.delta[row]) * grid[row]
    return found


def _depth(case: Situation, structure: Structure, side: float) -> Iterator[Room]:
    for key in structure.ids:
        quote = case.view.market.quotes[key]
        levels = quote.asks if side > 0.0 else quote.bids
        if levels:
            shown = sum(size for _, size in levels)
            yield Room(shown, "depth", f"{shown:g} contracts of {key.symbol} shown")


def _premium(case: Situation, key: InstrumentId, side: float) -> float:
    listed, quote = case.view.market.instruments[key], case.view.market.quotes[key]
    price = quote.best_ask if side > 0.0 else quote.best_bid
    if price is None or cost_rate(case, key, side) is None:
        return math.inf
    return premium_usd(listed, 1.0, price, case.view.index[listed.base])


def _room(left: float, each: float, name: str, cap: str) -> Room:
    return Room(max(left, 0.0) / each if each > 0.0 else math.inf, name, cap)


def _of(percent: float, case: Situation) -> str:
    return f"{percent:g} % of equity, {case.persona.name}"
