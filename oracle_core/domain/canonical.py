"""One text for one value: canonical JSON, and the hash that names it."""

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from decimal import Decimal
from enum import Enum
from functools import cache, lru_cache
from typing import TypeAlias, TypeGuard

_PLAIN = frozenset({str, bool, int})

Json: TypeAlias = "bool | int | float | str | Sequence[Json] | Mapping[str, Json] | None"


def to_json(value: object) -> Json:
    """The JSON form of a domain value: dataclasses and named tuples become objects, decimals numbers.

    Raises: ValueError: a number is not finite. TypeError: a value has no JSON form.

    >>> to_json({"contracts": Decimal("3.554"), "at": datetime(2026, 1, 2, tzinfo=UTC)})
    {'contracts': 3.554, 'at': '2026-01-02T00:00:00Z'}
    """
    if value is None or type(value) in _PLAIN:
        return value  # pyright: ignore[reportReturnType] - one of the JSON types
    if isinstance(value, float):
        return _finite(value)
    if isinstance(value, Enum):
        return to_json(value.value)
    if isinstance(value, Decimal):
        return _number(value)
    if isinstance(value, datetime):
        return instant(value)
    return _composite(value)


def canonical_json(value: object) -> bytes:
    """Sorted keys, no white space, shortest round-trip floats, UTF-8.

    >>> canonical_json({"b": 1.0, "a": -0.0})
    b'{"a":0.0,"b":1.0}'
    """
    plain = to_json(value)
    text = json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return text.encode("utf-8")


def content_hash(value: object) -> str:
    """SHA-256 of the canonical JSON, in hexadecimal.

    >>> content_hash({"b": 1, "a": 2}) == content_hash({"a": 2, "b": 1})
    True
    """
    return hashlib.sha256(canonical_json(value)).hexdigest()


def instant(moment: datetime) -> str:
    """ISO 8601 in UTC, with a `Z` and only the digits it needs.

    Raises: ValueError: the moment has no time zone.
    """
    if moment.tzinfo is None:
        raise ValueError(f"Time {moment!r} has no time zone; expected an aware UTC time")
    return _text_of(moment if moment.tzinfo is UTC else moment.astimezone(UTC))


@lru_cache(maxsize=1_024)
def _text_of(utc: datetime) -> str:
    """A file says the same few moments a thousand times."""
    return utc.isoformat().replace("+00:00", "Z")


def _finite(number: float) -> float:
    if not math.isfinite(number):
        raise ValueError(f"Number {number!r} is not finite")
    return number + 0.0  # turns -0.0 into 0.0, so that equal values have equal text


def _number(value: Decimal) -> int | float:
    if not value.is_finite():
        raise ValueError(f"Number {value!r} is not finite")
    if value == value.to_integral_value():
        return int(value)
    number = float(value)
    if Decimal(repr(number)) != value:
        raise ValueError(f"Quantity {value!r} has more digits than a JSON number keeps")
    return number


@cache
def _field_names(kind: type) -> tuple[str, ...] | None:
    return tuple(field.name for field in fields(kind)) if is_dataclass(kind) else None


def _composite(value: object) -> Json:
    names = _field_names(type(value))
    if names is not None:
        return {name: to_json(getattr(value, name)) for name in names}
    if _is_mapping(value):
        return {str(key): to_json(item) for key, item in value.items()}
    if _is_sequence(value):
        return _sequence(value)
    raise TypeError(f"A {type(value).__name__} has no JSON form")


def _sequence(items: Sequence[object]) -> Json:
    names: tuple[str, ...] | None = getattr(items, "_fields", None)  # a named tuple
    if names is not None:
        return {name: to_json(item) for name, item in zip(names, items, strict=True)}
    return [to_json(item) for item in items]


def _is_mapping(value: object) -> TypeGuard[Mapping[object, object]]:
    return isinstance(value, Mapping)


def _is_sequence(value: object) -> TypeGuard[Sequence[object]]:
    return isinstance(value, list | tuple)
