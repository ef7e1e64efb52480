"""Settings of closing positions."""

from typing import Annotated

from pydantic import Field

from oracle_core.playbook.params.section import Section


class CloseParams(Section):
    """How hot a book must be before closing is weighed: the use of the nearest state limit, per cent."""

    heat_pct: Annotated[float, Field(ge=0.0, le=1_000.0)] = 0.0

    def sentence(self) -> str:
        return f"Weigh closing positions from {self.heat_pct:g} % of the nearest limit on." if self.heat_pct else ""
