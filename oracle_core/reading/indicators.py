"""The table of indicators: what a desk reads, what for, and from where, for every coin of a market."""

from collections.abc import Callable, Iterable, Sequence
from typing import Final

from oracle_core.domain.exposure import Exposure
from oracle_core.domain.market import MarketSnapshot
from oracle_core.pricing.forwards import Forwards
from oracle_core.reading.bars import coin_bars
from oracle_core.reading.coin import CoinReader, reader
from oracle_core.reading.market_rows import calendar_rows, gamma_rows, index_rows, price_rows
from oracle_core.reading.reading import Reading
from oracle_core.reading.trading_rows import basis_rows, crowding_rows, funding_rows, liquidity_rows
from oracle_core.reading.volatility_rows import motion_rows, premium_rows, regime_rows, volatility_rows

WEEK_HOURS: Final = 168.0
_ROWS: Final[tuple[Callable[[CoinReader], Iterable[Reading]], ...]] = (
    price_rows, volatility_rows, index_rows, premium_rows, regime_rows, motion_rows, funding_rows, crowding_rows,
    basis_rows, liquidity_rows, gamma_rows, calendar_rows,
)  # fmt: skip


def indicators(
    market: MarketSnapshot, coins: Sequence[str] | None = None, hours: float = WEEK_HOURS
) -> tuple[Reading, ...]:
    """Every reading of the coins named, or of all the market has, for a horizon in hours."""
    forwards = Forwards(market)
    named = market.coins if coins is None else tuple(coins)
    found = [reader(market, coin, hours, forwards, coin_bars(market, coin)) for coin in named]
    return tuple(row for one in found for rows in _ROWS for row in rows(one))


def greeks(exposures: Iterable[Exposure]) -> tuple[Reading, ...]:
    """The Greeks of a book as lines of the same table."""
    return tuple(row for item in exposures for row in _greeks(item))


def _greeks(item: Exposure) -> list[Reading]:
    figures = (
        ("Net delta", "what hedging trades away", item.net_delta, item.coin),
        ("Gamma for 1 %", "how fast delta moves", item.gamma_1pct_usd, "USD"),
        ("Vega", "what a point pays", item.vega_usd_per_point, "USD a point"),
        ("Theta", "what a day pays", item.theta_usd_per_day, "USD a day"),
    )
    return [
        Reading(coin=item.coin, name=name, role=role, value=value, unit=unit, source="the book")
        for name, role, value, unit in figures
    ]
