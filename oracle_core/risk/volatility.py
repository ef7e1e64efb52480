"""Which volatility the objective uses for a coin, and where it comes from: the forecast, else the implied one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from oracle_core.domain.market import MarketSnapshot
from oracle_core.pricing.forwards import Forwards
from oracle_core.reading.bars import coin_bars
from oracle_core.reading.forecast import Forecast, forecast_volatility
from oracle_core.reading.implied import HOURS_A_YEAR, Volatility, horizon_implied
from oracle_core.reading.reading import Absent

__all__ = ["HOURS_A_YEAR", "Outlooks", "Volatility", "horizon_volatilities", "volatility_outlooks"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlooks:
    """What is expected of each coin's volatility over a horizon.

    used: what ranks.  forecasts, implied: of the coins that have one.  unforecast: why a coin with candles has none.
    """

    used: Mapping[str, Volatility] = field(default_factory=dict[str, Volatility])
    forecasts: Mapping[str, Forecast] = field(default_factory=dict[str, Forecast])
    implied: Mapping[str, Volatility] = field(default_factory=dict[str, Volatility])
    unforecast: Mapping[str, str] = field(default_factory=dict[str, str])


def volatility_outlooks(market: MarketSnapshot, coins: Sequence[str], hours: float, forwards: Forwards) -> Outlooks:
    """The forecast of realised volatility where there are candles, else the at-the-money implied volatility for the
    horizon, else the volatility index. Coins without any are left out of `used`.
    """
    implied = horizon_implied(market, coins, hours, forwards)
    listed = market.instruments
    given = {listed[key].base for key in market.candles if key in listed}
    now_ms = market.as_of.timestamp() * 1000.0
    made = {coin: forecast_volatility(coin_bars(market, coin), hours, now_ms) for coin in coins if coin in given}
    forecasts = {coin: found for coin, found in made.items() if isinstance(found, Forecast)}
    expected = {coin: Volatility(found.value, found.source) for coin, found in forecasts.items()}
    return Outlooks(
        used={coin: vol for coin in coins if (vol := expected.get(coin, implied.get(coin))) is not None},
        forecasts=forecasts, implied=implied,
        unforecast={coin: found.why for coin, found in made.items() if isinstance(found, Absent)},
    )  # fmt: skip


def horizon_volatilities(
    market: MarketSnapshot, coins: Sequence[str], hours: float, forwards: Forwards
) -> dict[str, Volatility]:
    """The volatility that ranks, of every coin that has one."""
    return dict(volatility_outlooks(market, coins, hours, forwards).used)
