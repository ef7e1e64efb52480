"""Vega hedges: one option brings a coin's vega to its goal, and the perpetual takes out the option's delta."""

from oracle_core.domain.hedge import ActionKind
from oracle_core.hedging.families.family import Family, Found
from oracle_core.hedging.option_hedges.goals import VEGA
from oracle_core.hedging.option_hedges.single import single_options
from oracle_core.hedging.situation import Situation
from oracle_core.playbook.persona import Objective


def option_vega(case: Situation) -> Found:
    """The options of every coin whose vega is off its target, or beyond its persona's limit."""
    return single_options(case, ActionKind.OPTION_VEGA, VEGA)


FAMILY = Family(
    name="option_vega", kinds=frozenset({ActionKind.OPTION_VEGA}), aim=Objective.VARIANCE, propose=option_vega,
    always=True,
)  # fmt: skip
