"""Small books and markets, made by hand, for tests of every floor. Import as `worlds`."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import numpy as np

from oracle_core.domain.instrument import FeeBasis, Fees, Grid, Instrument, Kind, MarginTier, OptionType
from oracle_core.domain.market import Candles, MarketSnapshot, Quote
from oracle_core.domain.portfolio import MarginModel, MarginPool, Numeraire, PoolBalance, Portfolio, Position
from oracle_core.hedging.candidates import Proposal, measure, propose, situation
from oracle_core.hedging.situation import Situation
from oracle_core.playbook.blend import Blend, blend
from oracle_core.playbook.load import load_persona, load_strategy
from oracle_core.playbook.persona import Persona
from oracle_core.reading.bars import Bars, daily
from oracle_core.reading.reading import Absent
from oracle_core.risk.view import BookView, view_book
from oracle_core.venues.candle_file import read_candles

NOW = datetime(2026, 3, 1, 8, tzinfo=UTC)
MAX_AGE = timedelta(seconds=60)
ALL_IN = 5.5e-4
"""Cost of one perpetual trade in the worked examples, as a share of notional."""


def grid(step: str = "0.001", tick: float = 0.01) -> Grid:
    return Grid(amount_step=Decimal(step), min_amount=Decimal(step), tick_size=tick)


def perpetual(
    coin: str = "BTC", *, venue: str = "deribit", fee: float = ALL_IN, step: str = "0.001",
    tiers: tuple[MarginTier, ...] = (),
) -> Instrument:  # fmt: skip
    """Linear, one coin a contract; its whole cost is the fee unless a quote has a spread."""
    return Instrument(
        venue=venue, symbol=f"{coin}/USDC:USDC", kind=Kind.PERPETUAL, base=coin, quote="USDC", settle="USDC",
        linear=True, contract_size=1.0, grid=grid(step), fees=Fees(maker=0.0, taker=fee), margin_tiers=tiers,
    )  # fmt: skip


def inverse_perpetual(
    coin: str = "BTC", *, venue: str = "deribit", size: float = 10.0, fee: float = ALL_IN
) -> Instrument:
    return Instrument(
        venue=venue, symbol=f"{coin}/USD:{coin}", kind=Kind.PERPETUAL, base=coin, quote="USD", settle=coin,
        linear=False, contract_size=size, grid=grid("1", 0.5), fees=Fees(maker=0.0, taker=fee),
    )  # fmt: skip


def spot(coin: str = "BTC", *, venue: str = "deribit", fee: float = 0.001) -> Instrument:
    return Instrument(
        venue=venue, symbol=f"{coin}/USDC", kind=Kind.SPOT, base=coin, quote="USDC", settle="USDC", linear=True,
        contract_size=1.0, grid=grid(), fees=Fees(maker=fee, taker=fee),
    )  # fmt: skip


def future(coin: str = "BTC", *, days: float = 90.0, venue: str = "deribit", fee: float = ALL_IN) -> Instrument:
    expiry = NOW + timedelta(days=days)
    return Instrument(
        venue=venue, symbol=f"{coin}/USDC:USDC-{expiry:%y%m%d}", kind=Kind.FUTURE, base=coin, quote="USDC",
        settle="USDC", linear=True, contract_size=1.0, grid=grid(), fees=Fees(maker=0.0, taker=fee), expiry=expiry,
    )  # fmt: skip


def option(
    coin: str, strike: float, right: OptionType, *, days: float, linear: bool = True, venue: str = "deribit"
) -> Instrument:
    expiry = NOW + timedelta(days=days)
    settle = "USDC" if linear else coin
    quote = "USDC" if linear else "USD"
    return Instrument(
        venue=venue, symbol=f"{coin}/{quote}:{settle}-{expiry:%y%m%d}-{strike:.10g}-{right.name[0]}", kind=Kind.OPTION,
        base=coin, quote=quote, settle=settle, linear=linear, contract_size=1.0, grid=grid("0.1", 0.0001),
        fees=Fees(maker=0.0003, taker=0.0003, basis=FeeBasis.UNDERLYING, cap_of_premium=0.125),
        expiry=expiry, strike=strike, option_type=right,
    )  # fmt: skip


def quoted(listed: Instrument, price: float, /, *, half_spread: float = 0.0, **more: object) -> Quote:
    """A perpetual, future or spot quoted around a price, deep enough for anything."""
    bid, ask = price - half_spread, price + half_spread
    made = Quote(
        venue=listed.venue, symbol=listed.symbol, as_of=NOW, bid=bid, ask=ask, bids=((bid, 1e9),),
        asks=((ask, 1e9),), mark=price, index=price,
    )  # fmt: skip
    return replace(made, **more)  # type: ignore[arg-type]


def marked(listed: Instrument, forward: float, vol: float, /, **more: object) -> Quote:
    """An option with a volatility and nobody in its book."""
    made = Quote(
        venue=listed.venue, symbol=listed.symbol, as_of=NOW, forward=forward, index=forward, mark_iv=vol
    )  # fmt: skip
    return replace(made, **more)  # type: ignore[arg-type]


def market(pairs: Sequence[tuple[Instrument, Quote]], **more: object) -> MarketSnapshot:
    made = MarketSnapshot(
        as_of=NOW,
        instruments={listed.id: listed for listed, _ in pairs},
        quotes={quote.id: quote for _, quote in pairs},
    )
    return replace(made, **more).admit(MAX_AGE)  # type: ignore[arg-type]


def held(listed: Instrument, contracts: float, **more: object) -> Position:
    made = Position(venue=listed.venue, symbol=listed.symbol, contracts=contracts)
    return replace(made, **more)  # type: ignore[arg-type]


def book(
    equity: Mapping[str, float], *positions: Position, numeraire: Numeraire = Numeraire.USD, **more: object
) -> Portfolio:
    made = Portfolio(name="test", numeraire=numeraire, equity=equity, positions=positions)
    return replace(made, **more)  # type: ignore[arg-type]


def pool(name: str, venue: str, equity: float) -> MarginPool:
    balance = PoolBalance(balance=equity, equity=equity)
    return MarginPool(id=name, venue=venue, margin_model=MarginModel.CROSS, currencies={"USD": balance})


def rules(name: str = "delta_neutral", **changes: object) -> Blend:
    """A shipped strategy, with some fields changed as its file would be."""
    found = load_strategy(name).value
    return blend([(found.model_copy(update=changes), 1.0)])


def who(name: str = "balanced", **changes: object) -> Persona:
    return load_persona(name).value.model_copy(update=changes)


def unlimited(name: str) -> Persona:
    """A persona whose state and flow limits bind nothing, for examples with limits off."""
    shipped = load_persona(name).value
    ceilings = [*shipped.state_limits().__dataclass_fields__, *shipped.flow_limits().__dataclass_fields__]
    loose = {limit: 0.0 if limit.endswith("_min") else 1e9 for limit in ceilings}
    # Capital is priced from the stress limit, so switching the limit off must switch Capital off too.
    return shipped.model_copy(update={**loose, "stress_capital_rate_per_year": 0.0})


def facing(
    portfolio: Portfolio,
    snapshot: MarketSnapshot,
    persona: Persona,
    strategy: Blend | None = None,
    options: Sequence[Instrument] = (),
    coins: Sequence[str] = (),
) -> Situation:
    view = view_book(portfolio, snapshot, [listed.id for listed in options], coins=coins)
    return situation(view, strategy or rules(), persona)


def proposed(
    portfolio: Portfolio, snapshot: MarketSnapshot, persona: Persona, strategy: Blend | None = None
) -> Proposal:
    return propose(measure(portfolio, snapshot, strategy or rules(), persona))


def seen(portfolio: Portfolio, snapshot: MarketSnapshot) -> BookView:
    return view_book(portfolio, snapshot)


def walk(
    *, days: int, vol: float = 0.6, start: float = 100_000.0, step_hours: int = 1, seed: int = 1,
    until: datetime = NOW, shock: float = 0.0,
) -> Candles:  # fmt: skip
    """Bars of a random walk, the last closing at `until`; by `shock` a day's log volatility varies, and lingers."""
    draw = np.random.default_rng(seed)
    number = days * 24 // step_hours
    size = vol * np.sqrt(step_hours / 8_760.0)
    moods = np.zeros(days)
    for day, news in enumerate(draw.standard_normal(days)):
        moods[day] = shock * news + (0.85 * moods[day - 1] if day else 0.0)
    busy = np.exp(np.repeat(moods, 24 // step_hours))
    path = start * np.exp(np.concatenate([[0.0], np.cumsum(size * busy * draw.standard_normal(number))]))
    first = int(until.timestamp() * 1000) - number * step_hours * 3_600_000
    rows = [
        (float(first + n * step_hours * 3_600_000), float(a), float(max(a, b)), float(min(a, b)), float(b), 1.0)
        for n, (a, b) in enumerate(pairwise(path))
    ]
    return Candles(timeframe=f"{step_hours}h" if step_hours < 24 else "1d", rows=tuple(rows))


def realised_days(folder: Path, name: str) -> tuple[np.ndarray, np.ndarray]:
    """Realised variance and return of every whole day of recorded candles, as the readings make them."""
    found = daily(recorded(folder, name))
    assert not isinstance(found, Absent)
    return found.variance, found.returns


def recorded(folder: Path, name: str, *, start: str | None = None, end: str | None = None) -> Bars:
    """Recorded bars that open from one UTC time on and close until another."""
    series = read_candles(folder / "data" / "candles" / f"{name}.parquet")
    step = int(series.step.total_seconds() * 1000)
    first, last = (None if at is None else datetime.fromisoformat(at + "Z").timestamp() * 1000 for at in (start, end))
    kept = slice(
        0 if first is None else int(np.searchsorted(series.times, first)),
        None if last is None else int(np.searchsorted(series.times + step, last, side="right")),
    )
    return Bars(
        source=name, step_ms=step, close_ms=series.times[kept] + step, open=series.open[kept], high=series.high[kept],
        low=series.low[kept], close=series.close[kept], volume=series.volume[kept],
    )  # fmt: skip
