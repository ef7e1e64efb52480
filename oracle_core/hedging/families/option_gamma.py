"""Gamma hedges: one option brings a coin's gamma to its goal, and the perpetual takes out the option's delta."""

from oracle_core.domain.hedge import ActionKind
from oracle_core.hedging.families.family import Family, Found
from oracle_core.hedging.option_hedges.goals import GAMMA
from oracle_core.hedging.option_hedges.single import single_options
from oracle_core.hedging.situation import Situation
from oracle_core.playbook.persona import Objective


def option_gamma(case: Situation) -> Found:
    """The options of every coin whose gamma is off its target, or beyond its persona's limit."""
    return single_options(case, ActionKind.OPTION_GAMMA, GAMMA)


FAMILY = Family(
    name="option_gamma", kinds=frozenset({ActionKind.OPTION_GAMMA}), aim=Objective.CONVEXITY, propose=option_gamma,
    always=True,
)  # fmt: skip
