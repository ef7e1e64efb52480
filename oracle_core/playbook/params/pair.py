"""Settings of trading two coins against each other."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from oracle_core.playbook.params.section import Section


class Ratio(StrEnum):
    """USD of the second coin for a USD of the first: correlation * vol / vol, vol / vol, or one."""

    BETA = "beta"
    VOLATILITY = "volatility"
    NOTIONAL = "notional"


class PairParams(Section):
    """When a pair is opened and closed, by how far the ratio of two prices stands from its own history.

    entry_z, exit_z: standard deviations.  window_days: of that history.  trust: share of what the ratio is expected
    to come back by that counts.  break_correlation: below it, over a week, a pair is closed.
    drift_pct: of a leg beyond its ratio from which it is trimmed.
    """

    ratio: Ratio = Ratio.BETA
    entry_z: Annotated[float, Field(gt=0.0, le=10.0)] = 2.0
    exit_z: Annotated[float, Field(ge=0.0, le=10.0)] = 0.5
    window_days: Annotated[float, Field(ge=7.0, le=365.0)] = 30.0
    trust: Annotated[float, Field(ge=0.0, le=1.0)] = 0.5
    break_correlation: Annotated[float, Field(ge=-1.0, le=1.0)] = 0.4
    drift_pct: Annotated[float, Field(gt=0.0, le=1_000.0)] = 25.0

    def sentence(self) -> str:
        return (
            f"Open a pair sized by {self.ratio.value} when the ratio of two prices is {self.entry_z:g} standard "
            f"deviations from its mean of {self.window_days:g} days, believing {100.0 * self.trust:g} % of its way "
            f"back; close it within {self.exit_z:g}, or when a week's correlation falls below "
            f"{self.break_correlation:g}; trim a leg that is {self.drift_pct:g} % beyond its ratio."
        )
