"""Long options have cost more in a week of theta and funding than their gamma earned on the week's moves."""

from collections.abc import Iterator

from oracle_core.domain.occasion import Order, Urgency
from oracle_core.hedging.triggers.trigger import Scene, Silent, Told, Trigger
from oracle_core.risk.bleed import break_evens


def find(scene: Scene) -> Iterator[Told | Silent]:
    """Only coins of which options are held."""
    for found in break_evens(scene.case.view):
        if found.net_usd_week is None:
            yield Silent(found.coin, next(iter(found.notes), "no candles"))
        elif found.alert:
            yield Told(found.coin, found.alert, Urgency.WATCH)


TRIGGER = Trigger(name="bleed", order=Order.RULE, asked=lambda rules: rules.bleed, find=find, alert=True)
