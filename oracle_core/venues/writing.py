"""Domain values as rows of a file: without keys that say nothing."""

from dataclasses import fields
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


def row(value: "DataclassInstance", *, without_empty: bool = False) -> dict[str, object]:
    """A dataclass as an object with its absent values left out, and empty lists too where asked.

    >>> from oracle_core.domain.instrument import MarginTier
    >>> row(MarginTier(up_to_notional=None, initial=0.1, maintenance=0.05))
    {'initial': 0.1, 'maintenance': 0.05, 'deduction': 0.0}
    """
    held: dict[str, object] = {field.name: getattr(value, field.name) for field in fields(value)}
    return {name: item for name, item in held.items() if item is not None and not (without_empty and item == ())}
