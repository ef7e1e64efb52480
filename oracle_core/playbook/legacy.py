"""What the imports of older files share: loose keys, and an account of what each of them became."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Generic, NamedTuple, TypeAlias, TypeVar

from pydantic import ConfigDict, JsonValue, RootModel

from oracle_core.errors import Fault, InputError, fault
from oracle_core.strict_json import is_list, is_object, parse_json, path_text

T = TypeVar("T")
Old: TypeAlias = Mapping[str, JsonValue]


class Became(NamedTuple):
    """A line of the report: an old key, its value, and where it went."""

    key: str
    value: str
    became: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported(Generic[T]):
    """A file in today's form, with the report; it is advise-only when something was left out."""

    value: T
    report: tuple[Became, ...]


@dataclass(slots=True, kw_only=True)
class Account:
    """Collects what each old key became, while a file is being read."""

    source: str
    report: list[Became] = field(default_factory=list[Became])
    wrong: list[Fault] = field(default_factory=list[Fault])
    unmapped: list[Fault] = field(default_factory=list[Fault])

    def became(self, key: str, value: object, new: str) -> None:
        """The key lives on, as `new`."""
        self.report.append(Became(key, shown(value), new))

    def refuse(self, key: str, value: object, expected: str) -> None:
        """The value makes no sense, whatever is accepted."""
        self.wrong.append(fault(self.source, key, shown(value), expected))

    def leave_out(self, key: str, value: object, expected: str) -> None:
        """The key has no counterpart; `expected` says what to do instead."""
        self.unmapped.append(fault(self.source, key, shown(value), expected))
        self.report.append(Became(key, shown(value), "left out, so the result is for advice only"))

    def settle(self, *, accept_unmapped: bool) -> bool:
        """Whether something was left out, and that was accepted.

        Raises: InputError: a value makes no sense, or something would be left out and that was not accepted.
        """
        faults = self.wrong + ([] if accept_unmapped else self.unmapped)
        if faults:
            raise InputError(faults)
        return bool(self.unmapped)


class _Object(RootModel[dict[str, JsonValue]]):
    model_config = ConfigDict(strict=True, frozen=True)


def read_old(data: bytes, source: str, aliases: Mapping[str, str]) -> Old:
    """The object in an older file, its keys in lower case and under the names of today's importer.

    Raises: InputError: not a JSON object, a key twice, or a file that already has a `schema`.
    """
    tree = parse_json(data, source, _Object, checks=[_not_finite]).root
    old: dict[str, JsonValue] = {}
    faults: list[Fault] = []
    for key, value in tree.items():
        name = aliases.get(word(key), word(key))
        if name in old:
            faults.append(fault(source, key, shown(value), f"`{name}` once, whatever its spelling"))
        old[name] = value
    if "schema" in old:
        faults = [
            fault(source, "schema", shown(old["schema"]), "an older file without a `schema`; this one needs no import")
        ]
    if faults:
        raise InputError(faults)
    return old


def text_of(old: Old, key: str, account: Account) -> str:
    """A text, or a list of texts as lines; empty where the key is absent."""
    value = old.get(key)
    lines = list(value) if is_list(value) else [value]
    texts = [line for line in lines if isinstance(line, str)]
    if value is not None and len(texts) != len(lines):
        account.refuse(key, value, "text, or a list of texts")
    return "\n".join(texts)


def words_of(value: JsonValue) -> list[str]:
    """A word or a list of words, each as the importer compares them; what is no text stays as its JSON."""
    return [
        word(item) if isinstance(item, str) else shown(item) for item in (value if isinstance(value, list) else [value])
    ]


def word(text: str) -> str:
    """One spelling for all: lower case, and an underscore for a space or a dash.

    >>> word(" Delta-Neutral "), word("HEAT CONTROL")
    ('delta_neutral', 'heat_control')
    """
    return "_".join(text.replace("-", " ").replace("_", " ").casefold().split())


def number_of(value: JsonValue) -> float | None:
    """A finite number, or None for anything else; true and false are not numbers."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if -1e300 < value < 1e300 else None  # a whole number may be too long to be a float


def shown(value: object) -> str:
    """A value as its file shows it."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _not_finite(tree: object, source: str) -> list[Fault]:
    """A loose tree has no model that refuses NaN, so every number is looked at."""
    faults: list[Fault] = []
    waiting: list[tuple[tuple[int | str, ...], object]] = [((), tree)]
    while waiting:
        loc, value = waiting.pop()
        if isinstance(value, float) and not math.isfinite(value):
            faults.append(fault(source, path_text(loc), shown(value), "a finite number"))
        if is_object(value):
            waiting += [((*loc, key), item) for key, item in value.items()]
        elif is_list(value):
            waiting += [((*loc, place), item) for place, item in enumerate(value)]
    return faults
