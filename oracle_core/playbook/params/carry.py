"""Settings of carry trades."""

from typing import Annotated

from pydantic import Field

from oracle_core.playbook.params.section import Section


class CarryParams(Section):
    """When a pair that is held for its carry is closed: expected income below this, per cent of notional a year."""

    close_below_pct_per_year: Annotated[float, Field(ge=-100.0, le=100.0)] = 0.0

    def sentence(self) -> str:
        least = f"{self.close_below_pct_per_year:g} % a year"
        return f"Close a pair held for its carry when it is expected to earn less than {least}."
