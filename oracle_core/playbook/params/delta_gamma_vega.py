"""Settings of hedging delta, gamma and vega together."""

from typing import Annotated

from pydantic import Field

from oracle_core.playbook.params.section import Section


class DeltaGammaVegaParams(Section):
    """How many options one plan may trade beside its perpetual, and how many plans in different options are sought."""

    option_legs_max: Annotated[int, Field(ge=1, le=6)] = 3
    solutions_max: Annotated[int, Field(ge=1, le=8)] = 3

    def sentence(self) -> str:
        legs, plans = self.option_legs_max, self.solutions_max
        return (
            f"Delta, gamma and vega are hedged together with at most {legs} option{'s' * (legs > 1)} and a perpetual; "
            f"{plans} plan{'s' * (plans > 1)} in different options {'are' if plans > 1 else 'is'} sought."
        )
