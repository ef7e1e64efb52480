"""Funding of a perpetual has changed sign since the last cycle, or is a spike among its own 90 days."""

from collections.abc import Iterator

from oracle_core.domain.instrument import Instrument, Kind
from oracle_core.domain.occasion import Order, Urgency
from oracle_core.hedging.triggers.trigger import Scene, Silent, Told, Trigger
from oracle_core.reading.funding import Funding, flipped, funding
from oracle_core.reading.reading import Absent


def find(scene: Scene) -> Iterator[Told | Silent]:
    """Perpetuals that are held. Without an earlier cycle a rate is compared with the last that settled."""
    for coin in scene.coins:
        for listed in scene.held(coin, Kind.PERPETUAL):
            found = funding(scene.case.view.market, listed.id, scene.case.hours)
            if isinstance(found, Absent):
                yield Silent(str(listed.id), f"funding: {found.why}")
            else:
                yield from _changes(scene, listed, found)


def _changes(scene: Scene, listed: Instrument, found: Funding) -> Iterator[Told]:
    name, rate = str(listed.id), 100.0 * found.rate
    before = None if scene.since.last is None else scene.since.last.funding.get(name)
    turned = flipped(before, found.rate) if before else found.flipped
    if turned:
        payer = "longs" if found.rate > 0.0 else "shorts"
        said = f"funding of {name} changed sign to {rate:+.4f} % per {found.interval_hours:g} h: {payer} pay now"
        yield Told(listed.base, said, Urgency.SOON, f"flip {name}")
    if found.spike:
        said = f"funding of {name} is a spike: {rate:+.4f} % per {found.interval_hours:g} h, beyond 4 deviations"
        yield Told(listed.base, said, Urgency.SOON, f"spike {name}")


TRIGGER = Trigger(name="funding", order=Order.RULE, asked=lambda rules: rules.funding_flip, find=find, alert=True)
