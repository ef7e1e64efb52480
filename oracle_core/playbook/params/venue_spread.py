"""Settings of trading one coin's price on two venues against each other."""

from typing import Annotated

from pydantic import Field

from oracle_core.playbook.params.section import Section


class VenueSpreadParams(Section):
    """How fast a gap between venues is taken to close, and how much of it is believed.

    half_life_hours: in which half of a gap is gone.  trust: share of the gap that is counted as income.
    """

    half_life_hours: Annotated[float, Field(gt=0.0, le=720.0)] = 1.0
    trust: Annotated[float, Field(ge=0.0, le=1.0)] = 0.5

    def sentence(self) -> str:
        hours = f"{self.half_life_hours:g} hour{'s' * (self.half_life_hours != 1.0)}"
        return (
            f"Of a gap between venues believe {100.0 * self.trust:g} %, and that half of it closes in {hours}; "
            "what it costs to leave is charged when it is entered."
        )
