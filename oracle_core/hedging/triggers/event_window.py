"""A scheduled event is near: long gamma enters before it, short gamma reduces, and both look at the exit after."""

from collections.abc import Iterator

from oracle_core.domain.instrument import Kind
from oracle_core.domain.occasion import Order, Urgency
from oracle_core.hedging.convexity import DUST_USD
from oracle_core.hedging.triggers.trigger import Scene, Silent, Told, Trigger
from oracle_core.playbook.params.events import EventParams
from oracle_core.reading.events import events_ahead


def find(scene: Scene) -> Iterator[Told | Silent]:
    """From the hours before an event; where options are held, also in the hours of the exit after it."""
    params = scene.case.strategy.params.events or EventParams()
    left_after = params.exit_hours_after + params.exit_within_hours
    for coin in scene.coins:
        held = bool(scene.held(coin, Kind.OPTION))
        for near in events_ahead(scene.case.view.market, coin, params.enter_hours_before, left_after):
            if near.hours >= 0.0:
                what = _advice(scene.gamma(coin))
            elif not held or -near.hours < params.exit_hours_after:
                continue
            else:
                what = "close what was opened for it"
            yield Told(coin, f"{near.said}: {what}", Urgency.SOON, f"{near.event.name} {coin}")


def _advice(gamma: float) -> str:
    if gamma <= -DUST_USD:
        return "short gamma reduces before it"
    return "long gamma may stay or be entered" if gamma >= DUST_USD else "long gamma may be entered"


TRIGGER = Trigger(name="event", order=Order.RULE, asked=lambda rules: rules.events, find=find)
