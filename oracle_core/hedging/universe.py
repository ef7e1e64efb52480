"""Which options may be bought or sold, and which coins a strategy may open: screened before anything is priced."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from oracle_core.domain.hedge import ActionKind
from oracle_core.domain.instrument import Instrument, InstrumentId, OptionType
from oracle_core.domain.market import MarketSnapshot, Quote, VenueStatus
from oracle_core.domain.portfolio import Portfolio
from oracle_core.errors import MarketDataError
from oracle_core.maths.black import black_core
from oracle_core.playbook.blend import ANY_DELTA, ANY_LIFE, Blend
from oracle_core.pricing.forwards import Forwards
from oracle_core.pricing.inputs import SECONDS_A_YEAR, coin_index
from oracle_core.risk.correlations import TABLED

MOST_OPTIONS = 60
"""Options that enter a decision; an optimisation over more of them costs time and finds nothing that is tradable."""

DELTA_STEPS = 10
"""Of two options in the same expiry, type and tenth of delta the one that is cheaper to trade is kept."""

OPTION_KINDS = frozenset({
    ActionKind.OPTION_GAMMA, ActionKind.OPTION_VEGA, ActionKind.DELTA_GAMMA_VEGA, ActionKind.OPTION_WING,
    ActionKind.COLLAR, ActionKind.ESTABLISH, ActionKind.RECENTRE, ActionKind.ROLL,
})  # fmt: skip
"""Kinds that trade options which need not be held."""

PAIRED_KINDS = frozenset({ActionKind.ESTABLISH, ActionKind.RECENTRE, ActionKind.ROLL})
"""Kinds that need a call and a put of one strike: each expiry's straddle at the money enters before the rest."""

OPENING_KINDS = frozenset({
    ActionKind.ESTABLISH, ActionKind.CARRY_OPEN, ActionKind.PAIR_OPEN, ActionKind.VENUE_SPREAD,
})  # fmt: skip
"""Kinds that may open a coin in which nothing is held."""

DAYS_A_YEAR = 365.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Universe:
    """What a strategy may trade beyond what is held, and how many were left out by each rule.

    options: at most `MOST_OPTIONS`.  coins: those it may open, beside those of the book.
    """

    options: tuple[InstrumentId, ...] = ()
    coins: tuple[str, ...] = ()
    left_out: Mapping[str, str] | None = None
    widened: bool = False
    """Whether the options are beyond what the strategy trades: only a breach may be cured with them."""


def widened(portfolio: Portfolio, market: MarketSnapshot, strategy: Blend, found: Universe) -> Universe:
    """The cheapest options of any life and delta in the coins of a book in breach, whatever its strategy trades."""
    anything = replace(strategy, option_days=ANY_LIFE, option_abs_delta=ANY_DELTA, underlyings=None)
    used = tuple(sorted(_touched(portfolio, market, anything)))
    options = _cheapest(_alive(market, anything, used), anything, paired=False)
    return replace(found, options=options, widened=True)


class _Listed(NamedTuple):
    listed: Instrument
    quote: Quote
    forward: float
    years: float


def universe(portfolio: Portfolio, market: MarketSnapshot, strategy: Blend) -> Universe:
    """The options within the strategy's days and deltas that somebody quotes on both sides, the cheapest to trade."""
    kinds = strategy.policies.keys()
    coins = _coins(market, strategy) if kinds & OPENING_KINDS else _movers(market, strategy)
    if not kinds & OPTION_KINDS:
        return Universe(coins=coins)
    used = tuple(sorted({*coins, *_touched(portfolio, market, strategy)}))
    listed = _alive(market, strategy, used)
    found = _cheapest(listed, strategy, paired=bool(kinds & PAIRED_KINDS))
    dropped = len(listed) - len(found)
    told = {"options": f"{dropped:,} of {len(listed):,} left out: outside the strategy's deltas, or dearer to trade"}
    return Universe(options=found, coins=coins, left_out=told if dropped else None)


def _coins(market: MarketSnapshot, strategy: Blend) -> tuple[str, ...]:
    """The coins with a price that the strategy names; every coin of the market where it names none."""
    named = strategy.underlyings
    return tuple(coin for coin in sorted(market.coins) if (named is None or coin in named) and _priced(market, coin))


def _movers(market: MarketSnapshot, strategy: Blend) -> tuple[str, ...]:
    """The coins with which another may be hedged: those whose correlations are in the table."""
    if strategy.params.cross_hedge is None:
        return ()
    return tuple(coin for coin in sorted(TABLED.intersection(market.coins)) if _priced(market, coin))


def _priced(market: MarketSnapshot, coin: str) -> bool:
    try:
        coin_index(market, coin)
    except MarketDataError:
        return False
    return True


