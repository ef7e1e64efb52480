"""A made-up desk: a seeded book of a thousand positions in a thousand instruments, and the market it stands in."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import numpy as np

from oracle_core.domain.instrument import FeeBasis, Fees, Grid, Instrument, Kind, MarginTier, OptionType
from oracle_core.domain.market import MarketSnapshot, Quote
from oracle_core.domain.portfolio import MarginModel, MarginPool, Numeraire, PoolBalance, Portfolio, Position
from oracle_core.maths.black import black_price

NOW = datetime(2026, 3, 1, 8, tzinfo=UTC)
PRICES = {"BTC": 65_000.0, "ETH": 1_900.0, "SOL": 140.0}
VOLS = {"BTC": 0.5, "ETH": 0.65, "SOL": 0.8}
EXPIRIES = (1, 2, 5, 12, 26, 54, 89, 117, 208, 299)
EQUITY = 5_000_000.0
_TIER = MarginTier(up_to_notional=None, initial=0.05, maintenance=0.025)


def desk_market(count: int, venues: Sequence[str] = ("deribit",)) -> MarketSnapshot:
    """Perpetuals of three coins on each venue and options around the money: `count` instruments, all quoted."""
    pairs = [_perpetual(coin, venue, inverse=False) for venue in venues for coin in PRICES]
    pairs += [_perpetual(coin, "deribit", inverse=True) for coin in PRICES]
    each = -(-(count - len(pairs)) // len(PRICES))
    pairs += [pair for coin in PRICES for pair in _options(coin, each)]
    return MarketSnapshot(
        as_of=NOW,
        instruments={listed.id: listed for listed, _ in pairs[:count]},
        quotes={quote.id: quote for _, quote in pairs[:count]},
        volatility_index=VOLS,
    ).admit(timedelta(seconds=60))


def desk_book(market: MarketSnapshot, *, positions: int | None = None, seed: int = 20261120) -> Portfolio:
    """A position in each instrument, or in so many of them, the options short on the whole; a pool on each venue."""
    draw = np.random.default_rng(seed)
    held: list[Position] = []
    every = max(len(market.instruments) // positions, 1) if positions else 1
    for key, listed in list(market.instruments.items())[::every][:positions]:
        unit = 1.0 if listed.linear or listed.is_option else PRICES[listed.base] / listed.contract_size
        size = float(np.round(draw.normal(-0.3, 1.0) * unit, 1)) or 0.1
        held.append(Position(venue=key.venue, symbol=key.symbol, contracts=size))
    venues = sorted({position.venue for position in held})
    small = EQUITY / 50.0
    rest = EQUITY - small * (len(venues) - 1)
    pools = tuple(_pool(venue, rest if venue == "deribit" else small) for venue in venues)
    return Portfolio(
        name="made up", numeraire=Numeraire.USD, equity={"USD": EQUITY}, positions=tuple(held), pools=pools
    )


def _pool(venue: str, equity: float) -> MarginPool:
    balance = PoolBalance(balance=equity, equity=equity, initial_margin=0.2 * equity, maintenance_margin=0.15 * equity)
    return MarginPool(id=venue, venue=venue, margin_model=MarginModel.CROSS, currencies={"USD": balance})


def _perpetual(coin: str, venue: str, *, inverse: bool) -> tuple[Instrument, Quote]:
    price, step = PRICES[coin], Decimal("1" if inverse else "0.001")
    settle, quote_currency = (coin, "USD") if inverse else ("USDC", "USDC")
    listed = Instrument(
        venue=venue, symbol=f"{coin}/{quote_currency}:{settle}", kind=Kind.PERPETUAL, base=coin, quote=quote_currency,
        settle=settle, linear=not inverse, contract_size=10.0 if inverse else 1.0, margin_tiers=(_TIER,),
        fees=Fees(maker=0.0, taker=5e-4), grid=Grid(amount_step=step, min_amount=step, tick_size=0.01),
    )  # fmt: skip
    quote = Quote(
        venue=venue, symbol=listed.symbol, as_of=NOW, mark=price, index=price, funding_rate=1e-5,
        funding_interval_hours=8.0,
        bids=tuple((price * (0.9999 - 1e-4 * level), 1e6) for level in range(10)),
        asks=tuple((price * (1.0001 + 1e-4 * level), 1e6) for level in range(10)),
    )  # fmt: skip
    return listed, quote


def _options(coin: str, count: int) -> list[tuple[Instrument, Quote]]:
    strikes = -(-count // (2 * len(EXPIRIES)))
    ratios = np.linspace(0.6, 1.6, strikes)
    found = [
        _option(coin, days, float(np.round(ratio * PRICES[coin], 1)), right)
        for days in EXPIRIES
        for ratio in ratios
        for right in OptionType
    ]
    return found[:count]


def _option(coin: str, days: int, strike: float, right: OptionType) -> tuple[Instrument, Quote]:
    expiry, index = NOW + timedelta(days=days), PRICES[coin]
    listed = Instrument(
        venue="deribit", symbol=f"{coin}/USD:{coin}-{expiry:%y%m%d}-{strike:.10g}-{right.name[0]}", kind=Kind.OPTION,
        base=coin, quote="USD", settle=coin, linear=False, contract_size=1.0, expiry=expiry, strike=strike,
        option_type=right, grid=Grid(amount_step=Decimal("0.1"), min_amount=Decimal("0.1"), tick_size=0.0001),
        fees=Fees(maker=0.0003, taker=0.0003, basis=FeeBasis.UNDERLYING, cap_of_premium=0.125),
    )  # fmt: skip
    forward = index * (1.0 + 0.05 * days / 365.0)
    skew = 0.1 * np.log(strike / forward) ** 2
    vol = float(VOLS[coin] + skew)
    coins = float(black_price(forward, strike, days / 365.0, vol, sign=right.sign)) / forward + 1e-4
    quote = Quote(
        venue="deribit", symbol=listed.symbol, as_of=NOW, index=index, forward=forward,
        mark_iv=vol, bid=0.98 * coins, ask=1.02 * coins, mark=coins,
    )  # fmt: skip
    return listed, quote
