"""Bytes to a model: unreadable, half-written, repeated or unknown, all faults at once."""

import json
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TypeAlias, TypeVar, get_args

from pydantic import BaseModel, ValidationError

from oracle_core.errors import Fault, InputError, fault
from oracle_core.strict_json.tree import is_list, is_object
from oracle_core.strict_json.wording import model_faults, path_text

Model = TypeVar("Model", bound=BaseModel)
Check: TypeAlias = Callable[[object, str], Iterable[Fault]]
"""From the plain JSON tree and the name of its source to faults that no single field shows."""


def read_json(path: Path, model: type[Model], *, checks: Sequence[Check] = ()) -> Model:
    """The file as a model.

    Raises: InputError: unreadable, not JSON, or not what the model wants; all faults, each with its field.
    """
    return parse_json(read_bytes(path), str(path), model, checks=checks)


def parse_json(data: bytes, source: str, model: type[Model], *, checks: Sequence[Check] = ()) -> Model:
    """The text as a model; `source` names it in faults.

    Raises: InputError: not JSON, or not what the model wants; all faults, each with its field.

    >>> from oracle_core.strict_json import StrictModel
    >>> class Sizes(StrictModel):
    ...     contracts: float
    >>> parse_json(b'{"contracts": 2}', "sizes.json", Sizes).contracts
    2.0
    >>> parse_json(b'{"contract": 2}', "sizes.json", Sizes)
    Traceback (most recent call last):
    oracle_core.errors.InputError: sizes.json: contracts: `absent` — expected a value, the key is required
    sizes.json: contract: `2` — expected a known key, did you mean `contracts`?
    """
    tree, faults = _tree(data, source)
    other = _other_file(tree, source, model)
    if other is not None:
        raise InputError([other])
    try:
        found = model.model_validate_json(data.removeprefix(_BOM))
    except ValidationError as error:
        faults += model_faults(error, source, model)
        found = None
    faults += [wrong for check in checks for wrong in check(tree, source)]
    if found is None or faults:
        raise InputError(dict.fromkeys(faults))
    return found


def parse_tree(data: bytes, source: str) -> object:
    """The plain JSON tree, for text that has to be recognised before it can be checked.

    Raises: InputError: not JSON, or an object with a key twice.
    """
    tree, faults = _tree(data, source)
    if faults:
        raise InputError(faults)
    return tree


def read_bytes(path: Path) -> bytes:
    """The bytes of a file.

    Raises: InputError: it cannot be read.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError([fault(str(path), "", error.strerror or str(error), "a readable file")]) from error


def decode(data: bytes, source: str) -> str:
    """UTF-8 text; a byte-order mark in front is dropped.

    Raises: InputError: the bytes are not UTF-8.
    """
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        shown = data[error.start : error.start + 4].hex(" ")
        raise InputError([fault(source, f"byte {error.start}", shown, "text in UTF-8")]) from error


_BOM = b"\xef\xbb\xbf"


class _Repeated(dict[str, object]):
    """An object in which a key stood twice."""

    repeated: tuple[str, ...] = ()


def _tree(data: bytes, source: str) -> tuple[object, list[Fault]]:
    repeated: list[_Repeated] = []

    def collect(pairs: list[tuple[str, object]]) -> dict[str, object]:
        found = dict(pairs)
        if len(found) == len(pairs):
            return found
        keys = [key for key, _ in pairs]
        twice = _Repeated(found)
        twice.repeated = tuple(key for key in found if keys.count(key) > 1)
        repeated.append(twice)
        return twice

    text = decode(data, source)
    try:
        tree: object = json.loads(text, object_pairs_hook=collect)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        shown = text[error.pos : error.pos + 20].split("\n")[0] or "the end of the text"
        raise InputError([fault(source, where, shown, f"valid JSON ({error.msg})")]) from error
    except RecursionError as error:
        raise InputError([fault(source, "", "too deeply nested", "JSON nested less than 200 deep")]) from error
    except ValueError as error:  # a whole number with thousands of digits
        raise InputError([fault(source, "", str(error), "numbers of ordinary size")]) from error
    return tree, _repeated_faults(tree, source) if repeated else []


def _repeated_faults(tree: object, source: str) -> list[Fault]:
    faults: list[Fault] = []
    waiting: list[tuple[tuple[int | str, ...], object]] = [((), tree)]
    while waiting:
        loc, value = waiting.pop()
        if isinstance(value, _Repeated):
            faults += [fault(source, path_text((*loc, key)), key, "the key once") for key in value.repeated]
        if is_object(value):
            waiting += [((*loc, key), item) for key, item in value.items()]
        elif is_list(value):
            waiting += [((*loc, number), item) for number, item in enumerate(value)]
    return faults


def _other_file(tree: object, source: str, model: type[BaseModel]) -> Fault | None:
    """A file of another kind gets one fault, not one for every key that it holds."""
    wanted = _schema_name(model)
    if wanted is None or not is_object(tree):
        return None
    given = tree.get("schema")
    if not isinstance(given, str) or given.split("/")[0] == wanted.split("/")[0]:
        return None
    return fault(source, "schema", given, f"`{wanted}`")


def _schema_name(model: type[BaseModel]) -> str | None:
    for field in model.model_fields.values():
        if field.alias == "schema":
            names: tuple[object, ...] = get_args(field.annotation)
            return next((name for name in names if isinstance(name, str)), None)
    return None
