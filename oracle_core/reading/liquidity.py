"""What can be traded: spread, depth near the middle, volume, open interest, and how long an order takes."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from oracle_core.domain.instrument import Instrument, InstrumentId
from oracle_core.domain.market import Level, MarketSnapshot, Quote
from oracle_core.errors import MarketDataError
from oracle_core.pricing.costs import notional_usd, trade_cost
from oracle_core.pricing.inputs import coin_index, reference
from oracle_core.reading.reading import Absent

NEAR_BPS: Final = 10.0
FAR_BPS: Final = 50.0
STANDARD_USD: Final = 100_000.0
"""The order that costs and filling times are stated for."""
PARTICIPATION: Final = 0.1
"""The share of the venue's volume that an order may be without being the market."""


class Depth(NamedTuple):
    """USD within some basis points of the middle, on the thinner side. reached: whether the ladder shown goes that far;
    where it does not there may be more."""

    usd: float
    reached: bool


class Liquidity(NamedTuple):
    """One instrument. cost_bps: fee, half-spread and slippage of taking the standard order, of its notional.

    volume_usd, interest_usd: of a day, and open.  minutes: to fill the standard order at a tenth of the day's volume.
    """

    key: InstrumentId
    spread_bps: float | Absent
    near: Depth | Absent
    far: Depth | Absent
    volume_usd: float | Absent
    interest_usd: float | Absent
    minutes: float | Absent
    cost_bps: float | Absent


def liquidity(market: MarketSnapshot, key: InstrumentId, order_usd: float = STANDARD_USD) -> Liquidity | Absent:
    """How well one instrument can be traded, from its quote alone."""
    listed, quote, problem = market.instrument(key), market.quotes.get(key), market.problem(key)
    if quote is None or problem is not None:
        return Absent(f"quote is {problem}")
    price = reference(quote)
    try:
        index = coin_index(market, listed.base)
    except MarketDataError:
        return Absent("no index")
    if price is None or price <= 0.0:
        return Absent("no price")
    unit = notional_usd(listed, 1.0, price, index)
    volume = Absent("no volume") if quote.volume_24h is None else unit * quote.volume_24h
    interest = Absent("no open interest") if quote.open_interest is None else unit * quote.open_interest
    return Liquidity(
        key=key, spread_bps=spread_bps(quote), near=_depth(listed, quote, NEAR_BPS, index),
        far=_depth(listed, quote, FAR_BPS, index), volume_usd=volume, interest_usd=interest,
        minutes=_minutes(volume, order_usd), cost_bps=_cost_bps(listed, quote, order_usd / unit, index),
    )  # fmt: skip


def spread_bps(quote: Quote) -> float | Absent:
    """From the best bid to the best ask, in basis points of the middle."""
    bid, ask, mid = quote.best_bid, quote.best_ask, quote.mid
    if bid is None or ask is None or not mid:
        return Absent("nobody on one side")
    return 1e4 * (ask - bid) / mid


def _depth(listed: Instrument, quote: Quote, bps: float, index: float) -> Depth | Absent:
    mid = quote.mid
    if not mid or not quote.bids or not quote.asks:
        return Absent("no ladder on one side")
    away = 1e-4 * bps * mid
    sides = [_side(listed, levels, mid, away, index) for levels in (quote.bids, quote.asks)]
    return min(sides, key=lambda found: found.usd)


def _side(listed: Instrument, levels: Sequence[Level], mid: float, away: float, index: float) -> Depth:
    inside = [(price, size) for price, size in levels if abs(price - mid) <= away]
    usd = sum(notional_usd(listed, size, price, index) for price, size in inside)
    return Depth(usd, len(inside) < len(levels))


def _minutes(volume: float | Absent, order_usd: float) -> float | Absent:
    if isinstance(volume, Absent):
        return volume
    return 1_440.0 * order_usd / (PARTICIPATION * volume) if volume > 0.0 else Absent("nothing was traded")


def _cost_bps(listed: Instrument, quote: Quote, contracts: float, index: float) -> float | Absent:
    """The mean of buying and selling; a ladder thinner than the order is no cost."""
    costs = [trade_cost(listed, quote, signed, index) for signed in (contracts, -contracts)]
    found = [1e4 * cost.total / cost.notional_usd for cost in costs if cost]
    return sum(found) / 2.0 if len(found) == 2 else Absent("the ladder shown is thinner than the order")
