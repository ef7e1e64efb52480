"""Domain values as rows of a file: without keys that say nothing."""

from dataclasses import fields
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


def row(value: "DataclassInstance", *, without_empty: bool = False) -> dict[str, object]:
    """A dataclass as an object with its absent values left out, and empty lists too where asked.

    >>> from oracle_core.domain.instrument import MarginTier
    >>> row(MarginTier(up_to_notional=None, initial=0.1, maintenance=0.05))
    {'initial': 0.1, 'maintenance': 0.05, 'deduction': 0.0}
    """
    return {
        name: item
        for name in _names(type(value))
        if (item := getattr(value, name)) is not None and not (without_empty and item == ())
    }


@cache
def _names(kind: "type[DataclassInstance]") -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))
