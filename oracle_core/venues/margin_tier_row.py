"""Margin tiers of a listed contract: USD, or coins where an inverse contract's venue publishes them so."""

from dataclasses import replace
from enum import StrEnum
from functools import cached_property
from typing import Final, Self

from pydantic import Field, model_validator

from oracle_core.domain.instrument import Instrument, MarginTier
from oracle_core.errors import Fault, fault
from oracle_core.strict_json import StrictModel, sound

LEAST_USD: Final = 10_000.0
"""No venue ends the first tier of an inverse contract at so few USD: below it a number may well be coins."""


class TiersUnit(StrEnum):
    """What the notional of a tier is counted in."""

    USD = "USD"
    COIN = "coin"


class MarginTierRow(StrictModel):
    """Margin fractions that hold up to a notional, in the contract's `margin_tiers_unit`: USD unless it says coin."""

    up_to_notional: float | None = Field(default=None, description="In `margin_tiers_unit`; absent in the last tier.")
    initial: float
    maintenance: float
    deduction: float = Field(default=0.0, description="The venue's maintenance amount, in `margin_tiers_unit`.")

    @cached_property
    def domain(self) -> MarginTier:
        return MarginTier(
            up_to_notional=self.up_to_notional,
            initial=self.initial,
            maintenance=self.maintenance,
            deduction=self.deduction,
        )

    @model_validator(mode="after")
    def _sound(self) -> Self:
        sound(lambda: self.domain)
        return self


def is_ambiguous(listed: Instrument) -> bool:
    """Whether the tiers of an inverse contract end so low that they may be coins."""
    first = listed.margin_tiers[0].up_to_notional if listed.margin_tiers else None
    return not listed.linear and first is not None and first < LEAST_USD


def unit_faults(symbol: str, listed: Instrument, unit: TiersUnit | None) -> list[Fault]:
    """Tiers whose unit is not said where it must be, or said to be coins of a contract that has none."""
    if unit is None and is_ambiguous(listed):
        wanted = f"`USD` or `coin`, since the first tier of this inverse contract ends below {LEAST_USD:,.0f}"
        return [fault(symbol, "margin_tiers_unit", "absent", wanted)]
    if unit is TiersUnit.COIN and listed.linear:
        return [fault(symbol, "margin_tiers_unit", unit.value, "`USD` for a linear contract")]
    return []


def in_dollars(listed: Instrument, price: float) -> Instrument:
    """A contract whose tiers were published in coins with its tiers in USD at a price of the coin.

    The venue's brackets stay where they are in coins: away from this price the USD figures are an approximation.
    """
    tiers = tuple(
        replace(
            tier,
            up_to_notional=None if tier.up_to_notional is None else tier.up_to_notional * price,
            deduction=tier.deduction * price,
        )
        for tier in listed.margin_tiers
    )
    return replace(listed, margin_tiers=tiers)
