"""What can be held and traded, with the grid it trades on."""

from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_CEILING, ROUND_DOWN, Context, Decimal
from enum import StrEnum
from typing import Final, NamedTuple

from oracle_core.domain.checks import aware, finite, positive, refuse
from oracle_core.errors import Fault, fault

DOLLARS = frozenset({"USD", "USDC", "USDT"})
_NOISE = Decimal("0.000001")
"""A millionth of a step is float noise from the formula that asked, not a wish to trade less."""

SMALLEST_CONTRACT = 1e-9
"""No venue lists a smaller one; a slip of the pen would make a book of billions of contracts."""
SMALLEST_STEP = Decimal("1e-12")


class Kind(StrEnum):
    SPOT = "spot"
    PERPETUAL = "perpetual"
    FUTURE = "future"
    OPTION = "option"


class OptionType(StrEnum):
    CALL = "call"
    PUT = "put"

    @property
    def sign(self) -> int:
        """+1 for a call, -1 for a put."""
        return 1 if self is OptionType.CALL else -1


class FeeBasis(StrEnum):
    NOTIONAL = "notional"
    UNDERLYING = "underlying"


class InstrumentId(NamedTuple):
    """A venue and the unified symbol of an instrument there."""

    venue: str
    symbol: str

    def __str__(self) -> str:
        return f"{self.venue} {self.symbol}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """The quantities and prices a venue accepts. Amounts in contracts, prices in the venue's unit."""

    amount_step: Decimal
    min_amount: Decimal
    tick_size: float
    tick_steps: tuple[tuple[float, float], ...] = ()
    min_notional: float | None = None

    def __post_init__(self) -> None:
        amounts = {"amount_step": self.amount_step, "min_amount": self.min_amount}
        refuse(
            [
                fault(
                    "grid", name, str(value), _STEPPED if value.is_finite() and value > 0 else "a finite number above 0"
                )
                for name, value in amounts.items()
                if not (value.is_finite() and value >= SMALLEST_STEP)
            ],
            positive("grid", tick_size=self.tick_size, min_notional=self.min_notional),
        )

    def toward_zero(self, contracts: float | Decimal) -> Decimal:
        """The largest quantity on the grid that trades no more than `contracts`; zero below the minimum.

        >>> grid = Grid(amount_step=Decimal("0.001"), min_amount=Decimal("0.001"), tick_size=0.05)
        >>> grid.toward_zero(-1.35489)
        Decimal('-1.354')
        """
        wanted = _exact(contracts)
        snapped = self._steps(wanted, ROUND_DOWN) * self.amount_step
        return snapped.copy_sign(wanted) if snapped >= self.min_amount else Decimal(0)

    def away_from_zero(self, contracts: float | Decimal) -> Decimal:
        """The smallest quantity on the grid that trades at least `contracts`, at least the minimum.

        >>> grid = Grid(amount_step=Decimal("0.001"), min_amount=Decimal("0.001"), tick_size=0.05)
        >>> grid.away_from_zero(-2.55591)
        Decimal('-2.556')
        """
        wanted = _exact(contracts)
        if wanted == 0:
            return Decimal(0)
        size = max(self._steps(wanted, ROUND_CEILING), self._steps(self.min_amount, ROUND_CEILING))
        return (size * self.amount_step).copy_sign(wanted)

    def holds(self, contracts: Decimal) -> bool:
        """Whether a quantity is on the grid and not below the minimum."""
        return contracts % self.amount_step == 0 and abs(contracts) >= self.min_amount

    def _steps(self, amount: Decimal, rounding: str) -> Decimal:
        counted = _WIDE.quantize(_WIDE.divide(abs(amount), self.amount_step), _NOISE)
        return counted.to_integral_value(rounding)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fees:
    """Fee fractions of `basis`; a negative maker fee is a rebate. `cap_of_premium` bounds an option's fee."""

    maker: float
    taker: float
    basis: FeeBasis = FeeBasis.NOTIONAL
    cap_of_premium: float | None = None
    delivery: float | None = None

    def __post_init__(self) -> None:
        fractions = {"maker_fee": self.maker, "taker_fee": self.taker, "delivery_fee": self.delivery}
        refuse(
            [
                fault("fees", name, value, "a fraction of what is traded, between -1 and 1")
                for name, value in fractions.items()
                if value is not None and not abs(value) < 1.0
            ],
            positive("fees", fee_cap_of_premium=self.cap_of_premium),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class MarginTier:
    """Margin fractions that hold up to a notional; `deduction` is the venue's maintenance amount."""

    up_to_notional: float | None
    initial: float
    maintenance: float
    deduction: float = 0.0

    def __post_init__(self) -> None:
        refuse(
            positive("margin_tiers", up_to_notional=self.up_to_notional, initial=self.initial),
            finite("margin_tiers", deduction=self.deduction),
            [fault("margin_tiers", "maintenance", self.maintenance, f"from 0 to `initial`, {self.initial:g}")]
            if not 0.0 <= self.maintenance <= self.initial
            else [],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Instrument:
    """A listed contract. `contract_size` says what one contract is: coins where linear, else USD or coins."""

    venue: str
    symbol: str
    kind: Kind
    base: str
    quote: str
    settle: str
    linear: bool
    contract_size: float
    grid: Grid
    fees: Fees
    expiry: datetime | None = None
    strike: float | None = None
    option_type: OptionType | None = None
    margin_tiers: tuple[MarginTier, ...] = ()

    def __post_init__(self) -> None:
        name = f"instrument {self.venue} {self.symbol}"
        refuse(
            positive(name, contract_size=self.contract_size, strike=self.strike),
            aware(name, expiry=self.expiry),
            self._shape_faults(name),
        )

    @property
    def id(self) -> InstrumentId:
        return InstrumentId(self.venue, self.symbol)

    @property
    def is_option(self) -> bool:
        return self.kind is Kind.OPTION

    def expired(self, now: datetime) -> bool:
        return self.expiry is not None and self.expiry <= now

    def _shape_faults(self, name: str) -> list[Fault]:
        faults: list[Fault] = []
        dated = self.kind in (Kind.FUTURE, Kind.OPTION)
        if 0.0 < self.contract_size < SMALLEST_CONTRACT:
            faults.append(fault(name, "contract_size", self.contract_size, f"at least {SMALLEST_CONTRACT:g}"))
        if dated != (self.expiry is not None):
            faults.append(fault(name, "expiry", self.expiry, f"{'a time' if dated else 'none'} for a {self.kind}"))
        for field, value in (("strike", self.strike), ("option_type", self.option_type)):
            if self.is_option != (value is not None):
                wanted = "a value" if self.is_option else "none"
                faults.append(fault(name, field, value, f"{wanted} for kind `{self.kind}`"))
        if self.linear and self.settle == self.base and self.kind is not Kind.SPOT:
            faults.append(fault(name, "linear", self.linear, f"false where the contract settles in {self.base}"))
        if not self.linear and self.settle != self.base:
            faults.append(fault(name, "linear", self.linear, f"true where the contract settles in {self.settle}"))
        return faults


_STEPPED: Final = f"a finite number of at least {SMALLEST_STEP:g}"
_WIDE: Final = Context(prec=50)
"""Digits enough for the largest holding counted in the smallest step."""


def _exact(contracts: float | Decimal) -> Decimal:
    # A float is read through its shortest text, so that 3.554 is 3.554 and not 3.55399999….
    return contracts if isinstance(contracts, Decimal) else Decimal(repr(float(contracts)))
