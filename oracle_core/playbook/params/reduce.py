"""Settings of reducing positions."""

from typing import Annotated

from pydantic import Field

from oracle_core.playbook.params.section import Section


class ReduceParams(Section):
    """How much is given up at once, and what asks for it.

    heat_pct: the use of the nearest state limit from which reducing is weighed.
    inventory_profit_bps_equity: gain of the hedges in a coin from which their inventory is reduced; null is off.
    """

    share_pct: Annotated[float, Field(gt=0.0, le=100.0)] = 50.0
    heat_pct: Annotated[float, Field(ge=0.0, le=1_000.0)] = 0.0
    inventory_profit_bps_equity: Annotated[float, Field(gt=0.0, le=10_000.0)] | None = None

    def sentence(self) -> str:
        from_heat = f" from {self.heat_pct:g} % of the nearest limit on" if self.heat_pct else ""
        gain = self.inventory_profit_bps_equity
        taken = f"; and an inventory of hedges that has gained {gain:g} bp of equity" if gain is not None else ""
        return f"Weigh reducing positions by {self.share_pct:g} %{from_heat}{taken}."
