"""What Oracle Core raises: one type per reaction of the person or program that catches it."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing wrong with one value, in words a person can act on."""

    source: str
    field: str
    value: str
    expected: str

    def __str__(self) -> str:
        where = f"{self.source}: {self.field}" if self.field else self.source
        return f"{where}: `{self.value}` — expected {self.expected}"


class OracleError(Exception):
    """Anything Oracle Core raises on purpose. `exit_code` is what a command ends with."""

    exit_code: int = 2


class InputError(OracleError):
    """Text or numbers from outside that break the contract. Carries every fault, not the first."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))


class PricingError(OracleError):
    """A formula was asked for a value outside its domain."""


class MarketDataError(OracleError):
    """A quote the book needs is missing, old, crossed or not a price. No decision is made on it."""

    exit_code = 4

    def __init__(self, problems: Iterable[Fault]) -> None:
        self.faults = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.faults))


class RefusedError(OracleError):
    """The desk is halted, or an approval does not hold."""

    exit_code = 3


class UnreachableError(OracleError):
    """A venue or model is out of reach and the command cannot go on without it."""

    exit_code = 5


class JournalError(OracleError):
    """The journal cannot be read, written or trusted."""


def fault(source: str, field: str, value: object, expected: str) -> Fault:
    """A fault whose value is shown as the reader wrote it.

    >>> str(fault("book.json", "positions[0].contracts", float("nan"), "a finite number"))
    'book.json: positions[0].contracts: `nan` — expected a finite number'
    """
    shown = value if isinstance(value, str) else repr(value)
    return Fault(source=source, field=field, value=shown[:120], expected=expected)
