"""What the imports of older files share: loose keys, and an account of what each of them became."""

import json
import math
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Generic, NamedTuple, TypeAlias, TypeVar

from pydantic import ConfigDict, JsonValue, RootModel

from oracle_core.errors import Fault, InputError, fault
from oracle_core.strict_json import is_list, is_object, parse_json, path_text

T = TypeVar("T")
Old: TypeAlias = Mapping[str, "Entry"]
"""An older file's keys under the names of today's importer."""


class Entry(NamedTuple):
    """A key as its file spells it, and its value."""

    spelled: str
    value: JsonValue


LONGEST_SUMMARY, LONGEST_GUIDANCE = 400, 4000
"""Characters, as in today's files."""


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


def read_old(data: bytes, aliases: Mapping[str, str], account: Account) -> Old:
    """The object in an older file; a key that it has twice is a fault of the account.

    Raises: InputError: not a JSON object, or a file that already has a `schema`.
    """
    old = entries(parse_json(data, account.source, _Object, checks=[_not_finite]).root, aliases, account)
    if "schema" in old:
        wanted = "an older file without a `schema`; this one needs no import"
        raise InputError([fault(account.source, "schema", shown(old["schema"].value), wanted)])
    return old


def entries(tree: Mapping[str, JsonValue], aliases: Mapping[str, str], account: Account, at: str = "") -> Old:
    """The keys of an object, each once whatever its spelling; `at` is where the object stands, with its dot."""
    old: dict[str, Entry] = {}
    for key, value in tree.items():
        name = aliases.get(word(key), word(key))
        if name in old:
            account.refuse(f"{at}{key}", value, f"`{name}` once, whatever its spelling")
        old[name] = Entry(f"{at}{key}", value)
    return old


def name_of(old: Old, what: str, account: Account) -> str:
    """The name as today's files write it: small letters, digits and underscores; what else it has is dropped."""
    found = old.get("name", Entry("name", "absent"))
    name = slug(found.value) if isinstance(found.value, str) and "name" in old else ""
    if re.fullmatch("[a-z][a-z0-9_]{0,63}", name) is None:
        wanted = f"the name of the {what}: a letter from a to z, and at most 63 letters, digits and underscores"
        account.refuse(found.spelled, found.value, wanted)
    else:
        account.became(found.spelled, found.value, f"name {name}")
    return name


def text_of(old: Old, key: str, account: Account) -> str:
    """A text, or a list of texts as lines; empty where the key is absent."""
    spelled, value = old.get(key, Entry(key, None))
    lines = list(value) if is_list(value) else [value]
    texts = [line for line in lines if isinstance(line, str)]
    if value is not None and len(texts) != len(lines):
        account.leave_out(spelled, value, "text, or a list of texts")
        return ""
    return "\n".join(texts)


def guidance_of(old: Old, keys: Iterable[str], account: Account) -> str:
    """Texts of some keys that no rule reads, one below the other."""
    texts = {key: text for key in keys if (text := text_of(old, key, account))}
    if sum(len(text) + 1 for text in texts.values()) > LONGEST_GUIDANCE + 1:
        for key in texts:
            account.leave_out(old[key].spelled, old[key].value, f"at most {LONGEST_GUIDANCE} characters of guidance")
        return ""
    for key in texts:
        account.became(old[key].spelled, old[key].value, "guidance, which a model reads and no rule does")
    return "\n".join(texts.values())


def words_of(value: JsonValue) -> list[str]:
    """A word or a list of words, each as the importer compares them; what is no text stays as its JSON."""
    return [
        word(item) if isinstance(item, str) else shown(item) for item in (value if isinstance(value, list) else [value])
    ]


def word(text: str) -> str:
    """One spelling for all: lower case, and an underscore for a space, a dash or a capital after a small letter.

    >>> word(" Delta-Neutral "), word("HEAT CONTROL"), word("hedgingFrequency")
    ('delta_neutral', 'heat_control', 'hedging_frequency')
    """
    parted = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", text)
    return "_".join(parted.replace("-", " ").replace("_", " ").casefold().split())


def slug(text: str) -> str:
    """A name that a file of today may have, made of one that may have any letters.

    >>> slug("Émile's 🚀 BTC/ETH v2.1")
    'emile_s_btc_eth_v2_1'
    """
    plain = unicodedata.normalize("NFKD", word(text)).encode("ascii", "ignore").decode()
    return "_".join(re.findall("[a-z0-9]+", plain))


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
