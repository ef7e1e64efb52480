"""Makes the files of this folder: `python examples/make_examples.py`. Every figure here is made up by the project."""
# ruff: noqa: INP001 - a script beside the data that it makes, not a package

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from math import exp, floor, log, sin
from pathlib import Path
from typing import Final

import numpy as np

from oracle_core.domain.instrument import FeeBasis, Fees, Grid, Instrument, Kind, MarginTier, OptionType
from oracle_core.domain.market import Event, Level, MarketSnapshot, Quote, VenueStatus
from oracle_core.domain.portfolio import (
    MarginModel,
    MarginPool,
    Numeraire,
    OpenOrder,
    PoolBalance,
    Portfolio,
    Position,
)
from oracle_core.maths.black import black
from oracle_core.strict_json import is_list, is_object
from oracle_core.venues.book_file import book_json
from oracle_core.venues.market_file import market_json

NOW: Final = datetime(2026, 11, 7, 8, tzinfo=UTC)
OPENED: Final = NOW - timedelta(days=10)
NOVEMBER: Final = datetime(2026, 11, 27, 8, tzinfo=UTC)
DECEMBER: Final = datetime(2026, 12, 25, 8, tzinfo=UTC)
OPTION_FEES: Final = Fees(maker=0.0003, taker=0.0003, basis=FeeBasis.UNDERLYING, cap_of_premium=0.125, delivery=0.00015)
PERPETUAL_FEES: Final = Fees(maker=0.0, taker=0.0005)
TIERS: Final = (
    MarginTier(up_to_notional=1_000_000.0, initial=0.02, maintenance=0.01),
    MarginTier(up_to_notional=10_000_000.0, initial=0.05, maintenance=0.025, deduction=15_000.0),
    MarginTier(up_to_notional=None, initial=0.1, maintenance=0.05, deduction=265_000.0),
)


def perpetual(
    symbol: str, *, venue: str = "deribit", size: float = 1.0, step: str, tick: float, fees: Fees
) -> Instrument:
    pair, settle = symbol.split(":")
    base, quote = pair.split("/")
    grid = Grid(amount_step=Decimal(step), min_amount=Decimal(step), tick_size=tick)
    return Instrument(
        venue=venue, symbol=symbol, kind=Kind.PERPETUAL, base=base, quote=quote, settle=settle,
        linear=settle != base, contract_size=size, grid=grid, fees=fees, margin_tiers=TIERS,
    )  # fmt: skip


def option(
    pair: str, expiry: datetime, strike: int, kind: OptionType, *, size: float, step: str, tick: float
) -> Instrument:
    base, quote, settle = pair.replace(":", "/").split("/")
    return Instrument(
        venue="deribit", symbol=f"{pair}-{expiry:%y%m%d}-{strike}-{kind.name[0]}", kind=Kind.OPTION, base=base,
        quote=quote, settle=settle, linear=settle != base, contract_size=size,
        grid=Grid(amount_step=Decimal(step), min_amount=Decimal(step), tick_size=tick), fees=OPTION_FEES,
        expiry=expiry, strike=float(strike), option_type=kind,
    )  # fmt: skip


def ladder(best: float, step: float, sizes: Sequence[float]) -> tuple[Level, ...]:
    return tuple((round(best + n * step, 6), size) for n, size in enumerate(sizes))


def two_sided(
    listed: Instrument, bid: float, ask: float, step: float, *, sizes: Sequence[float], index: float
) -> Quote:
    return Quote(
        venue=listed.venue, symbol=listed.symbol, as_of=NOW, bid=bid, ask=ask, bids=ladder(bid, -step, sizes),
        asks=ladder(ask, step, sizes), mark=index, last=bid, index=index,
    )  # fmt: skip


def option_quote(listed: Instrument, forward: float, index: float, vol: float, half_spread_vol: float) -> Quote:
    """Marked by Black at `vol`; bid and ask a little volatility away, out to the next tick."""

    def worth(sigma: float) -> float:
        price = value(listed, forward, sigma, NOW)
        return price if listed.linear else price / forward

    tick = listed.grid.tick_size
    bid = round(floor(worth(vol - half_spread_vol) / tick) * tick, 6)
    ask = round(-floor(-worth(vol + half_spread_vol) / tick) * tick, 6)
    return Quote(
        venue=listed.venue, symbol=listed.symbol, as_of=NOW, bid=bid or None, ask=ask, mark=round(worth(vol), 6),
        bids=((bid, 40.0),) if bid else (), asks=((ask, 40.0),), index=index, forward=forward, mark_iv=vol,
    )  # fmt: skip


