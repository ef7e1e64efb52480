"""Settings of recentring a base position."""

from typing import Annotated

from pydantic import Field

from oracle_core.playbook.params.section import Section


class RecentreParams(Section):
    """How far the inventory of hedges may stray from what a centred position needs."""

    inventory_pct_equity: Annotated[float, Field(gt=0.0, le=1_000.0)] = 5.0

    def sentence(self) -> str:
        return (
            "Recentre when the inventory of hedges is more than "
            f"{self.inventory_pct_equity:g} % of equity from what a centred position needs."
        )
