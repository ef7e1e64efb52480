"""Reading a document: what is absent is None or empty, and text from outside is made inert."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Final, TypeAlias

from oracle_core.agent.untrusted import clean_text
from oracle_core.domain.canonical import Json

Node: TypeAlias = Mapping[str, Json]
NOTHING: Final[Node] = {}
LONGEST = 2_000
"""Characters of one text that are printed; the JSON form has all of them."""


def part(node: Node, *path: str) -> Node:
    """The object at a path; empty where there is none.

    >>> part({"stress": {"worst": {"pnl_usd": -5.0}}}, "stress", "worst")
    {'pnl_usd': -5.0}
    """
    for key in path:
        inner = node.get(key)
        if not isinstance(inner, Mapping):
            return {}
        node = inner
    return node


def rows(node: Node, key: str) -> list[Node]:
    """The objects of a list; whatever else stands in it is left out."""
    return [item for item in _sequence(node.get(key)) if isinstance(item, Mapping)]


def parts(node: Node, key: str) -> Iterator[tuple[str, Node]]:
    """The objects of an object, each with its cleaned name."""
    for name, item in part(node, key).items():
        if isinstance(item, Mapping):
            yield clean(name), item


def notes(node: Node, key: str) -> list[str]:
    """The texts of an object, each after its name."""
    found = part(node, key)
    return [f"{clean(name)}: {text(found, name)}" for name in found]


def number(node: Node, key: str) -> float | None:
    """A number; None where it is absent or is none."""
    found = node.get(key)
    return float(found) if isinstance(found, int | float) and not isinstance(found, bool) else None


def text(node: Node, key: str, default: str = "") -> str:
    """A text of one line without control characters; numbers and truth values as they are written."""
    found = node.get(key)
    return default if found is None or isinstance(found, Mapping) else clean(_scalar(found))


def texts(node: Node, key: str) -> list[str]:
    """Every text of a list; one text is a list of one."""
    found = node.get(key)
    if isinstance(found, str):
        return [clean(found)]
    return [clean(_scalar(item)) for item in _sequence(found) if not isinstance(item, Mapping)]


def flag(node: Node, key: str) -> bool:
    """Whether a value is there and true."""
    return node.get(key) is True


def moment(node: Node, key: str) -> datetime | None:
    """A time in UTC; None where it is absent or is none."""
    found = node.get(key)
    try:
        read = datetime.fromisoformat(found) if isinstance(found, str) else None
    except ValueError:
        return None
    return None if read is None or read.tzinfo is None else read.astimezone(UTC)


def clean(value: str) -> str:
    """One line that a screen shows and does not obey.

    >>> clean("ok\\x1b[2J\\nthen")
    'ok [2J then'
    """
    return clean_text(value, LONGEST)


def _sequence(value: Json) -> list[Json]:
    return list(value) if isinstance(value, list | tuple) else []


def _scalar(value: Json) -> str:
    match value:
        case str():
            return value
        case bool():
            return "yes" if value else "no"
        case int() | float():
            return f"{value:,}" if abs(value) < 1e15 else repr(value)
        case list() | tuple():
            return ", ".join(_scalar(item) for item in value)
        case _:
            return ""
