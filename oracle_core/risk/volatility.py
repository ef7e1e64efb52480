"""Which volatility the objective uses for a coin, and where it comes from."""

from statistics import median
from typing import NamedTuple

import numpy as np

from oracle_core.domain.instrument import Instrument
from oracle_core.domain.market import MarketSnapshot
from oracle_core.errors import MarketDataError
from oracle_core.pricing.inputs import SECONDS_A_YEAR, option_forward

HOURS_A_YEAR = 8_760.0


class Volatility(NamedTuple):
    """An annualised fraction above 0, and what it was read from."""

    value: float
    source: str


def horizon_volatility(market: MarketSnapshot, coin: str, hours: float) -> Volatility | None:
    """At-the-money implied volatility for a horizon, else the volatility index, else None.

    Total variance is interpolated between the expiries around the horizon; before the first expiry and after the
    last its volatility is held flat.
    """
    term = at_the_money(market, coin)
    if term:
        years = np.array([point[0] for point in term])
        vols = np.array([point[1] for point in term])
        horizon = hours / HOURS_A_YEAR
        if horizon <= years[0] or horizon >= years[-1]:
            return Volatility(float(np.interp(horizon, years, vols)), "at-the-money implied volatility")
        variance = float(np.interp(horizon, years, vols * vols * years))
        return Volatility(float(np.sqrt(variance / horizon)), "at-the-money implied volatility")
    quoted = market.volatility_index.get(coin)
    if quoted is not None and quoted > 0.0:
        return Volatility(quoted, "volatility index")
    return None


def at_the_money(market: MarketSnapshot, coin: str) -> list[tuple[float, float]]:
    """(years, volatility) of each live expiry with sound quotes, read at the forward by strike, soonest first."""
    smiles: dict[float, tuple[list[float], dict[float, list[float]]]] = {}
    for key, quote in market.quotes.items():
        listed = market.instruments[key]
        if not listed.is_option or listed.base != coin or key in market.rejected or not quote.mark_iv:
            continue
        if listed.expiry is None or listed.expired(market.as_of):
            continue
        forward = _forward(market, listed)
        if forward is None or listed.strike is None:
            continue
        years = (listed.expiry - market.as_of).total_seconds() / SECONDS_A_YEAR
        forwards, smile = smiles.setdefault(years, ([], {}))
        forwards.append(forward)
        smile.setdefault(listed.strike, []).append(quote.mark_iv)
    return [(years, _at_forward(*smile)) for years, smile in sorted(smiles.items())]


def _at_forward(forwards: list[float], smile: dict[float, list[float]]) -> float:
    strikes = sorted(smile)
    vols = [float(np.mean(smile[strike])) for strike in strikes]
    return float(np.interp(median(forwards), strikes, vols))


def _forward(market: MarketSnapshot, listed: Instrument) -> float | None:
    try:
        return option_forward(market, listed, market.quotes[listed.id])[0]
    except MarketDataError:
        return None
