"""JSON from outside into a frozen model: strict, and with every fault named at once."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, TypeAlias, TypeGuard, TypeVar, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic_core import PydanticCustomError

from oracle_core.errors import Fault, InputError, fault

Model = TypeVar("Model", bound=BaseModel)
Made = TypeVar("Made")
Loc: TypeAlias = tuple[int | str, ...]
Check: TypeAlias = Callable[[object, str], Iterable[Fault]]
"""From the plain JSON tree and the name of its source to faults that no single field shows."""


def _instant(value: object) -> datetime:
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise PydanticCustomError("datetime_type", "not a time with a zone")
    return moment.astimezone(UTC)


Moment: TypeAlias = Annotated[datetime, BeforeValidator(_instant)]
"""A time with a zone in a file, held in UTC."""
Name: TypeAlias = Annotated[str, Field(min_length=1, max_length=200)]


class StrictModel(BaseModel):
    """What a file's object may hold: exactly these keys, of exactly these types, finite numbers."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", allow_inf_nan=False)


def read_json(path: Path, model: type[Model], *, checks: Sequence[Check] = ()) -> Model:
    """The file as a model.

    Raises: InputError: unreadable, not JSON, or not what the model wants; all faults, each with its field.
    """
    return parse_json(read_bytes(path), str(path), model, checks=checks)


def parse_json(data: bytes, source: str, model: type[Model], *, checks: Sequence[Check] = ()) -> Model:
    """The text as a model; `source` names it in faults.

    Raises: InputError: not JSON, or not what the model wants; all faults, each with its field.

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
        faults += _model_faults(error, source, model)
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


def sound(make: Callable[[], Made]) -> Made:
    """Construct a domain value inside a validator: its faults become faults of the field being read."""
    try:
        return make()
    except InputError as error:
        raise PydanticCustomError("domain", "not a sound value", {"faults": error.faults}) from error


def nearest(word: str, known: Iterable[str]) -> str:
    """What was expected instead of an unknown word: the nearest known one, else all of them.

    >>> nearest("gama", ["gamma", "delta"]), nearest("x", ["gamma", "delta"])
    ('did you mean `gamma`?', 'one of `delta`, `gamma`')
    """
    names = sorted(known)
    close = get_close_matches(word, names, n=1, cutoff=0.6)
    return f"did you mean `{close[0]}`?" if close else "one of " + ", ".join(f"`{name}`" for name in names)


def path_text(loc: Sequence[int | str]) -> str:
    """Where in the file a value stands.

    >>> path_text(("positions", 3, "contracts"))
    'positions[3].contracts'
    """
    parts = (f"[{part}]" if isinstance(part, int) else f".{part}" for part in loc if part != "[key]")
    return "".join(parts).removeprefix(".")


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
    waiting: list[tuple[Loc, object]] = [((), tree)]
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


def _model_faults(error: ValidationError, source: str, model: type[BaseModel]) -> list[Fault]:
    schema = model.model_json_schema()
    faults: list[Fault] = []
    for wrong in error.errors(include_url=False):
        context: Mapping[str, object] = wrong.get("ctx", {})
        if wrong["type"] == "domain":
            faults += _domain_faults(context, source, wrong["loc"])
            continue
        value: object = wrong["input"]
        expected = _expected(wrong["type"], wrong["msg"], context)
        if wrong["type"] == "missing":
            value = "absent"
        elif wrong["type"] == "json_invalid":
            value, expected = context.get("error", wrong["msg"]), "valid JSON, nested less than 200 deep"
        elif wrong["type"] == "extra_forbidden":
            expected = "a known key, " + nearest(str(wrong["loc"][-1]), _known_keys(schema, wrong["loc"][:-1]))
        faults.append(fault(source, path_text(wrong["loc"]), _shown(value), expected))
    return faults


def _domain_faults(context: Mapping[str, object], source: str, loc: Loc) -> list[Fault]:
    found = context["faults"]
    assert _is_faults(found)
    return [fault(source, path_text((*loc, item.field)), item.value, item.expected) for item in found]


def _is_faults(value: object) -> TypeGuard[tuple[Fault, ...]]:
    return isinstance(value, tuple)


_WORDS: dict[str, str] = {
    "missing": "a value, the key is required",
    "finite_number": "a finite number",
    "float_type": "a number",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "bool_type": "true or false",
    "string_type": "text",
    "dict_type": "an object",
    "model_type": "an object",
    "model_attributes_type": "an object",
    "list_type": "a list",
    "tuple_type": "a list",
    "literal_error": "{expected}",
    "enum": "{expected}",
    "greater_than": "a number above {gt}",
    "greater_than_equal": "a number of at least {ge}",
    "less_than": "a number below {lt}",
    "less_than_equal": "a number of at most {le}",
    "string_pattern_mismatch": "text of the form {pattern}",
    "too_short": "at least {min_length} entries, not {actual_length}",
    "too_long": "at most {max_length} entries, not {actual_length}",
    "string_too_short": "text of at least {min_length} characters",
    "string_too_long": "text of at most {max_length} characters",
}


def _expected(kind: str, message: str, context: Mapping[str, object]) -> str:
    if kind.startswith(("datetime", "timezone")):
        return "a time with a zone, like `2026-03-27T08:00:00Z`"
    words = _WORDS.get(kind)
    if words is not None:
        return words.format_map(context).replace("'", "`")
    text = message.removeprefix("Input should be ").removeprefix("Value error, ")
    return text[:1].lower() + text[1:]


def _shown(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, default=repr, ensure_ascii=False)


def _known_keys(schema: Mapping[str, object], loc: Loc) -> list[str]:
    """The keys an object may have at a place of the file, from the model's own JSON schema."""
    here = [schema]
    for part in loc:
        here = [_resolved(step, schema) for item in here for step in _steps(item, part)]
    keys: list[str] = []
    for item in here:
        properties = item.get("properties")
        keys += list(properties) if is_object(properties) else []
    return keys


def _steps(schema: Mapping[str, object], part: int | str) -> list[Mapping[str, object]]:
    """The schemas one step into a value; a part that is no key names a branch of a union, and stays."""
    properties = schema.get("properties")
    if is_object(properties) and isinstance(part, str):
        inner = properties.get(part, schema)
        return _branches(inner) if is_object(inner) else []
    within = schema.get("items") if isinstance(part, int) else schema.get("additionalProperties")
    return _branches(within) if is_object(within) else [schema]


def _branches(schema: Mapping[str, object]) -> list[Mapping[str, object]]:
    options = schema.get("anyOf") or schema.get("oneOf")
    return [option for option in options if is_object(option)] if is_list(options) else [schema]


def _resolved(schema: Mapping[str, object], root: Mapping[str, object]) -> Mapping[str, object]:
    name = schema.get("$ref")
    definitions = root.get("$defs")
    if not (isinstance(name, str) and is_object(definitions)):
        return schema
    found = definitions.get(name.removeprefix("#/$defs/"))
    return found if is_object(found) else schema
