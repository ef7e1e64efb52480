"""Settings of rolling options."""

from typing import Annotated

from pydantic import Field

from oracle_core.playbook.params.section import Section


class RollParams(Section):
    """When a structure is rolled.

    moneyness_pct: distance of the forward from the strikes of a straddle or strangle.  days_left: until expiry.
    gamma_share_pct: gamma of a straddle or strangle, of what it would have with its strikes at the forward.
    """

    moneyness_pct: Annotated[float, Field(gt=0.0, le=100.0)] = 15.0
    days_left: Annotated[float, Field(ge=0.0, le=365.0)] = 2.0
    gamma_share_pct: Annotated[float, Field(ge=0.0, le=100.0)] = 50.0

    def sentence(self) -> str:
        return (
            f"Roll a structure whose strikes are {self.moneyness_pct:g} % away, that has less than {self.days_left:g} "
            f"days left, or less than {self.gamma_share_pct:g} % of the gamma it would have at the money."
        )
