"""What hedges a coin has become some times dearer, or cheaper, to cross than it was."""

from collections.abc import Iterator
from typing import Final

from oracle_core.domain.occasion import Order, Urgency
from oracle_core.hedging.triggers.trigger import HISTORY, Scene, Silent, Told, Trigger, measured_from
from oracle_core.reading.liquidity import spread_bps
from oracle_core.reading.reading import Absent

NAME: Final = "liquidity"


def narrowest(scene: Scene, coin: str) -> float | Absent:
    """The narrowest spread among what the strategy may hedge a coin with, in basis points of the middle."""
    quotes = scene.case.view.market.quotes
    found = [spread_bps(quotes[listed.id]) for _, listed in scene.case.hedges(coin)]
    return min((spread for spread in found if not isinstance(spread, Absent)), default=Absent("nobody on one side"))


def find(scene: Scene) -> Iterator[Told | Silent]:
    """Measured from the last hedge or the last time it fired, whichever is later, else from the first cycle known.

    A spread of nothing has no multiple: from it and to it every change counts.
    """
    factor = scene.rules.liquidity_factor or 1.0
    for coin in scene.coins:
        now, before = narrowest(scene, coin), measured_from(scene.since, NAME, coin)
        was = None if before is None else before.spreads.get(coin)
        if isinstance(now, Absent) or was is None:
            yield Silent(coin, f"spread of {coin}: {now.why}" if isinstance(now, Absent) else HISTORY)
            continue
        if now != was and max(now, was) >= factor * min(now, was) * (1.0 - 1e-9):
            way = "wider" if now > was else "narrower"
            said = f"the narrowest spread that hedges {coin} went {was:.3g} → {now:.3g} bp, {way}; rule {factor:g} ×"
            yield Told(coin, said, Urgency.SOON)


TRIGGER = Trigger(name=NAME, order=Order.RULE, asked=lambda rules: rules.liquidity_factor is not None, find=find)
