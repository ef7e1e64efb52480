"""An instrument as a row of the market file."""

from collections.abc import Mapping
from datetime import UTC
from decimal import Decimal
from functools import cached_property
from typing import Self

from pydantic import model_validator

from oracle_core.domain.checks import refuse
from oracle_core.domain.instrument import (
    FeeBasis,
    Fees,
    Grid,
    Instrument,
    Kind,
    OptionType,
)
from oracle_core.domain.symbols import from_unified, unified
from oracle_core.errors import Fault, fault
from oracle_core.strict_json import Moment, Name, StrictModel, sound
from oracle_core.venues.margin_tier_row import MarginTierRow, TiersUnit, is_ambiguous, unit_faults
from oracle_core.venues.writing import row


class InstrumentRow(StrictModel):
    """A listed contract, with its grid and fees; amounts in contracts, prices in the venue's unit."""

    venue: Name
    symbol: Name
    kind: Kind
    base: Name
    quote: Name
    settle: Name
    linear: bool
    contract_size: float
    expiry: Moment | None = None
    strike: float | None = None
    option_type: OptionType | None = None
    tick_size: float
    tick_steps: tuple[tuple[float, float], ...] = ()
    amount_step: float
    min_amount: float
    min_notional: float | None = None
    maker_fee: float
    taker_fee: float
    fee_basis: FeeBasis
    fee_cap_of_premium: float | None = None
    delivery_fee: float | None = None
    margin_tiers: tuple[MarginTierRow, ...] = ()
    margin_tiers_unit: TiersUnit | None = None
    """What `up_to_notional` and `deduction` are in: USD unless an inverse contract says `coin`."""

    @cached_property
    def domain(self) -> Instrument:
        return Instrument(
            venue=self.venue,
            symbol=unified(self.venue, self.symbol),
            kind=self.kind,
            base=self.base,
            quote=self.quote,
            settle=self.settle,
            linear=self.linear,
            contract_size=self.contract_size,
            grid=self._grid(),
            fees=self._fees(),
            expiry=self.expiry,
            strike=self.strike,
            option_type=self.option_type,
            margin_tiers=tuple(tier.domain for tier in self.margin_tiers),
        )

    @model_validator(mode="after")
    def _sound(self) -> Self:
        sound(lambda: self.domain)
        sound(lambda: refuse(self._symbol_faults(), unit_faults(self.symbol, self.domain, self.margin_tiers_unit)))
        return self

    def _symbol_faults(self) -> list[Fault]:
        """Where the unified symbol of a dated contract says something else than the row's own fields."""
        says = from_unified(unified(self.venue, self.symbol))
        if says is None or says.expires_on is None or self.expiry is None:
            return []
        day = self.expiry.astimezone(UTC).date()
        pairs: list[tuple[str, object, object]] = [
            ("base", self.base, says.base),
            ("settle", self.settle, says.settle),
            ("expiry", day.isoformat(), says.expires_on.isoformat()),
            ("strike", self.strike, None if says.strike is None else float(says.strike)),
            ("option_type", self.option_type, says.option_type),
        ]
        return [
            fault(self.symbol, name, value, f"{'none' if said is None else f'`{said}`'}, as its symbol says")
            for name, value, said in pairs
            if value != said
        ]

    def _grid(self) -> Grid:
        return Grid(
            amount_step=on_grid(self.amount_step),
            min_amount=on_grid(self.min_amount),
            tick_size=self.tick_size,
            tick_steps=self.tick_steps,
            min_notional=self.min_notional,
        )

    def _fees(self) -> Fees:
        return Fees(
            maker=self.maker_fee,
            taker=self.taker_fee,
            basis=self.fee_basis,
            cap_of_premium=self.fee_cap_of_premium,
            delivery=self.delivery_fee,
        )


def on_grid(amount: float) -> Decimal:
    """The decimal that a number in a file shows.

    >>> on_grid(0.1), on_grid(10.0)
    (Decimal('0.1'), Decimal('10'))
    """
    return Decimal(int(amount)) if amount.is_integer() else Decimal(repr(amount))


def instrument_row(listed: Instrument) -> Mapping[str, object]:
    """The row that reads back as the same instrument."""
    flat = {**row(listed, without_empty=True), **row(listed.grid, without_empty=True)}
    flat |= {name: fee for name, fee in _fee_keys(listed.fees).items() if fee is not None}
    if listed.margin_tiers:
        flat["margin_tiers"] = [row(tier) for tier in listed.margin_tiers]
        flat |= {"margin_tiers_unit": TiersUnit.USD} if is_ambiguous(listed) else {}
    return {key: value for key, value in flat.items() if key not in ("grid", "fees")}


def _fee_keys(fees: Fees) -> Mapping[str, object]:
    return {
        "maker_fee": fees.maker,
        "taker_fee": fees.taker,
        "fee_basis": fees.basis,
        "fee_cap_of_premium": fees.cap_of_premium,
        "delivery_fee": fees.delivery,
    }
