"""Fades that pile up: hedges of one side in a row, each at a worse price for the one before, without options."""

from collections.abc import Iterator, Sequence

from oracle_core.domain.moment import PastHedge
from oracle_core.domain.occasion import Order, Urgency
from oracle_core.hedging.triggers.trigger import Scene, Silent, Told, Trigger, hedged_without_long_gamma, never_hedged


def fades(hedges: Sequence[PastHedge]) -> int:
    """How often in a row the last trades added to a side that was losing: sold higher, or bought lower."""
    count = 0
    for hedge in reversed(hedges):
        later = hedges[len(hedges) - count] if count else hedge
        if hedge.coins * later.coins < 0.0 or (later.price - hedge.price) * hedge.coins > 0.0:
            break
        count += 1
    return count


def find(scene: Scene) -> Iterator[Told | Silent]:
    """Only where there is no long gamma: a long-option book sells higher to keep what it has earned."""
    limit = scene.rules.inventory_fades or 0
    yield from never_hedged(scene)
    for coin, hedges in hedged_without_long_gamma(scene).items():
        count = fades(hedges)
        if count >= limit:
            side = "sold higher" if hedges[-1].coins < 0.0 else "bought lower"
            said = f"{side} {count} times in a row, limit {limit}: nothing is added to the loser"
            yield Told(coin, said, Urgency.NOW)


TRIGGER = Trigger(
    name="inventory", order=Order.GATE, asked=lambda rules: rules.inventory_fades is not None, find=find, alert=True
)
