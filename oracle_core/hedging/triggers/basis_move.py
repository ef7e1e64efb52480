"""A contract that is held stands far from its index: a hedge that no longer moves with what it hedges."""

from collections.abc import Iterator

from oracle_core.domain.instrument import Kind
from oracle_core.domain.occasion import Order, Urgency
from oracle_core.hedging.triggers.trigger import Scene, Silent, Told, Trigger
from oracle_core.reading.basis import basis
from oracle_core.reading.reading import Absent


def find(scene: Scene) -> Iterator[Told | Silent]:
    """Perpetuals beyond the strategy's basis points, dated futures beyond their yearly limit."""
    limit = scene.rules.basis_bps or 0.0
    for coin in scene.coins:
        for listed in scene.held(coin, Kind.PERPETUAL, Kind.FUTURE):
            found = basis(scene.case.view.market, listed.id, limit)
            if isinstance(found, Absent):
                yield Silent(str(listed.id), f"basis: {found.why}")
            elif found.flag:
                said = f"{listed.id} stands {found.bps:+.3g} bp from its index, {found.flag}"
                yield Told(coin, said, Urgency.SOON, str(listed.id))


TRIGGER = Trigger(
    name="basis", order=Order.RULE, asked=lambda rules: rules.basis_bps is not None, find=find, alert=True
)
