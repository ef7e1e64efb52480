"""What the desk looks at, what each reading is for, and where it comes from."""

from typing import NamedTuple

from oracle_core.domain.instrument import Kind
from oracle_core.domain.market import MarketSnapshot
from oracle_core.errors import MarketDataError
from oracle_core.pricing.carry import HOURS_A_YEAR, hourly_funding
from oracle_core.pricing.forwards import Forwards
from oracle_core.pricing.inputs import coin_index
from oracle_core.risk.volatility import Volatility, horizon_volatilities

WEEK_HOURS = 168.0


class Indicator(NamedTuple):
    """One reading. `value` is in `unit`; None is absent, and `source` then says what is missing."""

    coin: str
    name: str
    role: str
    value: float | None
    unit: str
    source: str


def indicators(market: MarketSnapshot) -> tuple[Indicator, ...]:
    """Index, volatilities and funding of every coin of the market."""
    vols = horizon_volatilities(market, market.coins, WEEK_HOURS, Forwards(market))
    rows = ((*_of_coin(market, coin, vols.get(coin)), *_funding(market, coin)) for coin in market.coins)
    return tuple(found for row in rows for found in row)


def _of_coin(market: MarketSnapshot, coin: str, vol: Volatility | None) -> tuple[Indicator, ...]:
    try:
        index, source = coin_index(market, coin), "quotes"
    except MarketDataError:
        index, source = None, "no sound quote states a price"
    stated = market.volatility_index.get(coin)
    return (
        Indicator(coin, "Index price", "turns coins into USD", index, "USD", source),
        Indicator(
            coin, "Volatility for 7 days", "ranks hedges: how far the price is expected to move",
            None if vol is None else 100.0 * vol.value, "% a year",
            "no implied volatility" if vol is None else vol.source,
        ),
        Indicator(
            coin, "Volatility index", "stands in where no option is quoted",
            None if stated is None else 100.0 * stated, "% a year", "not given" if stated is None else "market",
        ),
    )  # fmt: skip


def _funding(market: MarketSnapshot, coin: str) -> list[Indicator]:
    found: list[Indicator] = []
    for key, listed in sorted(market.instruments.items()):
        if listed.base != coin or listed.kind is not Kind.PERPETUAL:
            continue
        quote = market.quotes.get(key)
        rate = None if quote is None or key in market.rejected else hourly_funding(quote)
        yearly = None if rate is None else 100.0 * HOURS_A_YEAR * rate
        source = "not quoted" if rate is None else f"{listed.symbol} on {listed.venue}"
        role = "carry of the hedge: above 0 longs pay shorts"
        found.append(Indicator(coin, f"Funding, {listed.venue}", role, yearly, "% a year, simple", source))
    return found
