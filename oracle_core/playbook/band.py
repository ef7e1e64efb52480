"""The no-trade band of a strategy: its rule, its unit, and what the unit is worth in coins."""

from enum import StrEnum
from typing import Annotated, TypeAlias

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from oracle_core.domain.checks import positive, refuse
from oracle_core.errors import fault
from oracle_core.strict_json import StrictModel

Width: TypeAlias = Annotated[float, Field(ge=0.0, le=1e9)]


class BandKind(StrEnum):
    FIXED = "fixed"
    ZAKAMOULINE = "zakamouline"
    WHALLEY_WILMOTT = "whalley_wilmott"
    LELAND = "leland"


class Unit(StrEnum):
    PCT_EQUITY = "pct_equity"
    COIN = "coin"
    PER_OPTION = "per_option"
    USD = "usd"


class Rehedge(StrEnum):
    TARGET = "target"
    EDGE = "edge"
    PARTIAL = "partial"


class Band(StrictModel):
    """How far net delta may stray from its target, to either side, before a hedge is offered.

    `scale` is the half-width itself, in `unit`, where the kind is fixed; else it multiplies the half-width of the
    model. `min` and `max` bound the half-width, in `unit`.
    """

    kind: BandKind
    unit: Unit
    scale: Annotated[float, Field(gt=0.0, le=1e9)]
    min: Width | None = None
    max: Width | None = None
    rehedge_to: Rehedge

    @model_validator(mode="after")
    def _ordered(self) -> "Band":
        if self.min is not None and self.max is not None and self.min > self.max:
            wrong = fault("band", "min", self.min, f"at most `max`, {self.max!r}")
            raise PydanticCustomError("domain", "not a band", {"faults": (wrong,)})
        return self

    def half_width(self, model_coins: float, *, price: float, equity: float, options: float) -> float:
        """The half-width in coins.

        Args:
            model_coins: the half-width of this kind's formula, coins; ignored where the kind is fixed.
            price: USD per coin, > 0.    equity: USD, > 0.    options: coins under the book's options, >= 0.
        Raises: InputError: price or equity is not above 0.

        >>> fixed = {"kind": BandKind.FIXED, "rehedge_to": Rehedge.EDGE}
        >>> Band(unit=Unit.PER_OPTION, scale=0.05, **fixed).half_width(0.0, price=1900.0, equity=25e3, options=20.0)
        1.0
        >>> Band(unit=Unit.COIN, scale=3.0, **fixed).half_width(0.0, price=1900.0, equity=25e3, options=20.0)
        3.0
        """
        refuse(positive("band", price=price, equity=equity))
        worth = {Unit.COIN: 1.0, Unit.PER_OPTION: options, Unit.USD: 1.0 / price}
        unit = worth.get(self.unit, 0.01 * equity / price)
        width = self.scale * (unit if self.kind is BandKind.FIXED else model_coins)
        if self.max is not None:
            width = min(width, self.max * unit)
        return width if self.min is None else max(width, self.min * unit)
