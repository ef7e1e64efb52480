"""The desk is halted or reducing: by a person, or by a day's loss or drawdown that tripped it."""

from collections.abc import Iterator

from oracle_core.domain.occasion import Order, Urgency
from oracle_core.domain.trading import TradingState
from oracle_core.hedging.triggers.trigger import Scene, Silent, Told, Trigger, always


def find(scene: Scene) -> Iterator[Told | Silent]:
    """The state holds until a person resumes."""
    state = scene.case.trading_state
    if state is not TradingState.ACTIVE:
        yield Told(None, f"the desk is {state.value} until a person resumes", Urgency.NOW)


TRIGGER = Trigger(name="halted", order=Order.GATE, asked=always, find=find)