def value(listed: Instrument, forward: float, vol: float, at: datetime) -> float:
    """Black's price in USD of an option."""
    assert listed.expiry is not None
    assert listed.strike is not None
    assert listed.option_type is not None
    years = (listed.expiry - at).total_seconds() / (365 * 86_400)
    return float(black(forward, listed.strike, years, vol, sign=listed.option_type.sign).price)


def market(pairs: Sequence[tuple[Instrument, Quote]]) -> MarketSnapshot:
    return MarketSnapshot(
        as_of=NOW,
        instruments={listed.id: listed for listed, _ in pairs},
        quotes={quote.id: quote for _, quote in pairs},
        venue_status={listed.venue: VenueStatus.OK for listed, _ in pairs},
    )


def funded(quote: Quote, rate: float) -> Quote:
    return replace(quote, funding_rate=rate, funding_interval_hours=8.0, next_funding_at=NOW + timedelta(hours=8))


def straddle_market() -> MarketSnapshot:
    linear = perpetual("ETH/USDC:USDC", step="0.0001", tick=0.005, fees=PERPETUAL_FEES)
    inverse = perpetual("ETH/USD:ETH", step="1", tick=0.05, fees=PERPETUAL_FEES)
    spot = Instrument(
        venue="deribit", symbol="ETH/USDC", kind=Kind.SPOT, base="ETH", quote="USDC", settle="USDC", linear=True,
        contract_size=1.0, grid=replace(linear.grid, tick_size=0.1), fees=Fees(maker=0.0005, taker=0.001),
    )  # fmt: skip
    pairs = [
        (
            linear,
            funded(
                two_sided(linear, 1899.905, 1900.095, 0.05, sizes=(45.0, 60.0, 120.0, 250.0, 400.0), index=1900.0), 0.0
            ),
        ),
        (
            inverse,
            funded(
                two_sided(inverse, 1899.75, 1900.25, 0.05, sizes=(60_000.0, 90_000.0, 200_000.0), index=1900.0), 0.00005
            ),
        ),
        (spot, two_sided(spot, 1899.5, 1900.5, 0.1, sizes=(12.0, 20.0, 40.0), index=1900.0)),
    ]
    for kind in OptionType:
        listed = option("ETH/USDC:USDC", NOVEMBER, 1800, kind, size=1.0, step="0.1", tick=0.1)
        pairs.append((listed, option_quote(listed, 1900.0, 1900.0, 0.42, 0.01)))
    return replace(market(pairs), volatility_index={"ETH": 0.42})


def straddle_book() -> Portfolio:
    options = [option("ETH/USDC:USDC", NOVEMBER, 1800, kind, size=1.0, step="0.1", tick=0.1) for kind in OptionType]
    sold = tuple(
        Position(
            venue="deribit", symbol=listed.symbol, contracts=-10.0, entry_iv=0.42, opened_at=OPENED,
            entry_price=round(value(listed, 1813.0, 0.42, OPENED), 2),
        )
        for listed in options
    )  # fmt: skip
    hedge = Position(venue="deribit", symbol="ETH/USDC:USDC", contracts=0.9549, entry_price=1813.0, opened_at=OPENED)
    return Portfolio(name="ETH straddle", numeraire=Numeraire.USD, equity={"USD": 25_000.0}, positions=(*sold, hedge))


INDEX: Final = {"BTC": 92_400.0, "ETH": 2_950.0, "SOL": 138.0}
AT_THE_MONEY: Final = {"BTC": 0.46, "ETH": 0.64, "SOL": 0.78}
FUNDING: Final = {"deribit": {"BTC": 0.00006, "ETH": 0.00002, "SOL": 0.0001},
                  "binanceusdm": {"BTC": 0.0001, "ETH": 0.00008, "SOL": -0.00005}}  # fmt: skip


