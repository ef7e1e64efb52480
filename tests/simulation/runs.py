"""A plain decision to hedge to zero, and candles made for it."""

from collections.abc import Sequence
from decimal import Decimal

import numpy as np

from oracle_core.domain.hedge import Leg
from oracle_core.domain.instrument import Kind
from oracle_core.domain.market import MarketSnapshot
from oracle_core.domain.portfolio import Portfolio
from oracle_core.risk.exposures import exposures
from oracle_core.risk.view import view_book
from oracle_core.simulation.bars import Bars
from oracle_core.simulation.scenario import Funding, Scenario, Structure, TradingCosts

DAY_MS = 86_400_000
START_MS = 1_767_225_600_000  # 2026-01-01, midnight UTC
FREE = TradingCosts(taker_fee=0.0, half_spread_bps=0.0, option_fee=0.0, option_half_spread=0.0)


def to_zero(book: Portfolio, market: MarketSnapshot) -> Sequence[Leg]:
    """Trade the net delta away with the perpetual."""
    view = view_book(book, market)
    return perpetual_legs(market, -exposures(view, view.held)[0].net_delta)


def never(book: Portfolio, market: MarketSnapshot) -> Sequence[Leg]:
    return []


def perpetual_legs(market: MarketSnapshot, coins: float) -> list[Leg]:
    perpetual = next(listed for listed in market.instruments.values() if listed.kind is Kind.PERPETUAL)
    contracts = perpetual.grid.toward_zero(coins)
    if not contracts:
        return []
    leg = Leg(venue=perpetual.venue, symbol=perpetual.symbol, contracts=contracts, coins=float(contracts),
              notional_usd=0.0, price=0.0)  # fmt: skip
    return [leg]


def bars(close: Sequence[float], step_ms: int = DAY_MS, start_ms: int = START_MS) -> Bars:
    """Candles that open where the one before closed."""
    closes = np.array(close, dtype=np.float64)
    opens = np.concatenate([closes[:1], closes[:-1]])
    times = start_ms + step_ms * np.arange(len(closes), dtype=np.int64)
    return Bars(start_ms=times, open=opens, high=np.maximum(opens, closes), low=np.minimum(opens, closes),
                close=closes, volume=np.ones(len(closes)))  # fmt: skip


def random_walk(seed: int, count: int, vol: float = 0.6, step_ms: int = 3_600_000, start: float = 60_000.0) -> Bars:
    """Geometric Brownian motion without drift."""
    spread = vol * np.sqrt(step_ms / (365.0 * DAY_MS))
    steps = spread * np.random.default_rng(seed).standard_normal(count - 1) - 0.5 * spread * spread
    return bars(start * np.exp(np.concatenate([[0.0], np.cumsum(steps)])), step_ms)


def scenario(**changes: object) -> Scenario:
    """The straddle of the worked examples: one BTC, 30 days, 60 %, checked daily, everything free."""
    settings: dict[str, object] = {
        "coin": "BTC", "structure": Structure.LONG, "contracts": 1.0, "days_to_expiry": 30.0, "implied_vol": 0.6,
        "equity_usd": 1_000_000.0, "strike_grid": 1_000.0, "check_minutes": 1_440, "costs": FREE,
        "funding": Funding(), "perpetual_step": Decimal("0.000001"),
    }  # fmt: skip
    return Scenario(**{**settings, **changes})
