"""From canonical JSON back to the frozen dataclasses it was made of, so exactly that it encodes to the same bytes."""

import json
import types
from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING, fields, is_dataclass
from datetime import datetime
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import Final, TypeAlias, TypeGuard, TypeVar, Union, get_args, get_origin, get_type_hints

from oracle_core.domain.canonical import Json

T = TypeVar("T")
Decoder: TypeAlias = Callable[[Json], object]


def decode(kind: type[T], content: bytes) -> T:
    """The value of a dataclass that canonical JSON stands for.

    A number keeps the form it was written in: an int where a float is declared stays an int, because the text it
    came from would change otherwise.

    Raises: ValueError: the text is not JSON, or not of that shape. What a class refuses, it raises itself.
    """
    value: Json = json.loads(content)
    found = _decoder(kind)(value)
    if not isinstance(found, kind):
        raise ValueError(f"Expected a {kind.__name__}, found {found!r:.80}")
    return found


@cache
def _decoder(kind: object) -> Decoder:
    for scalar, decoder in _SCALARS:
        if kind is scalar:
            return decoder
    origin, parts = get_origin(kind), get_args(kind)
    if origin is Union or origin is types.UnionType:
        return _optional(parts)
    if origin is tuple:
        return _tuple(parts)
    if isinstance(origin, type) and issubclass(origin, Mapping) and parts[0] is str:
        return _mapping(parts[1])
    if isinstance(kind, type):
        return _class(kind)
    raise TypeError(f"No way to decode {kind!r}")


def _class(kind: type[object]) -> Decoder:
    if issubclass(kind, Enum):
        return kind
    if is_dataclass(kind):
        optional = {item.name for item in fields(kind) if item.default is not MISSING}
        optional |= {item.name for item in fields(kind) if item.default_factory is not MISSING}
        return _record(kind, [item.name for item in fields(kind)], optional)
    names: tuple[str, ...] | None = getattr(kind, "_fields", None)
    if names is None:
        raise TypeError(f"No way to decode {kind!r}")
    return _record(kind, names, set())


def _record(kind: type[object], names: Sequence[str], optional: set[str]) -> Decoder:
    hints: dict[str, object] = get_type_hints(kind)
    decoders = {name: _decoder(hints[name]) for name in names}
    make: Callable[..., object] = kind

    def read(value: Json) -> object:
        if not _is_mapping(value):
            raise ValueError(f"Expected a {kind.__name__}, found {value!r:.80}")
        unknown, missing = value.keys() - decoders.keys(), decoders.keys() - value.keys() - optional
        if unknown or missing:
            raise ValueError(f"{kind.__name__}: unknown {sorted(unknown)}, missing {sorted(missing)}")
        return make(**{name: decoders[name](item) for name, item in value.items()})

    return read


def _optional(parts: tuple[object, ...]) -> Decoder:
    named = [part for part in parts if part is not types.NoneType]
    if len(named) != 1 or len(parts) != 2:
        raise TypeError(f"No way to tell {parts!r} apart")
    inner = _decoder(named[0])
    return lambda value: None if value is None else inner(value)


def _tuple(parts: tuple[object, ...]) -> Decoder:
    if len(parts) == 2 and parts[1] is ...:
        inner = _decoder(parts[0])
        return lambda value: tuple(map(inner, _items(value)))
    inners = [_decoder(part) for part in parts]
    return lambda value: tuple(inner(item) for inner, item in zip(inners, _items(value), strict=True))


def _mapping(part: object) -> Decoder:
    inner = _decoder(part)

    def read(value: Json) -> object:
        if not _is_mapping(value):
            raise ValueError(f"Expected an object, found {value!r:.80}")
        return {name: inner(item) for name, item in value.items()}

    return read


def _items(value: Json) -> Sequence[Json]:
    if not isinstance(value, list):
        raise ValueError(f"Expected a list, found {value!r:.80}")
    found: list[Json] = value
    return found


def _is_mapping(value: Json) -> TypeGuard[dict[str, Json]]:
    return isinstance(value, dict)


def _text(value: Json) -> str:
    if not isinstance(value, str):
        raise ValueError(f"Expected text, found {value!r:.80}")
    return value


def _number(value: Json) -> int | float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(f"Expected a number, found {value!r:.80}")
    return value


def _whole(value: Json) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError(f"Expected a whole number, found {value!r:.80}")
    return value


def _flag(value: Json) -> bool:
    if not isinstance(value, bool):
        raise ValueError(f"Expected true or false, found {value!r:.80}")
    return value


_SCALARS: Final[tuple[tuple[object, Decoder], ...]] = (
    (str, _text),
    (float, _number),
    (int, _whole),
    (bool, _flag),
    (datetime, lambda value: datetime.fromisoformat(_text(value))),
    (Decimal, lambda value: Decimal(repr(_number(value)))),
)
