"""Which coins, or which of their contracts, suit hedging and scalping: scored by volatility, liquidity, cost, chop."""

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np

from oracle_core.domain.instrument import InstrumentId, Kind
from oracle_core.domain.market import MarketSnapshot
from oracle_core.pricing.forwards import Forwards
from oracle_core.reading.bars import HOUR_MS, coin_bars
from oracle_core.reading.choppiness import choppiness
from oracle_core.reading.coin import CoinReader, reader
from oracle_core.reading.liquidity import STANDARD_USD, Liquidity, liquidity
from oracle_core.reading.reading import Absent

WEEK_HOURS: Final = 168.0
HIGHER_IS_BETTER: Final = {"volatility": True, "liquidity": True, "cost": False, "choppiness": False}
METHOD: Final = (
    "each score is 0 for the worst and 100 for the best of those shown, in between by value (liquidity by its "
    "logarithm), 50 where all are equal; the total is the mean of the scores there are"
)


class Screened(NamedTuple):
    """A coin with its cheapest contract, or a contract. Scores are 0 to 100; None is absent and counts for nothing.

    volatility: annualised fraction, forecast or else implied.  liquidity: USD within 50 bp on the thinner side.
    cost: bp of taking the order.  choppiness: the variance ratio, below 1 moves come back.
    """

    name: str
    coin: str
    key: InstrumentId
    volatility: float | None
    liquidity: float | None
    cost: float | None
    choppiness: float | None
    scores: dict[str, float | None]
    total: float | None
    absent: tuple[str, ...]


class _Measured(NamedTuple):
    coin: str
    key: InstrumentId
    values: dict[str, float | None]
    absent: tuple[str, ...]


def screen(
    market: MarketSnapshot, *, contracts: bool = False, order_usd: float = STANDARD_USD, hours: float = WEEK_HOURS
) -> tuple[Screened, ...]:
    """The coins of a market, or every perpetual, future and spot of them, from the best total down."""
    forwards = Forwards(market)
    found = [
        measured
        for coin in market.coins
        for measured in _measured(reader(market, coin, hours, forwards, coin_bars(market, coin)), order_usd)
    ]
    shown = found if contracts else _cheapest(found)
    scores = {name: _scored([item.values[name] for item in shown], name) for name in HIGHER_IS_BETTER}
    rows = [
        _screened(item, {name: values[place] for name, values in scores.items()}, by_coin=not contracts)
        for place, item in enumerate(shown)
    ]
    return tuple(sorted(rows, key=lambda row: (row.total is None, -(row.total or 0.0), row.name)))


def _measured(coin: CoinReader, order_usd: float) -> list[_Measured]:
    chop = choppiness(coin.bars, WEEK_HOURS, HOUR_MS)
    vol = coin.implied.value if isinstance(coin.forecast, Absent) and coin.implied else None
    vol = vol if isinstance(coin.forecast, Absent) else coin.forecast.value
    shared = {"volatility": vol, "choppiness": None if isinstance(chop, Absent) else chop.value}
    why = [f"choppiness: {chop.why}"] if isinstance(chop, Absent) else []
    why += ["volatility: neither candles nor options"] if vol is None else []
    found: list[_Measured] = []
    for listed in coin.of(Kind.PERPETUAL, Kind.FUTURE, Kind.SPOT):
        read = liquidity(coin.market, listed.id, order_usd)
        own, silent = _traded(read)
        found.append(_Measured(coin.coin, listed.id, {**shared, **own}, (*why, *silent)))
    return found


def _traded(read: Liquidity | Absent) -> tuple[dict[str, float | None], list[str]]:
    if isinstance(read, Absent):
        return {"liquidity": None, "cost": None}, [f"liquidity and cost: {read.why}"]
    silent = [f"liquidity: {read.far.why}"] if isinstance(read.far, Absent) else []
    silent += [f"cost: {read.cost_bps.why}"] if isinstance(read.cost_bps, Absent) else []
    depth = None if isinstance(read.far, Absent) else read.far.usd
    return {"liquidity": depth, "cost": None if isinstance(read.cost_bps, Absent) else read.cost_bps}, silent


def _cheapest(found: Sequence[_Measured]) -> list[_Measured]:
    """The contract of each coin that costs least; of those without a cost the first by name."""
    best: dict[str, _Measured] = {}
    for item in found:
        known = best.get(item.coin)
        if known is None or _cost(item) < _cost(known):
            best[item.coin] = item
    return list(best.values())


def _cost(item: _Measured) -> float:
    cost = item.values["cost"]
    return float("inf") if cost is None else cost


def _scored(values: Sequence[float | None], name: str) -> list[float | None]:
    known = [value for value in values if value is not None]
    if not known:
        return [None] * len(values)

    def scale(value: float) -> float:
        return float(np.log(max(value, 1.0))) if name == "liquidity" else value

    low, high = scale(min(known)), scale(max(known))

    def score(value: float | None) -> float | None:
        if value is None:
            return None
        share = (scale(value) - low) / (high - low) if high > low else 0.5
        return 100.0 * (share if HIGHER_IS_BETTER[name] else 1.0 - share)

    return [score(value) for value in values]


def _screened(item: _Measured, scores: dict[str, float | None], *, by_coin: bool) -> Screened:
    known = [score for score in scores.values() if score is not None]
    values = item.values
    return Screened(
        name=item.coin if by_coin else str(item.key), coin=item.coin, key=item.key, volatility=values["volatility"],
        liquidity=values["liquidity"], cost=values["cost"], choppiness=values["choppiness"], scores=scores,
        total=sum(known) / len(known) if known else None, absent=item.absent,
    )  # fmt: skip
