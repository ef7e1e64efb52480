"""A scheduled event is near: long gamma enters before it, short gamma reduces, and both look at the exit after."""

from collections.abc import Iterator

from oracle_core.domain.occasion import Order, Urgency
from oracle_core.hedging.convexity import DUST_USD
from oracle_core.hedging.triggers.trigger import Scene, Silent, Told, Trigger
from oracle_core.playbook.params.events import EventParams
from oracle_core.reading.events import events_ahead


def find(scene: Scene) -> Iterator[Told | Silent]:
    """From the hours before, to the hours after, that the strategy states for its events."""
    params = scene.case.strategy.params.events or EventParams()
    for coin in scene.coins:
        for near in events_ahead(scene.case.view.market, coin, params.enter_hours_before):
            what = _advice(scene.gamma(coin)) if near.hours >= 0.0 else "volatility may fall: look at the exit"
            yield Told(coin, f"{near.said}: {what}", Urgency.SOON, f"{near.event.name} {coin}")


def _advice(gamma: float) -> str:
    if gamma <= -DUST_USD:
        return "short gamma reduces before it"
    return "long gamma may stay or be entered" if gamma >= DUST_USD else "long gamma may be entered"


TRIGGER = Trigger(name="event", order=Order.RULE, asked=lambda rules: rules.events, find=find)
