"""Chains of quoted options for tests: Black prices around one volatility, a spread, and as much depth as is asked."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

import worlds

from oracle_core.domain.instrument import Instrument, OptionType
from oracle_core.domain.market import MarketSnapshot, Quote
from oracle_core.maths.black import black_price

SPOT = 100_000.0
VOL = 0.55


def quoted_option(
    listed: Instrument, *, spot: float = SPOT, vol: float = VOL, spread: float = 0.05, depth: float = 1e4
) -> Quote:
    """An option marked at Black, bid and asked half a spread (as a share of the mark) to either side."""
    assert listed.strike is not None
    assert listed.option_type is not None
    assert listed.expiry is not None
    years = (listed.expiry - worlds.NOW).total_seconds() / 31_536_000.0
    fair = float(black_price(spot, listed.strike, years, vol, sign=listed.option_type.sign))
    fair /= 1.0 if listed.linear else spot
    bid, ask = fair * (1.0 - spread / 2.0), fair * (1.0 + spread / 2.0)
    return worlds.marked(
        listed, spot, vol, mark=fair, bid=bid, ask=ask, bids=((bid, depth),), asks=((ask, depth),)
    )  # fmt: skip


def options(
    coin: str = "BTC", *, strikes: Sequence[float], days: Sequence[float], step: str = "0.1", linear: bool = True
) -> list[Instrument]:
    made = [
        worlds.option(coin, strike, right, days=day, linear=linear)
        for day in days
        for strike in strikes
        for right in OptionType
    ]
    return [replace(listed, grid=worlds.grid(step, 0.0001)) for listed in made]


def chain_market(
    listed: Sequence[Instrument], perpetual: Instrument | None = None, *, spot: float = SPOT, **quote: float
) -> MarketSnapshot:
    """The options and a perpetual (linear, 5.5 bp, unless another is given), all quoted on both sides."""
    hedge = perpetual or worlds.perpetual(listed[0].base)
    pairs = [(hedge, worlds.quoted(hedge, spot, funding_rate=0.0, funding_interval_hours=8.0))]
    pairs += [(item, quoted_option(item, spot=spot, **quote)) for item in listed]
    return worlds.market(pairs, volatility_index={listed[0].base: VOL})


def find(listed: Sequence[Instrument], strike: float, right: OptionType, days: float | None = None) -> Instrument:
    return next(
        item
        for item in listed
        if (item.strike, item.option_type) == (strike, right)
        and (days is None or item.expiry == worlds.option("BTC", strike, right, days=days).expiry)
    )


def fine(step: str) -> Instrument:
    """A perpetual on a grid as fine as is asked."""
    return replace(worlds.perpetual(), grid=worlds.grid(str(Decimal(step))))
