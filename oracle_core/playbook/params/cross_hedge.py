"""Settings of hedging one coin with the contracts of another."""

from typing import Annotated

from pydantic import Field

from oracle_core.playbook.params.section import Section


class CrossHedgeParams(Section):
    """Offered only between coins that move together at least this closely; the objective charges what does not."""

    min_correlation: Annotated[float, Field(gt=0.0, le=1.0)] = 0.7

    def sentence(self) -> str:
        least = f"{self.min_correlation:g}"
        return f"Weigh hedging a coin with the perpetual of another whose correlation with it is at least {least}."