def _touched(portfolio: Portfolio, market: MarketSnapshot, strategy: Blend) -> set[str]:
    held = {
        market.instruments[item.id].base
        for item in (*portfolio.positions, *portfolio.open_orders)
        if item.id in market.instruments
    }
    owned = {coin for coin, amount in portfolio.equity.items() if amount}
    coins = (held | owned) & set(market.coins)
    return coins if strategy.underlyings is None else coins & strategy.underlyings


def _alive(market: MarketSnapshot, strategy: Blend, coins: tuple[str, ...]) -> list[_Listed]:
    forwards = Forwards(market)
    found: list[_Listed] = []
    for key, quote in sorted(market.quotes.items()):
        listed = market.instruments[key]
        if not listed.is_option or listed.expiry is None or listed.base not in coins or not _tradable(market, quote):
            continue
        years = (listed.expiry - quote.as_of).total_seconds() / SECONDS_A_YEAR
        if years <= 0.0 or not strategy.option_days.min <= years * DAYS_A_YEAR <= strategy.option_days.max:
            continue
        try:
            forward, _ = forwards.of(listed, quote)
        except MarketDataError:
            continue
        found.append(_Listed(listed, quote, forward, years))
    return found


def _tradable(market: MarketSnapshot, quote: Quote) -> bool:
    return (
        quote.mid is not None
        and bool(quote.mark_iv)
        and quote.id not in market.rejected
        and market.status(quote.venue) is VenueStatus.OK
    )


def _cheapest(found: list[_Listed], strategy: Blend, *, paired: bool) -> tuple[InstrumentId, ...]:
    """The cheapest of every expiry, type and tenth of delta; then expiry by expiry until there are enough."""
    if not found:
        return ()
    greeks = black_core(
        np.array([item.forward for item in found]), np.array([item.listed.strike for item in found], dtype=np.float64),
        np.array([item.years for item in found]), np.array([item.quote.mark_iv for item in found], dtype=np.float64),
        sign=np.array([item.listed.option_type.sign for item in found if item.listed.option_type], dtype=np.float64),
    )  # fmt: skip
    wanted, best = strategy.option_abs_delta, dict[tuple[object, ...], tuple[float, InstrumentId]]()
    inside: list[_Listed] = []
    for item, delta, vega in zip(found, np.abs(greeks.delta), greeks.vega, strict=True):
        if not wanted.min <= delta <= wanted.max or vega <= 0.0:
            continue
        inside.append(item)
        bucket = (item.listed.base, item.listed.expiry, item.listed.option_type, int(delta * DELTA_STEPS))
        offer = (_spread_per_vega(item, float(vega)), item.listed.id)
        best[bucket] = min(best.get(bucket, offer), offer)
    return _spread_over_expiries(best | (_straddles(inside) if paired else {}))


def _straddles(inside: list[_Listed]) -> dict[tuple[object, ...], tuple[float, InstrumentId]]:
    """Both options of the strike nearest to the forward, per expiry and settlement: they stand before every spread."""
    strikes: dict[tuple[object, ...], list[_Listed]] = {}
    for item in inside:
        listed = item.listed
        strikes.setdefault((listed.base, listed.expiry, listed.venue, listed.settle, listed.strike), []).append(item)
    nearest: dict[tuple[object, ...], tuple[float, str, list[_Listed]]] = {}
    for key, pair in strikes.items():
        if len(pair) == len(OptionType):
            off = (abs((pair[0].listed.strike or 0.0) / pair[0].forward - 1.0), str(key), pair)
            nearest[key[:4]] = min(nearest.get(key[:4], off), off, key=lambda entry: entry[:2])
    return {
        (*key, "straddle", item.listed.option_type): (-1.0, item.listed.id)
        for key, (_, _, pair) in nearest.items()
        for item in pair
    }


def _spread_per_vega(item: _Listed, vega: float) -> float:
    bid, ask = item.quote.best_bid, item.quote.best_ask
    assert bid is not None
    assert ask is not None
    return (ask - bid) * (1.0 if item.listed.linear else item.forward) / vega


def _spread_over_expiries(best: Mapping[tuple[object, ...], tuple[float, InstrumentId]]) -> tuple[InstrumentId, ...]:
    by_expiry: dict[tuple[object, ...], list[tuple[float, InstrumentId]]] = {}
    for bucket, offer in best.items():
        by_expiry.setdefault(bucket[:2], []).append(offer)
    queues = [sorted(offers, reverse=True) for _, offers in sorted(by_expiry.items(), key=lambda item: str(item[0]))]
    chosen: set[InstrumentId] = set()
    while len(chosen) < MOST_OPTIONS and any(queues):
        for queue in queues:
            if queue and len(chosen) < MOST_OPTIONS:
                chosen.add(queue.pop()[1])
    return tuple(sorted(chosen))
