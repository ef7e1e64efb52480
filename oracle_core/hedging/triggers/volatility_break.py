"""Volatility has broken out: the last hour's against that of 30 days, with a lower ratio to resume."""

from collections.abc import Iterator

from oracle_core.domain.occasion import Order, Urgency
from oracle_core.hedging.triggers.trigger import Scene, Silent, Told, Trigger
from oracle_core.reading.reading import Absent
from oracle_core.reading.regime import resume_ratio, volatility_break

NAME = "volatility_break"


def find(scene: Scene) -> Iterator[Told | Silent]:
    """Holds from the strategy's ratio on, and then until three quarters of it."""
    limit = scene.rules.volatility_break or 0.0
    for coin in scene.coins:
        ratio = volatility_break(scene.bars(coin))
        if isinstance(ratio, Absent):
            yield Silent(coin, ratio.why)
            continue
        held = scene.since.held(f"{NAME} {coin}")
        needed = resume_ratio(limit) if held else limit
        if ratio >= needed:
            said = f"volatility of the last hour is {ratio:.2f} × that of 30 days; halts from {limit:g}"
            yield Told(coin, f"{said}, resumes below {resume_ratio(limit):g}", Urgency.NOW)


TRIGGER = Trigger(
    name=NAME, order=Order.GATE, asked=lambda rules: rules.volatility_break is not None, find=find, alert=True
)