def coin_perpetuals() -> Iterator[tuple[Instrument, Quote]]:
    made = (
        ("deribit", "BTC/USD:BTC", 10.0, "1", 0.5, (20_000.0, 45_000.0, 90_000.0)),
        ("deribit", "ETH/USD:ETH", 1.0, "1", 0.05, (90_000.0, 150_000.0, 400_000.0)),
        ("deribit", "SOL/USDC:USDC", 1.0, "0.1", 0.01, (300.0, 800.0, 2_000.0)),
        ("binanceusdm", "BTC/USDT:USDT", 1.0, "0.001", 0.1, (8.0, 12.0, 30.0)),
        ("binanceusdm", "ETH/USDT:USDT", 1.0, "0.001", 0.01, (150.0, 300.0, 700.0)),
        ("binanceusdm", "SOL/USDT:USDT", 1.0, "0.01", 0.01, (900.0, 2_500.0, 6_000.0)),
    )
    for venue, symbol, size, step, tick, sizes in made:
        fees = PERPETUAL_FEES if venue == "deribit" else Fees(maker=0.0002, taker=0.0004)
        listed = perpetual(symbol, venue=venue, size=size, step=step, tick=tick, fees=fees)
        index = INDEX[listed.base]
        quote = two_sided(listed, round(index - tick, 6), round(index + tick, 6), 2 * tick, sizes=sizes, index=index)
        yield listed, funded(quote, FUNDING[venue][listed.base])


def coin_options() -> Iterator[tuple[Instrument, Quote]]:
    made = (
        ("BTC/USD:BTC", 1.0, "0.1", 0.0001, (80_000, 85_000, 90_000, 95_000, 100_000, 105_000)),
        ("ETH/USD:ETH", 1.0, "1", 0.0001, (2_400, 2_600, 2_800, 3_000, 3_200, 3_400)),
        ("SOL/USDC:USDC", 10.0, "1", 0.01, (110, 120, 130, 140, 150, 160)),
    )
    for pair, size, step, tick, strikes in made:
        for expiry in (NOVEMBER, DECEMBER):
            for strike in strikes:
                for kind in OptionType:
                    listed = option(pair, expiry, strike, kind, size=size, step=step, tick=tick)
                    yield listed, smiling(listed, expiry, strike)


def smiling(listed: Instrument, expiry: datetime, strike: int) -> Quote:
    """A smile with a dearer downside, and a forward that carries 4 % a year."""
    years = (expiry - NOW).total_seconds() / (365 * 86_400)
    index = INDEX[listed.base]
    forward = round(index * exp(0.04 * years), 2)
    moneyness = log(strike / forward)
    vol = round(AT_THE_MONEY[listed.base] - 0.15 * moneyness + 0.9 * moneyness**2 + 0.05 * years, 4)
    return option_quote(listed, forward, index, vol, 0.012)


def coins_market() -> MarketSnapshot:
    perpetuals = list(coin_perpetuals())
    first = int((NOW - timedelta(days=7)).timestamp() * 1000)
    history = {
        listed.id: tuple(
            (first + n * 28_800_000, round((quote.funding_rate or 0.0) * (1.0 + 0.5 * sin(n)), 8)) for n in range(22)
        )
        for listed, quote in perpetuals
    }
    made = market([*perpetuals, *coin_options()])
    prices = datetime(2026, 11, 12, 13, 30, tzinfo=UTC)
    return replace(
        made,
        volatility_index={"BTC": 0.47, "ETH": 0.65},
        funding_history=history,
        events=(Event(at=prices, name="US consumer prices", underlyings=("BTC", "ETH", "SOL")),),
    )


