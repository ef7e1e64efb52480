"""A string of losing hedges: step aside, until one wins or the time to step aside has passed."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from oracle_core.domain.moment import PastHedge
from oracle_core.domain.occasion import Order, Urgency
from oracle_core.hedging.triggers.trigger import Scene, Silent, Told, Trigger, hedged_without_long_gamma, never_hedged


def losses(hedges: Sequence[PastHedge]) -> list[PastHedge]:
    """The losing hedges at the end, newest first; the last hedge of all is still open and does not count."""
    found: list[PastHedge] = []
    for hedge in reversed([item for item in hedges if item.result_usd is not None]):
        if (hedge.result_usd or 0.0) >= 0.0:
            break
        found.append(hedge)
    return found


def find(scene: Scene) -> Iterator[Told | Silent]:
    """Counts in each coin. A winning hedge ends the streak, and so do `loss_streak_hours` without a hedge.

    Long options earn what their hedges lose on a trend: there a streak of hedges is no loss, and is not asked.
    """
    limit, hours = scene.rules.loss_streak or 0, scene.rules.loss_streak_hours
    yield from never_hedged(scene)
    for coin, hedges in hedged_without_long_gamma(scene).items():
        streak = losses(hedges)
        waited = (scene.case.view.market.as_of - hedges[-1].at) / timedelta(hours=1)
        if len(streak) >= limit and waited < hours:
            lost = sum(item.result_usd or 0.0 for item in streak)
            said = f"{len(streak)} hedges in a row lost {-lost:,.2f} USD, limit {limit}"
            yield Told(coin, f"{said}; resets with a winning hedge or {hours - waited:.3g} h from now", Urgency.NOW)


TRIGGER = Trigger(
    name="loss_streak", order=Order.GATE, asked=lambda rules: rules.loss_streak is not None, find=find, alert=True
)
