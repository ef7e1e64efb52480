"""One coin of a market as it is read: its bars, volatilities and instruments, looked up once."""

from dataclasses import dataclass

from oracle_core.domain.instrument import Instrument, Kind
from oracle_core.domain.market import MarketSnapshot
from oracle_core.pricing.forwards import Forwards
from oracle_core.reading.bars import Bars
from oracle_core.reading.forecast import Forecast, forecast_volatility
from oracle_core.reading.implied import Volatility, horizon_implied
from oracle_core.reading.reading import Absent, Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class CoinReader:
    """What every reading of a coin is made from. hours: the horizon.  listed: its contracts but options, in order."""

    market: MarketSnapshot
    coin: str
    hours: float
    forwards: Forwards
    bars: Bars | Absent
    forecast: Forecast | Absent
    implied: Volatility | None
    listed: tuple[Instrument, ...]

    @property
    def horizon(self) -> str:
        """The horizon in words."""
        return f"{self.hours / 24.0:g} d" if self.hours >= 24.0 else f"{self.hours:g} h"

    def of(self, *kinds: Kind) -> tuple[Instrument, ...]:
        """The coin's contracts of some kinds."""
        return tuple(item for item in self.listed if item.kind in kinds)

    def line(
        self, name: str, role: str, value: float | Absent | None, unit: str, source: str, *,
        error: float | None = None, flag: str = "", word: str = "",
    ) -> Reading:  # fmt: skip
        """A reading of this coin; an absent one says why in place of its source."""
        missing = value.why if isinstance(value, Absent) else ""
        return Reading(
            coin=self.coin, name=name, role=role, value=None if isinstance(value, Absent) else value, unit=unit,
            source=missing or source, error=error, flag=flag, word=word,
        )  # fmt: skip


def reader(market: MarketSnapshot, coin: str, hours: float, forwards: Forwards, bars: Bars | Absent) -> CoinReader:
    """Look up what a coin's readings share."""
    found = sorted(market.instruments.items())
    return CoinReader(
        market=market, coin=coin, hours=hours, forwards=forwards, bars=bars,
        forecast=forecast_volatility(bars, hours, market.as_of.timestamp() * 1000.0),
        implied=horizon_implied(market, [coin], hours, forwards).get(coin),
        listed=tuple(item for _, item in found if item.base == coin and not item.is_option
                     and not item.expired(market.as_of)),
    )  # fmt: skip
