"""Whether the strategy should run at all in this market: off is a gate; reduced halves what may be added."""

from collections.abc import Iterator
from datetime import timedelta

from oracle_core.domain.hedge import ActionKind
from oracle_core.domain.instrument import Kind
from oracle_core.domain.occasion import Deployment, Level, Order, Urgency
from oracle_core.domain.trading import TradingState
from oracle_core.hedging.convexity import DUST_USD
from oracle_core.hedging.triggers.trigger import Scene, Silent, Told, Trigger
from oracle_core.playbook.params.establish import EstablishParams, Side
from oracle_core.reading.deployment import Snapshot, deployment
from oracle_core.reading.events import events_ahead
from oracle_core.reading.funding import Funding, funding
from oracle_core.reading.reading import Absent
from oracle_core.reading.regime import regime, volatility_break

WORST = (Level.OFF, Level.REDUCED, Level.ON)


def deployed(scene: Scene) -> Deployment | None:
    """The decision for the worst of the book's coins; None where the strategy does not ask for one."""
    if not scene.rules.deploy:
        return None
    stopped = scene.case.trading_state is not TradingState.ACTIVE
    found = [deployment(_snapshot(scene, coin, stopped=stopped)) for coin in scene.coins]
    level = min((item.level for item in found), key=WORST.index, default=Level.ON)
    return Deployment(
        level=level,
        reasons=tuple(dict.fromkeys(reason for item in found for reason in item.reasons)),
        unknown=tuple(dict.fromkeys(reason for item in found for reason in item.unknown)),
    )


def _snapshot(scene: Scene, coin: str, *, stopped: bool) -> Snapshot:
    market, bars = scene.case.view.market, scene.bars(coin)
    ratio, label = volatility_break(bars), regime(bars)
    rates = [found for listed in scene.held(coin, Kind.PERPETUAL)
             if isinstance(found := funding(market, listed.id, scene.case.hours), Funding)]  # fmt: skip
    ahead = [item.hours for item in events_ahead(market, coin) if item.hours >= 0.0]
    return Snapshot(
        coin=coin, long_gamma=_gains_from_moves(scene, coin), stopped=stopped,
        break_ratio=None if isinstance(ratio, Absent) else ratio,
        regime=None if isinstance(label, Absent) else label.regime,
        funding_spike=any(rate.spike for rate in rates),
        event_in=timedelta(hours=min(ahead)) if ahead else None,
    )  # fmt: skip


def _gains_from_moves(scene: Scene, coin: str) -> bool:
    """By the gamma that is held; where there is none, by that of the base position the strategy would open."""
    gamma, strategy = scene.gamma(coin), scene.case.strategy
    if abs(gamma) >= DUST_USD:
        return gamma > 0.0
    opened = strategy.params.establish or EstablishParams()
    return ActionKind.ESTABLISH in strategy.policies and opened.side is Side.LONG


def find(scene: Scene) -> Iterator[Told | Silent]:
    """Only `off` is a gate; what reduces, and what is unknown, is told with the decision."""
    found = deployed(scene)
    if found is not None and found.level is Level.OFF:
        yield Told(None, f"off: {'; '.join(found.reasons)}", Urgency.NOW)


TRIGGER = Trigger(name="deploy", order=Order.GATE, asked=lambda rules: rules.deploy, find=find, alert=True)
