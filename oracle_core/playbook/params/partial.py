"""Settings of the partial hedge."""

from typing import Annotated

from pydantic import Field

from oracle_core.playbook.params.section import Section


class PartialParams(Section):
    """Which share of the way to the target a partial hedge goes; the rule itself tells it."""

    share: Annotated[float, Field(gt=0.0, le=1.0)] = 0.5
