"""Implied volatility at the money, for a horizon and by expiry, as a market quotes it."""

from collections.abc import Sequence
from statistics import fmean, median
from typing import Final, NamedTuple

import numpy as np

from oracle_core.domain.market import MarketSnapshot
from oracle_core.errors import MarketDataError
from oracle_core.pricing.forwards import Forwards
from oracle_core.pricing.inputs import SECONDS_A_YEAR

HOURS_A_YEAR: Final = 8_760.0


class Volatility(NamedTuple):
    """An annualised fraction above 0, and what it was read from."""

    value: float
    source: str


class TermPoint(NamedTuple):
    """An expiry's life in years and its volatility at the money."""

    years: float
    vol: float


class _Smile(NamedTuple):
    forwards: list[float]
    vols: dict[float, list[float]]


def horizon_implied(
    market: MarketSnapshot, coins: Sequence[str], hours: float, forwards: Forwards
) -> dict[str, Volatility]:
    """At-the-money implied volatility for a horizon, else the volatility index; coins without either are left out."""
    terms = at_the_money(market, forwards)
    found = {coin: _at_horizon(market, coin, terms.get(coin, []), hours / HOURS_A_YEAR) for coin in coins}
    return {coin: vol for coin, vol in found.items() if vol is not None and vol.value > 0.0}


def _at_horizon(market: MarketSnapshot, coin: str, term: Sequence[TermPoint], horizon: float) -> Volatility | None:
    """Total variance is interpolated between the expiries around the horizon; outside them volatility is flat."""
    if term:
        years, vols = np.array([point.years for point in term]), np.array([point.vol for point in term])
        value = float(np.interp(horizon, years, vols))
        if years[0] < horizon < years[-1]:
            value = float(np.sqrt(np.interp(horizon, years, vols * vols * years) / horizon))
        return Volatility(value, "at-the-money implied volatility")
    quoted = market.volatility_index.get(coin)
    return None if quoted is None else Volatility(quoted, "volatility index")


def at_the_money(market: MarketSnapshot, forwards: Forwards) -> dict[str, list[TermPoint]]:
    """The term structure of every coin with live, sound option quotes, soonest first, read at the forward by strike."""
    smiles: dict[str, dict[float, _Smile]] = {}
    for key, quote in market.quotes.items():
        listed = market.instruments[key]
        if not quote.mark_iv or listed.strike is None or listed.expiry is None or key in market.rejected:
            continue
        years = (listed.expiry - market.as_of).total_seconds() / SECONDS_A_YEAR
        if years <= 0.0:
            continue
        try:
            forward, _ = forwards.of(listed, quote)
        except MarketDataError:
            continue
        smile = smiles.setdefault(listed.base, {}).setdefault(years, _Smile([], {}))
        smile.forwards.append(forward)
        smile.vols.setdefault(listed.strike, []).append(quote.mark_iv)
    return {
        coin: [TermPoint(years, _at_forward(smile)) for years, smile in sorted(found.items())]
        for coin, found in smiles.items()
    }


def _at_forward(smile: _Smile) -> float:
    strikes = sorted(smile.vols)
    return float(np.interp(median(smile.forwards), strikes, [fmean(smile.vols[strike]) for strike in strikes]))
