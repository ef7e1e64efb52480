"""Settings of the partial hedge."""

from typing import Annotated

from pydantic import Field

from oracle_core.strict_json import StrictModel


class PartialParams(StrictModel):
    """Which share of the way to the target a partial hedge goes."""

    share: Annotated[float, Field(gt=0.0, le=1.0)] = 0.5
