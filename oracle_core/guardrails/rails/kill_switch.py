"""Halted: nothing goes out. Reducing: only what raises no risk factor."""

from oracle_core.domain.trading import TradingState
from oracle_core.domain.verdict import Finding
from oracle_core.guardrails.case import Case
from oracle_core.guardrails.factors import raised
from oracle_core.guardrails.rail import Rail, allow, cannot_check, deny

NAME = "kill_switch"


def check(case: Case) -> tuple[Finding, ...]:
    """The trading state, and in `reducing` the factors of the book."""
    match case.trading_state:
        case TradingState.ACTIVE:
            return (allow(NAME, "the desk is active"),)
        case TradingState.HALTED:
            return (deny(NAME, "the desk is `halted`: nothing is sent until a person resumes"),)
        case TradingState.REDUCING:
            risen = raised(case)
            if risen is None:
                return (allow(NAME, "the desk is `reducing`, and the plan raises no risk factor"),)
            return (deny(NAME, f"the desk is `reducing`, and the plan raises {risen}"),)
        case None:
            return (cannot_check(NAME, "the trading state", None),)


RAIL = Rail(name=NAME, limits=(), check=check)
