"""Domain values as the text of a file: canonical, and without keys that say nothing."""

from collections.abc import Mapping

from oracle_core.domain.canonical import Json, canonical_json, to_json
from oracle_core.strict_json import is_list, is_object


def file_json(content: Mapping[str, object]) -> bytes:
    """Canonical JSON of a file's content, without the keys of absent values.

    >>> file_json({"mark": 2.0, "bid": None, "notes": ()})
    b'{"mark":2.0,"notes":[]}'
    """
    return canonical_json(_present(to_json(content)))


def _present(value: object) -> object:
    if is_object(value):
        return {key: _present(item) for key, item in value.items() if item is not None}
    return [_present(item) for item in value] if is_list(value) else value


def row(value: object, *, without_empty: bool = False) -> Mapping[str, Json]:
    """A dataclass as the row of a file, so that its keys can be renamed or left out."""
    plain = to_json(value)
    assert isinstance(plain, dict)
    return {key: item for key, item in plain.items() if not (without_empty and item == [])}
