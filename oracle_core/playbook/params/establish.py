"""Settings of opening a base position."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from oracle_core.playbook.params.section import Section


class Side(StrEnum):
    LONG = "long"
    SHORT = "short"

    @property
    def sign(self) -> float:
        """+1 for what is bought, -1 for what is sold."""
        return 1.0 if self is Side.LONG else -1.0


class Shape(StrEnum):
    STRADDLE = "straddle"
    STRANGLE = "strangle"


class EstablishParams(Section):
    """Which structures may be opened, and the budgets that size them beside the limits of the persona.

    theta_day_bps_equity: time value a book may pay a day.  vega_point_pct_equity: null leaves it to the persona.
    stress_pct_of_limit: the share of the persona's stress limit that the whole book may use up afterwards.
    strangle_abs_delta: of each leg of a strangle.  most: structures of one shape that are offered in a coin.
    """

    side: Side = Side.LONG
    shapes: Annotated[tuple[Shape, ...], Field(min_length=1, max_length=2)] = (Shape.STRADDLE, Shape.STRANGLE)
    theta_day_bps_equity: Annotated[float, Field(gt=0.0, le=1_000.0)] = 3.0
    vega_point_pct_equity: Annotated[float, Field(gt=0.0, le=100.0)] | None = None
    stress_pct_of_limit: Annotated[float, Field(gt=0.0, le=100.0)] = 50.0
    strangle_abs_delta: Annotated[float, Field(gt=0.0, lt=0.5)] = 0.4
    most: Annotated[int, Field(ge=1, le=5)] = 3

    def sentence(self) -> str:
        shapes = " or ".join(
            f"{self.side.value} {shape.value}"
            + (f" (each leg of delta {self.strangle_abs_delta:g})" if shape is Shape.STRANGLE else "")
            for shape in self.shapes
        )
        budgets = [f"at most {self.theta_day_bps_equity:g} bp of equity of time value a day"] * (self.side is Side.LONG)
        if self.vega_point_pct_equity is not None:
            budgets.append(f"{self.vega_point_pct_equity:g} % of equity of vega a point")
        sized = ", ".join(budgets) + (" and " if budgets else "")
        return (
            f"A base position is a {shapes} with its hedge, sized by {sized}{self.stress_pct_of_limit:g} % of the "
            f"stress limit; of each, the best {self.most} in a coin {'is' if self.most == 1 else 'are'} offered."
        )
