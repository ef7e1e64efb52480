"""With which delta a strategy hedges options: what it expects volatility to do when the price moves."""

from enum import StrEnum
from typing import Annotated, TypeAlias

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from oracle_core.errors import fault
from oracle_core.strict_json import StrictModel

Coefficient: TypeAlias = Annotated[float, Field(ge=-10.0, le=10.0)]


class RatioKind(StrEnum):
    PLAIN = "plain"
    STICKY_DELTA = "sticky_delta"
    HULL_WHITE = "hull_white"
    HESTON = "heston"


DELTAS = {
    RatioKind.PLAIN: "Black's delta, less the premium where settled in coin",
    RatioKind.STICKY_DELTA: "the delta of a smile that moves along with the price",
    RatioKind.HULL_WHITE: "Hull and White's minimum-variance delta",
    RatioKind.HESTON: "the minimum-variance delta of a calibrated Heston model",
}
"""What options are hedged with, as a desk says it."""


class HedgeRatio(StrictModel):
    """The delta that options are hedged with.

    `plain`: each strike keeps its volatility. Black's delta, less the premium where an option is settled in its coin
    (net transaction delta: its premium is paid out of the coins that are hedged). `sticky_delta`: the fitted smile
    moves along with the price. `hull_white`: volatility moves by (a + b delta + c delta^2) / sqrt(T) per unit relative
    move, with coefficients from the desk's own history. `heston`: the minimum-variance delta of a Heston model
    calibrated to the chain of the moment.
    """

    kind: RatioKind = RatioKind.PLAIN
    a: Coefficient | None = None
    b: Coefficient | None = None
    c: Coefficient | None = None

    @property
    def coefficients(self) -> dict[str, float]:
        """Those that are stated, by name."""
        named = {"a": self.a, "b": self.b, "c": self.c}
        return {name: value for name, value in named.items() if value is not None}

    @model_validator(mode="after")
    def _coefficients(self) -> "HedgeRatio":
        wanted = self.kind is RatioKind.HULL_WHITE
        faults = tuple(
            fault("hedge_ratio", name, value, "a number, for `hull_white`" if wanted else "absent but for `hull_white`")
            for name, value in (("a", self.a), ("b", self.b), ("c", self.c))
            if (value is not None) is not wanted
        )
        if faults:
            raise PydanticCustomError("domain", "not a hedge ratio", {"faults": faults})
        return self
