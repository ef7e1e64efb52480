"""A desk's memory made by hand, for tests of what depends on it. Import as `past`."""

from collections.abc import Sequence
from datetime import timedelta

import worlds

from oracle_core.domain.market import MarketSnapshot
from oracle_core.domain.moment import Moment, PastHedge, Since
from oracle_core.domain.occasion import Fired
from oracle_core.domain.portfolio import Portfolio
from oracle_core.domain.trading import TradingState
from oracle_core.hedging.candidates import Past, measure
from oracle_core.hedging.situation import Situation
from oracle_core.playbook.blend import Blend
from oracle_core.playbook.persona import Persona
from oracle_core.playbook.strategy import Triggers


def ago(hours: float = 1.0, **more: object) -> Moment:
    return Moment(at=worlds.NOW - timedelta(hours=hours), account="test", **more)  # type: ignore[arg-type]


def hedges(coin: str, made: Sequence[tuple[float, float]], *, hours: float = 1.0) -> tuple[PastHedge, ...]:
    """Hedges an hour apart as (coins, price), the last so many hours ago, each with its result until the next."""
    found: list[PastHedge] = []
    for place, (coins, price) in enumerate(made):
        at = worlds.NOW - timedelta(hours=hours + len(made) - 1 - place)
        later = made[place + 1][1] if place + 1 < len(made) else None
        result = None if later is None else coins * (later - price)
        found.append(PastHedge(at=at, coin=coin, coins=coins, price=price, result_usd=result))
    return tuple(found)


def asking(name: str = "delta_neutral", /, **triggers: object) -> Blend:
    """A shipped strategy with these triggers and no others."""
    base = {"delta_band": False}
    return worlds.rules(name, triggers=Triggers.model_validate({**base, **triggers}))


def facing(
    portfolio: Portfolio, market: MarketSnapshot, strategy: Blend | None = None, since: Since | None = None,
    *, persona: Persona | None = None, state: TradingState = TradingState.ACTIVE,
) -> Situation:  # fmt: skip
    remembered = Past(since=since or Since(), trading_state=state)
    return measure(portfolio, market, strategy or worlds.rules(), persona or worlds.who(), past=remembered)


def fired(case: Situation, trigger: str) -> list[Fired]:
    return [item for item in case.occasions.fired if item.trigger == trigger]
