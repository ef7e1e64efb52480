"""A pool stands beyond, or within a fifth of, its limit of margin use or liquidation distance."""

from collections.abc import Iterator

from oracle_core.domain.occasion import Order, Urgency
from oracle_core.hedging.triggers.trigger import Scene, Silent, Told, Trigger, always

NEAR = 0.8
"""Of a limit used from which a person is told."""


def find(scene: Scene) -> Iterator[Told | Silent]:
    """Each pool once for each limit; what is unknown of a pool is said by its margin."""
    limits = scene.case.persona.state_limits()
    for pool in scene.case.hold.pools:
        use, distance = pool.margin_use_pct, pool.liquidation_distance_pct
        if use is not None and use >= NEAR * limits.margin_use_pct:
            said = f"margin use of {pool.pool} {use:.3g} %, limit {limits.margin_use_pct:g}"
            yield Told(None, said, _urgency(beyond=use > limits.margin_use_pct), f"use {pool.pool}")
        least = limits.liquidation_distance_pct_min
        if distance is not None and distance * NEAR <= least:
            said = f"liquidation of {pool.pool} is {distance:.3g} % away, floor {least:g}"
            yield Told(None, said, _urgency(beyond=distance < least), f"liquidation {pool.pool}")


def _urgency(*, beyond: bool) -> Urgency:
    return Urgency.NOW if beyond else Urgency.SOON


TRIGGER = Trigger(name="margin", order=Order.LIMIT, asked=always, find=find, alert=True)
