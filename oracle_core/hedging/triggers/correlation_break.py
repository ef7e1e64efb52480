"""Two coins of the book no longer move together: the last week's correlation against that of 90 days."""

from collections.abc import Iterator
from itertools import combinations

from oracle_core.domain.occasion import Order, Urgency
from oracle_core.hedging.triggers.trigger import Scene, Silent, Told, Trigger
from oracle_core.reading.correlation import LONG_DAYS, SHORT_DAYS, correlation
from oracle_core.reading.reading import Absent


def find(scene: Scene) -> Iterator[Told | Silent]:
    """A cross-hedge or a pair of such coins has to be sized again, by the volatilities of now."""
    drop = scene.rules.correlation_drop or 0.0
    for one, other in combinations(scene.coins, 2):
        both = [scene.bars(coin) for coin in (one, other)]
        missing = next((found for found in both if isinstance(found, Absent)), None)
        name = f"{one}/{other}"
        if missing is not None:
            yield Silent(name, missing.why)
            continue
        first, second = (found for found in both if not isinstance(found, Absent))
        long, short = correlation(first, second, LONG_DAYS), correlation(first, second, SHORT_DAYS)
        if isinstance(long, Absent):
            yield Silent(name, long.why)
        elif isinstance(short, Absent):
            yield Silent(name, short.why)
        elif long.value - short.value >= drop:
            said = f"correlation of {name} fell from {long.value:.2f} (90 d) to {short.value:.2f} (7 d), rule {drop:g}"
            yield Told(None, f"{said}: size cross-hedges and pairs again", Urgency.SOON, name)


TRIGGER = Trigger(
    name="correlation_break", order=Order.RULE, asked=lambda rules: rules.correlation_drop is not None, find=find,
    alert=True,
)  # fmt: skip
