"""What a validation found wrong, in words a person can act on."""

import json
from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from typing import TypeGuard

from pydantic import BaseModel, ValidationError

from oracle_core.errors import Fault, fault
from oracle_core.strict_json.tree import is_list, is_object


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
    parts = (f"[{part}]" if isinstance(part, int) else f".{part}" for part in loc if part not in ("", "[key]"))
    return "".join(parts).removeprefix(".")


def model_faults(error: ValidationError, source: str, model: type[BaseModel]) -> list[Fault]:
    """Every error of a validation in words: field, value, and what was expected."""
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
        elif wrong["type"] in _NUMBERS and isinstance(value, str) and _is_number(value):
            expected += ", not text"
        faults.append(fault(source, path_text(wrong["loc"]), _shown(value), expected))
    return faults


def _domain_faults(context: Mapping[str, object], source: str, loc: Sequence[int | str]) -> list[Fault]:
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
    "too_short": "{min_length} or more entries, not {actual_length}",
    "too_long": "{max_length} entries or fewer, not {actual_length}",
    "string_too_short": "text of {min_length} or more characters",
    "string_too_long": "text of at most {max_length} characters",
}


_NUMBERS = frozenset({"float_type", "int_type"})


def _is_number(text: str) -> bool:
    """Whether text, which is shown without its quotes, would look like the number that was expected."""
    try:
        float(text)
    except ValueError:
        return False
    return True


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


def _known_keys(schema: Mapping[str, object], loc: Sequence[int | str]) -> list[str]:
    """The keys an object may have at a place of the file, from the model's own JSON schema."""
    here = [_resolved(schema, schema)]
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
