"""Implied volatility has moved by points, whatever the price did."""

from collections.abc import Iterator

from oracle_core.domain.occasion import Order, Urgency
from oracle_core.hedging.triggers.trigger import HISTORY, Scene, Silent, Told, Trigger, measured_from

NAME = "iv_move"


def find(scene: Scene) -> Iterator[Told | Silent]:
    """Measured from the last hedge or the last time it fired, whichever is later, else from the first cycle known."""
    points = scene.rules.iv_move_points or 0.0
    for coin in scene.coins:
        now, before = scene.implied(coin), measured_from(scene.since, NAME, coin)
        if now is None or before is None or coin not in before.vols:
            yield Silent(coin, HISTORY if now is not None else f"no implied volatility of {coin}")
            continue
        moved = 100.0 * (now - before.vols[coin])
        if abs(moved) >= points - 1e-9:
            said = f"implied volatility of {coin} moved {moved:+.3g} points to {100.0 * now:.4g} %, rule {points:g}"
            yield Told(coin, said, Urgency.SOON)


TRIGGER = Trigger(name=NAME, order=Order.RULE, asked=lambda rules: rules.iv_move_points is not None, find=find)
