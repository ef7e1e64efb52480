"""A gate acts in code: while it holds, what adds risk in its coin is refused, and the rails let only less through."""

from collections.abc import Iterable

from oracle_core.domain.hedge import CandidateAction
from oracle_core.domain.instrument import InstrumentId
from oracle_core.domain.trading import TradingState
from oracle_core.hedging.situation import Situation


def gate_refusals(case: Situation, action: CandidateAction) -> tuple[str, ...]:
    """Why the gates that hold refuse an action that adds risk; duties are never refused by one."""
    if action.duty:
        return ()
    coins = traded_coins(case, (leg.id for leg in action.legs))
    return tuple(f"gate {item.trigger}: {item.reason}; adds risk" for item in case.occasions.gates(coins))


def gated_state(case: Situation, traded: Iterable[InstrumentId], state: TradingState) -> TradingState:
    """The state in which a plan is judged: at least reducing where a gate holds in one of its coins."""
    if state is TradingState.ACTIVE and case.occasions.gates(traded_coins(case, traded)):
        return TradingState.REDUCING
    return state


def traded_coins(case: Situation, traded: Iterable[InstrumentId]) -> frozenset[str]:
    """The coins of some contracts."""
    return frozenset(case.view.market.instruments[key].base for key in traded)
