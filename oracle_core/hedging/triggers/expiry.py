"""An option has few days left, and whether the price is pinned near its strike."""

import math
from collections.abc import Iterator

from oracle_core.domain.instrument import Instrument, Kind
from oracle_core.domain.occasion import Order, Urgency
from oracle_core.hedging.triggers.trigger import Scene, Silent, Told, Trigger

DAY_HOURS = 24.0
DAYS_A_YEAR = 365.0


def find(scene: Scene) -> Iterator[Told | Silent]:
    """Each expiry of each coin once, at the strike nearest to the price."""
    limit = scene.rules.expiry_days or 0.0
    for coin in scene.coins:
        soon: dict[float, list[Instrument]] = {}
        for listed in scene.held(coin, Kind.OPTION):
            left = _days(scene, listed)
            if left < limit:
                soon.setdefault(left, []).append(listed)
        for left, options in sorted(soon.items()):
            yield _told(scene, coin, left, options)


def _told(scene: Scene, coin: str, left: float, options: list[Instrument]) -> Told:
    price = scene.case.view.index[coin]
    near = min((listed.strike or 0.0 for listed in options), key=lambda strike: abs(strike - price))
    hours = DAY_HOURS * left
    said = f"options of {coin} expire in {hours:.3g} h"
    pinned = _pinned(scene, coin, near, left)
    pin = f"; pinned: {price:,.10g} is within a deviation of strike {near:,.10g}" if pinned else ""
    urgency = Urgency.NOW if pinned and left <= 1.0 else Urgency.SOON
    return Told(coin, f"{said}{pin}", urgency, f"{options[0].expiry:%Y-%m-%dT%H:%M} {coin}")


def _pinned(scene: Scene, coin: str, strike: float, left: float) -> bool:
    """Within the last two days, where one standard deviation of the price until expiry reaches the strike."""
    vol = scene.case.vols.get(coin)
    if vol is None or left > 2.0 or strike <= 0.0:
        return False
    deviation = vol.value * math.sqrt(max(left, 0.0) / DAYS_A_YEAR)
    return abs(math.log(scene.case.view.index[coin] / strike)) <= deviation


def _days(scene: Scene, listed: Instrument) -> float:
    if listed.expiry is None:
        return math.inf
    return (listed.expiry - scene.case.view.market.as_of).total_seconds() / 86_400.0


TRIGGER = Trigger(name="expiry", order=Order.RULE, asked=lambda rules: rules.expiry_days is not None, find=find)
