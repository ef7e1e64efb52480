"""Settings of collars."""

from typing import Annotated

from pydantic import Field

from oracle_core.playbook.params.section import Section


class CollarParams(Section):
    """Which option a collar buys, by its delta; the one it sells pays for it as nearly as the chain allows."""

    bought_abs_delta: Annotated[float, Field(gt=0.0, lt=0.5)] = 0.25
    cover_pct_of_delta: Annotated[float, Field(gt=0.0, le=100.0)] = 100.0

    def sentence(self) -> str:
        return (
            f"A collar covers at most {self.cover_pct_of_delta:g} % of the delta of perpetuals, futures, spot and coin "
            f"equity: it buys an option of delta {self.bought_abs_delta:g} and sells one that pays for it."
        )
