"""The plain JSON tree: what is what in it, and checks that compare rows."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeGuard


def is_object(value: object) -> TypeGuard[Mapping[str, object]]:
    """Whether a JSON value is an object."""
    return isinstance(value, dict)


def is_list(value: object) -> TypeGuard[Sequence[object]]:
    """Whether a JSON value is a list."""
    return isinstance(value, list)


def rows_of(tree: object, key: str) -> list[tuple[int, Mapping[str, object]]]:
    """The objects in a list of the top level, with their places, for checks that compare rows."""
    listed = tree.get(key) if is_object(tree) else None
    return [(place, item) for place, item in enumerate(listed) if is_object(item)] if is_list(listed) else []


def repeated(keys: Iterable[tuple[int, tuple[str, ...] | None]]) -> list[int]:
    """The places whose key stood before; a place without a key is not compared.

    >>> repeated([(0, ("a", "1")), (1, None), (2, ("a", "1"))])
    [2]
    """
    seen: set[tuple[str, ...]] = set()
    places: list[int] = []
    for place, key in keys:
        if key is not None:
            places += [place] if key in seen else []
            seen.add(key)
    return places


def text_of(item: Mapping[str, object], *names: str) -> tuple[str, ...] | None:
    """The values of some keys, where all are text."""
    found = [value for name in names if isinstance(value := item.get(name), str)]
    return tuple(found) if len(found) == len(names) else None
