"""Settings of wings."""

from typing import Annotated

from pydantic import Field

from oracle_core.playbook.params.section import Section


class OptionWingParams(Section):
    """How much of the loss of an instant move of 30 % a wing pays for at most."""

    cover_pct_of_loss: Annotated[float, Field(gt=0.0, le=100.0)] = 100.0

    def sentence(self) -> str:
        return f"A wing pays for at most {self.cover_pct_of_loss:g} % of what an instant move of 30 % loses."
