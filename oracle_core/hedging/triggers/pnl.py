"""A strategy's fills have lost: told when its P&L falls below zero, and a stop beyond the strategy's limit."""

from collections.abc import Iterator

from oracle_core.domain.occasion import Order, Urgency
from oracle_core.hedging.triggers.trigger import Scene, Silent, Told, Trigger, always

BPS = 10_000.0


def negative(scene: Scene) -> Iterator[Told | Silent]:
    """Every strategy whose fills are worth less than they cost, at present marks."""
    for name, pnl in sorted(scene.since.pnl_usd.items()):
        if pnl < 0.0:
            yield Told(None, f"fills of {name} have lost {-pnl:,.2f} USD at present marks", Urgency.WATCH, name)


def stop(scene: Scene) -> Iterator[Told | Silent]:
    """The strategy followed now, beyond its stop."""
    limit, equity = scene.rules.pnl_stop_bps_equity or 0.0, max(scene.case.equity_usd, 1.0)
    pnl = scene.since.pnl_usd.get(scene.case.strategy.name)
    if pnl is None:
        yield Silent(scene.case.strategy.name, "no fill of it is known")
    elif pnl <= -limit / BPS * equity:
        lost = -BPS * pnl / equity
        yield Told(None, f"fills of this strategy lost {lost:.3g} bp of equity, stop {limit:g}", Urgency.NOW)


NEGATIVE = Trigger(name="pnl_negative", order=Order.RULE, asked=always, find=negative, alert=True)
STOP = Trigger(
    name="pnl_stop", order=Order.GATE, asked=lambda rules: rules.pnl_stop_bps_equity is not None, find=stop, alert=True
)