def coins_book() -> Portfolio:
    def held(
        symbol: str, contracts: float, price: float, *, venue: str = "deribit", iv: float | None = None
    ) -> Position:
        return Position(
            venue=venue, symbol=symbol, contracts=contracts, entry_price=price, entry_iv=iv, opened_at=OPENED,
            pool="deribit-main" if venue == "deribit" else "binance-main",
        )  # fmt: skip

    deribit = MarginPool(
        id="deribit-main", venue="deribit", margin_model=MarginModel.CROSS,
        currencies={"BTC": PoolBalance(balance=2.1, equity=2.0), "ETH": PoolBalance(balance=14.2, equity=15.0),
                    "USDC": PoolBalance(balance=66_000.0, equity=65_000.0)},
    )  # fmt: skip
    binance = MarginPool(
        id="binance-main", venue="binanceusdm", margin_model=MarginModel.CROSS,
        currencies={"USDT": PoolBalance(balance=141_000.0, equity=140_000.0)},
    )  # fmt: skip
    return Portfolio(
        name="Three coins", numeraire=Numeraire.USD,
        equity={"BTC": 2.0, "ETH": 15.0, "USDC": 65_000.0, "USDT": 140_000.0},
        positions=(
            held("BTC/USD:BTC-261225-100000-C", -2.0, 0.0282, iv=0.455),
            held("BTC/USD:BTC-261225-85000-P", -2.0, 0.0301, iv=0.485),
            held("BTC/USD:BTC", -12_000.0, 91_800.0),
            held("ETH/USD:ETH-261127-3000-C", 30.0, 0.0555, iv=0.62),
            held("ETH/USD:ETH-261127-2800-P", 30.0, 0.0472, iv=0.655),
            held("SOL/USDC:USDC-261127-150-C", -20.0, 5.1, iv=0.77),
            held("ETH/USDT:USDT", -18.5, 2_971.4, venue="binanceusdm"),
            held("SOL/USDT:USDT", 95.0, 136.2, venue="binanceusdm"),
        ),
        pools=(deribit, binance),
        open_orders=(
            OpenOrder(venue="binanceusdm", symbol="ETH/USDT:USDT", contracts=2.0, price=2_920.0, client_id="desk-0001"),
        ),
    )  # fmt: skip


def month_of_candles() -> str:
    """Hourly bars of a random walk at 42 % a year, busier in the afternoon, from a fixed seed."""
    draw = np.random.default_rng(20261107)
    hourly = 0.42 / np.sqrt(365 * 24)
    table = io.StringIO()
    writer = csv.writer(table, lineterminator="\n")
    writer.writerow(("timestamp", "open", "high", "low", "close", "volume"))
    price, start = 1_813.0, NOW - timedelta(hours=720)
    for hour in range(720):
        at = start + timedelta(hours=hour)
        busy = 1.0 + 0.35 * sin((at.hour - 9) * np.pi / 12)
        path = price * np.exp(np.cumsum(draw.standard_normal(60)) * hourly * busy / np.sqrt(60))
        bar = [price, max(price, float(path.max())), min(price, float(path.min())), float(path[-1])]
        volume = 9_000.0 * busy * float(draw.lognormal(0.0, 0.4))
        writer.writerow((f"{at:%Y-%m-%dT%H:%M:%SZ}", *(f"{level:.2f}" for level in bar), f"{volume:.1f}"))
        price = round(bar[3], 2)
    return table.getvalue()


def laid_out(data: bytes) -> str:
    """The same JSON with one row a line, for people who read it."""

    def compact(value: object) -> str:
        return json.dumps(value, separators=(", ", ": "), ensure_ascii=False)

    content: object = json.loads(data)
    assert is_object(content)
    parts: list[str] = []
    for key in sorted(content, key=lambda name: (name != "schema", name != "account", name != "as_of")):
        value = content[key]
        if is_list(value) and value:
            rows = ",\n".join(f"    {compact(item)}" for item in value)
            parts.append(f"  {compact(key)}: [\n{rows}\n  ]")
        else:
            parts.append(f"  {compact(key)}: {compact(value)}")
    return "{\n" + ",\n".join(parts) + "\n}\n"


def files() -> Mapping[str, str]:
    return {
        "eth-straddle.book.json": laid_out(book_json(straddle_book())),
        "eth-straddle.market.json": laid_out(market_json(straddle_market())),
        "three-coins.book.json": laid_out(book_json(coins_book())),
        "three-coins.market.json": laid_out(market_json(coins_market())),
        "eth-month.candles.csv": month_of_candles(),
    }


if __name__ == "__main__":
    for name, text in files().items():
        (Path(__file__).parent / name).write_text(text, encoding="utf-8")
