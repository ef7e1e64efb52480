"""Refusing what is not a number, where a value is constructed: NaN compares False with every limit."""

from datetime import datetime

from oracle_core.errors import Fault, InputError, fault

LARGEST = 1e15
"""Nothing a desk holds, quotes or owes is larger; what is would overflow a product of three."""
SMALLEST = 1e-15
"""No price is smaller; what divides by less overflows as surely."""


def finite(owner: str, **values: float | None) -> list[Fault]:
    """A fault for every value that is given and not finite."""
    return [
        fault(owner, name, value, "a finite number")
        for name, value in values.items()
        if value is not None and not abs(value) < LARGEST
    ]


def positive(owner: str, **values: float | None) -> list[Fault]:
    """A fault for every value that is given and not a finite number above zero."""
    return [
        fault(owner, name, value, "a finite number above 0")
        for name, value in values.items()
        if value is not None and not 0.0 < value < LARGEST
    ]


def aware(owner: str, **moments: datetime | None) -> list[Fault]:
    """A fault for every time that is given without a zone."""
    return [
        fault(owner, name, moment, "a time with a zone, in UTC")
        for name, moment in moments.items()
        if moment is not None and moment.tzinfo is None
    ]


def refuse(*groups: list[Fault]) -> None:
    """Raise all faults at once, if there are any.

    Raises: InputError: at least one fault was found.
    """
    faults = [found for group in groups for found in group]
    if faults:
        raise InputError(faults)
