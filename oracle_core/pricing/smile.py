"""The smile a market quotes, expiry by expiry: one volatility a strike, with its bid and ask."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from oracle_core.domain.instrument import Instrument
from oracle_core.domain.market import MarketSnapshot, Quote
from oracle_core.errors import MarketDataError
from oracle_core.maths.implied import implied_vol
from oracle_core.maths.svi_fit import SmileQuotes
from oracle_core.pricing.forwards import Forwards
from oracle_core.pricing.inputs import SECONDS_A_YEAR, discount_factor

Floats = NDArray[np.float64]

MARK_ONLY: Final = 0.5
"""Half-spread, in volatility, of a strike without a bid or an ask: its mark is the venue's guess and hardly counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotedSmile:
    """One expiry as quoted. Arrays have one element a strike, ascending; volatilities are fractions, NaN where absent.

    vol: what is fitted: the middle of bid and ask, else the mark.    half_spread: in volatility.
    """

    expiry: datetime
    years: float
    forward: float
    strike: Floats
    k: Floats
    vol: Floats
    half_spread: Floats
    bid_vol: Floats
    ask_vol: Floats
    mark_vol: Floats
    notes: tuple[str, ...] = ()

    @property
    def quotes(self) -> SmileQuotes:
        """What a fit needs."""
        return SmileQuotes(self.k, self.vol, self.half_spread)


class _Option(NamedTuple):
    """One option with its own life and forward, and its prices in quote currency (NaN: nobody, not stated)."""

    strike: float
    sign: float
    years: float
    forward: float
    bid: float
    ask: float
    mark: float
    mark_vol: float


def quoted_smiles(market: MarketSnapshot, coin: str) -> tuple[QuotedSmile, ...]:
    """Every expiry of a coin's options that has at least one usable volatility, in order.

    At each strike the out-of-the-money option speaks; where it lacks a bid or an ask and the other option has both,
    that one does. Expired options, and quotes that are old, crossed or not a price, are left out.
    Forwards are the quotes' own, else a dated future's mark, else put-call parity of the expiry; life is counted from
    each quote's own moment.
    """
    forwards = Forwards(market)
    expiries: dict[datetime, list[_Option]] = {}
    notes: dict[datetime, set[str]] = {}
    for key, quote in market.quotes.items():
        listed = market.instruments[key]
        if not listed.is_option or listed.base != coin or key in market.rejected or quote.defect() is not None:
            continue
        assert listed.expiry is not None
        found = _option(market, listed, quote, forwards)
        if found is not None:
            expiries.setdefault(listed.expiry, []).append(found[0])
            notes.setdefault(listed.expiry, set()).update(found[1])
    smiles = (_smile(expiry, options, sorted(notes[expiry])) for expiry, options in sorted(expiries.items()))
    return tuple(smile for smile in smiles if smile is not None)


def _option(
    market: MarketSnapshot, listed: Instrument, quote: Quote, forwards: Forwards
) -> tuple[_Option, tuple[str, ...]] | None:
    assert listed.expiry is not None
    assert listed.strike is not None
    assert listed.option_type is not None
    years = (listed.expiry - quote.as_of).total_seconds() / SECONDS_A_YEAR
    if years <= 0.0:
        return None
    try:
        forward, notes = forwards.of(listed, quote)
    except MarketDataError:
        return None
    # Prices undiscounted, in USD: what the volatility is read from.
    unit = 1.0 / discount_factor(market, listed, years) if listed.linear else forward
    bid, ask, mark = (
        np.nan if price is None else price * unit for price in (quote.best_bid, quote.best_ask, quote.mark)
    )
    mark_vol = np.nan if quote.mark_iv is None else quote.mark_iv
    return _Option(listed.strike, listed.option_type.sign, years, forward, bid, ask, mark, mark_vol), notes


def _smile(expiry: datetime, options: Sequence[_Option], notes: Sequence[str]) -> QuotedSmile | None:
    strike, sign, years, forward, bid, ask, mark, mark_vol = (
        np.array(values, dtype=np.float64) for values in zip(*options, strict=True)
    )
    bid_vol, ask_vol, implied = (_vols(price, forward, strike, years, sign) for price in (bid, ask, mark))
    mark_vol = np.where(mark_vol > 0.0, mark_vol, implied)
    two_sided = np.isfinite(bid_vol) & np.isfinite(ask_vol)
    vol = np.where(two_sided, 0.5 * (bid_vol + ask_vol), mark_vol)
    half_spread = np.where(two_sided, 0.5 * np.maximum(ask_vol - bid_vol, 0.0), MARK_ONLY)
    k = np.log(strike / forward)
    chosen = _one_a_strike(strike, k * sign, two_sided, np.isfinite(vol))
    if chosen.size == 0:
        return None
    return QuotedSmile(
        expiry=expiry, years=float(np.median(years)), forward=float(np.median(forward)), notes=tuple(notes),
        strike=strike[chosen], k=k[chosen], vol=vol[chosen], half_spread=half_spread[chosen],
        bid_vol=bid_vol[chosen], ask_vol=ask_vol[chosen], mark_vol=mark_vol[chosen],
    )  # fmt: skip


def _vols(price: Floats, forward: Floats, strike: Floats, years: Floats, sign: Floats) -> Floats:
    vol = implied_vol(np.where(np.isnan(price), 0.0, price), forward, strike, years, sign=sign)
    return np.where(vol > 0.0, vol, np.nan)


def _one_a_strike(
    strike: Floats, outward: Floats, two_sided: NDArray[np.bool_], usable: NDArray[np.bool_]
) -> NDArray[np.intp]:
    """Rows of the best option at each strike: both sides quoted first, then the more out of the money."""
    rows = np.flatnonzero(usable)
    order: NDArray[np.intp] = rows[np.lexsort((-outward[rows], ~two_sided[rows], strike[rows]))]
    first = np.ones(order.size, dtype=np.bool_)
    first[1:] = strike[order][1:] != strike[order][:-1]
    return order[first]
