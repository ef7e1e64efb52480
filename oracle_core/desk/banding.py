"""What hedging an at-the-money straddle costs and is worth: bands, break-even, and how often to hedge at most."""

from typing import Final, NamedTuple

import numpy as np

from oracle_core.desk.band_picture import band_picture
from oracle_core.desk.desk import Desk
from oracle_core.desk.documents import Document
from oracle_core.desk.output import write_file
from oracle_core.desk.requests import BandsRequest
from oracle_core.desk.surfacing import market_of, picture_path
from oracle_core.domain.canonical import to_json
from oracle_core.domain.instrument import Kind
from oracle_core.domain.market import MarketSnapshot
from oracle_core.errors import InputError, fault
from oracle_core.maths.band_width import BandWidths, band_widths
from oracle_core.maths.bands import leland_number
from oracle_core.maths.domain import Floats
from oracle_core.maths.gamma_economics import break_even
from oracle_core.maths.hedge_frequency import useful_frequency
from oracle_core.maths.structures import straddle
from oracle_core.playbook.load import load_persona
from oracle_core.pricing.costs import one_way_cost_rate
from oracle_core.pricing.surface import Surface, build_surface, surfaces

VOLS: Final = (0.20, 0.30, 0.40, 0.50, 0.60, 0.80, 1.00, 1.25, 1.50)
COSTS: Final = (0.5, 1.0, 2.0)
"""Times today's cost."""
_DAYS, _HOURS, _SECONDS = 365.0, 8_760.0, 365.0 * 86_400.0
_HEDGES: Final = frozenset({Kind.PERPETUAL, Kind.FUTURE, Kind.SPOT})


class HedgeCase(NamedTuple):
    """What is hedged, with what, and by whom. vol, cost: fractions; aversion per USD; latency in years."""

    coin: str
    forward: float
    years: float
    vol: float
    contracts: float
    cost: float
    hedge: str
    aversion: float
    latency: float


def show_bands(desk: Desk, request: BandsRequest) -> Document:
    """`oracle.bands/1`: half-widths by volatility and cost, break-even and the most useful frequency, coin by coin.

    Raises: InputError: the market, persona or picture's path is no good, or a coin cannot be hedged with what is
        quoted. MarketDataError: no options with a volatility.
    """
    market, warnings = market_of(desk, request.market)
    found = surfaces(market) if request.coin is None else (build_surface(market, request.coin),)
    if not found:
        wanted = "options with a price or a mark_iv"
        raise InputError([fault(str(request.market or "market"), "quotes", "no option", wanted)])
    persona = load_persona(request.persona or "balanced", desk.settings.personas).value
    aversion = persona.risk_aversion / request.equity_usd
    cases = [_case(market, surface, request, aversion) for surface in found]
    path = picture_path(desk, request.picture, "bands", found)
    write_file(path, band_picture(cases, market.as_of))
    return {
        "schema": "oracle.bands/1", "as_of": to_json(market.as_of),
        "coins": {case.coin: _coin(case) for case in cases},
        "assumptions": [
            f"{request.contracts:g} at-the-money straddles of one coin, {request.days:g} days, linear",
            "interest rate 0 %, dividends none: a straddle on its forward",
            f"persona {persona.name}: risk aversion {persona.risk_aversion:g} on {request.equity_usd:,.0f} USD",
            f"a hedge takes effect after {request.latency_seconds:g} s",
        ],
        "picture": str(path), "warnings": list(warnings),
    }  # fmt: skip


def _case(market: MarketSnapshot, surface: Surface, request: BandsRequest, aversion: float) -> HedgeCase:
    years = request.days / _DAYS
    hedge, cost = _cheapest(market, surface)
    return HedgeCase(
        coin=surface.coin, forward=float(surface.forward(years)), years=years, vol=float(surface.vol_at(0.0, years)),
        contracts=request.contracts, cost=cost, hedge=hedge, aversion=aversion,
        latency=request.latency_seconds / _SECONDS,
    )  # fmt: skip


def _cheapest(market: MarketSnapshot, surface: Surface) -> tuple[str, float]:
    """The contract with the lowest one-way cost among those that are delta and nothing else."""
    rates: list[tuple[float, str]] = []
    for key, quote in market.quotes.items():
        listed = market.instruments[key]
        if listed.base != surface.coin or listed.kind not in _HEDGES or key in market.rejected:
            continue
        rate = one_way_cost_rate(listed, quote, 1.0, surface.index)
        if rate is not None and rate > 0.0:
            rates.append((rate, f"{listed.symbol} on {listed.venue}"))
    if not rates:
        wanted = "a perpetual, future or spot with a bid, an ask and a fee"
        raise InputError([fault("market", f"hedge of {surface.coin}", "none that costs something", wanted)])
    cost, name = min(rates)
    return name, cost


def _coin(case: HedgeCase) -> Document:
    greeks = straddle(case.forward, case.forward, case.years, case.vol).greeks
    gamma, theta = case.contracts * greeks.gamma, case.contracts * greeks.theta
    paying = break_even(case.forward, gamma, theta)
    now = _bands(case, np.array([case.vol]), np.array([1.0]))
    grid = _bands(case, np.array(VOLS)[:, None], np.array(COSTS)[None, :])
    return {
        "forward": case.forward, "life_hours": case.years * _HOURS,
        "vol": case.vol, "cost_rate": case.cost, "hedge": case.hedge,
        "gamma_1pct_usd": float(paying.dollar_gamma), "theta_usd_per_day": float(theta) / _DAYS,
        "break_even": {"move_usd": float(paying.move), "move_pct": 100.0 * float(paying.fraction),
                       "realised_vol": float(paying.realised_vol)},
        "half_width_coins": {name: float(getattr(now, name)[0]) for name in ("whalley_wilmott", "zakamouline")},
        "leland_number_hourly": float(leland_number(case.vol, 1.0 / _HOURS, round_trip_cost=2.0 * case.cost)),
        "frequency": _frequency(case, float(gamma)),
        "by_vol_and_cost": [
            {"vol": vol, "cost_rate": case.cost * times, "whalley_wilmott": float(grid.whalley_wilmott[row, column]),
             "zakamouline": float(grid.zakamouline[row, column])}
            for row, vol in enumerate(VOLS) for column, times in enumerate(COSTS)
        ],
    }  # fmt: skip


def _bands(case: HedgeCase, vols: Floats, costs: Floats) -> BandWidths:
    return band_widths(
        case.forward, case.forward, case.years, vols, options=2.0 * case.contracts, cost=case.cost * costs,
        risk_aversion=case.aversion,
    )  # fmt: skip


def _frequency(case: HedgeCase, gamma: float) -> Document:
    found = useful_frequency(
        case.forward, gamma, case.vol, cost=case.cost, risk_aversion=case.aversion, latency=case.latency
    )
    return {
        "interval_hours": float(found.interval) * _HOURS, "hedges_per_day": 1.0 / (float(found.interval) * _DAYS),
        "cost_usd_per_day": float(found.cost) / _DAYS, "risk_usd_per_day": float(found.risk) / _DAYS,
        "bound": str(found.bound),
    }  # fmt: skip
