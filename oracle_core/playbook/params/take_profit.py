"""Settings of taking profit on options."""

from typing import Annotated

from pydantic import Field

from oracle_core.playbook.params.section import Section


class TakeProfitParams(Section):
    """What makes closing an option worth a look; only cost and risk decide.

    captured_pct: of the premium received that a short option has earned, at the price that closes it.
    gain_pct: by which a long option stands above what was paid.
    remaining_bps: what is left in a short option, of the underlying; it needs no entry price.
    """

    captured_pct: Annotated[float, Field(gt=0.0, le=100.0)] = 80.0
    gain_pct: Annotated[float, Field(gt=0.0, le=10_000.0)] = 50.0
    remaining_bps: Annotated[float, Field(ge=0.0, le=10_000.0)] = 5.0

    def sentence(self) -> str:
        return (
            f"Weigh taking profit on a short option that has earned {self.captured_pct:g} % of its premium or is worth "
            f"{self.remaining_bps:g} bp of its underlying or less, and on a long one that has gained "
            f"{self.gain_pct:g} %."
        )
