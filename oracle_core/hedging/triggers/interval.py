"""So many minutes since the last look; fewer where the volatility index has risen by the steps of a table."""

from collections.abc import Iterator
from datetime import timedelta

from oracle_core.domain.occasion import Order, Urgency
from oracle_core.hedging.triggers.trigger import HISTORY, Scene, Silent, Told, Trigger
from oracle_core.reading.reading import Absent


def interval_minutes(scene: Scene) -> tuple[int, str]:
    """The interval in force and why: that of the highest step which the rise within a day has reached."""
    usual = scene.rules.interval_minutes or 0
    rise, coin = _highest_rise(scene)
    reached = [step for step in scene.rules.interval_steps if rise >= step.iv_rise_points - 1e-9]
    if not reached:
        return usual, ""
    step = min(reached, key=lambda item: item.interval_minutes)
    if step.interval_minutes >= usual:
        return usual, ""
    return step.interval_minutes, f", tightened from {usual}: the volatility index of {coin} rose {rise:.3g} points"


def find(scene: Scene) -> Iterator[Told | Silent]:
    """Measured from the last cycle in which it was due, else from the first one known."""
    before = scene.since.fired.get("interval") or scene.since.first
    if before is None:
        yield Silent("", HISTORY)
        return
    if scene.rules.interval_steps:
        yield from (Silent(coin, said) for coin in scene.coins if (said := _unseen(scene, coin)))
    minutes, why = interval_minutes(scene)
    passed = (scene.case.view.market.as_of - before.at) / timedelta(minutes=1)
    if passed >= minutes - 1e-9:
        yield Told(None, f"{passed:.4g} minutes since the last look, interval {minutes}{why}", Urgency.SOON)


def _unseen(scene: Scene, coin: str) -> str:
    """Why a rise of a coin's volatility index would not be seen: it shortens nothing."""
    level = scene.index_level(coin)
    if isinstance(level, Absent):
        return f"not tightened by {coin}: {level.why}"
    return (
        "" if level.change_day is not None else f"not tightened by {coin}: its volatility index has no day of history"
    )


def _highest_rise(scene: Scene) -> tuple[float, str]:
    """Points within a day of the volatility index that rose most."""
    found = [(100.0 * level.change_day, coin) for coin in scene.coins
             if not isinstance(level := scene.index_level(coin), Absent) and level.change_day is not None]  # fmt: skip
    return max(found, default=(0.0, ""))


TRIGGER = Trigger(name="interval", order=Order.RULE, asked=lambda rules: rules.interval_minutes is not None, find=find)
