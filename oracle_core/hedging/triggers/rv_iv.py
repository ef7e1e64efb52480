"""Realised over implied volatility has crossed the strategy's ratio since the last cycle."""

from collections.abc import Iterator

from oracle_core.domain.occasion import Order, Urgency
from oracle_core.hedging.triggers.trigger import HISTORY, Scene, Silent, Told, Trigger
from oracle_core.reading.premium import realised_over_implied
from oracle_core.reading.reading import Absent
from oracle_core.reading.realised import realised_volatility

WEEK_HOURS = 168.0


def ratio(scene: Scene, coin: str) -> float | Absent:
    """Realised volatility of seven days over what is implied for the horizon."""
    return realised_over_implied(
        realised_volatility(scene.bars(coin), WEEK_HOURS), scene.case.implied.get(coin)
    )  # fmt: skip


def find(scene: Scene) -> Iterator[Told | Silent]:
    """Fires when the side changes; at the ratio itself the upper side counts."""
    line = scene.rules.rv_iv_ratio or 0.0
    for coin in scene.coins:
        now = ratio(scene, coin)
        if isinstance(now, Absent):
            yield Silent(coin, now.why)
            continue
        before = None if scene.since.last is None else scene.since.last.ratios.get(coin)
        if before is None:
            yield Silent(coin, HISTORY)
        elif (before >= line) != (now >= line):
            side = "gamma earns more than its theta" if now >= line else "theta costs more than gamma earns"
            said = f"realised over implied volatility of {coin} {before:.2f} → {now:.2f} crosses {line:g}: {side}"
            yield Told(coin, said, Urgency.SOON)


TRIGGER = Trigger(name="rv_iv", order=Order.RULE, asked=lambda rules: rules.rv_iv_ratio is not None, find=find)
