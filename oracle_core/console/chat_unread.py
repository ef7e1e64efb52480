"""What of a sentence an understanding leaves unread. Where anything is left, nothing runs.

Otherwise another question would be answered than was asked. Read are: words that carry no meaning, the words of the
use case's own phrases, and the coins, names, numbers and spans of time that became its slots.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Final

from oracle_core.console.chat_meaning import Ask, Known
from oracle_core.console.chat_numbers import MONEY, NUMBER, TIMES, unit_of, value_of, with_digits
from oracle_core.console.chat_slots import CYCLE, DATE, LABEL, words
from oracle_core.console.chat_vocabulary import ALSO_READ
from oracle_core.console.chat_words import (
    COINS,
    DOWN,
    FILLER,
    ORDINALS,
    SPICE,
    TIME_WORDS,
    UP,
    VOLATILITY,
    WHOLE,
)

ONE: Final = re.compile(r"\b(?:this|that|the|other|which|first|second|third|top|best|last|any|no|such|every)\s+one\b")
"""No number: what was spoken of."""
MOVES: Final = DOWN | UP | VOLATILITY | COINS.keys() | WHOLE.keys() | ALSO_READ["stress"]
"""Words of a move."""


def unread_of_move(text: str) -> tuple[str, ...]:
    """The words that are no part of a move.

    >>> unread_of_move("what if btc falls 10 % and funding flips"), unread_of_move("what if btc falls 10 %")
    (('funding', 'flips'), ())
    """
    return _apart(words(text), MOVES | (FILLER - TIME_WORDS) | SPICE)


def unread(asked: Ask, text: str, said: Iterable[str], known: Known) -> tuple[str, ...]:
    """The words and numbers of a sentence that a use case and its slots leave out. `said` are its words put right."""
    of_case = {word for phrase in known.phrases.get(asked.name, ()) for word in phrase.replace("-", " ").split()}
    read = (FILLER - TIME_WORDS) | SPICE | of_case | set(asked.name.split("-")) | {asked.name}
    read |= ALSO_READ.get(asked.name, frozenset()) | _slot_words(asked, known)
    if "coin" in asked.slots or asked.coins:
        read |= COINS.keys()
    dates = [] if asked.name == "calendar" else [item for item in DATE.findall(text) if item != asked.slots.get("day")]
    labels = [item for item in LABEL.findall(text) if f":{item}" not in str(asked.slots.get("subject", ""))]
    return (*_apart(said, read), *labels, *dates, *_numbers(asked.slots, DATE.sub(" ", text)))


def _apart(said: Iterable[str], read: Iterable[str]) -> tuple[str, ...]:
    there = set(read)
    return tuple(dict.fromkeys(word for word in said if _bare(word) not in there and word not in there))


def _bare(word: str) -> str:
    return word.removesuffix("'s").removesuffix("s'").strip("'-_")


def _slot_words(asked: Ask, known: Known) -> set[str]:
    """The words that became slots, as they may be spelled."""
    found: set[str] = set()
    for value in asked.slots.values():
        if isinstance(value, str):
            found |= {value, *re.split(r"[_\s-]", value)}
    if asked.name == "compare":
        found |= set(known.personas)
    if {"hours", "days"} & asked.slots.keys():
        found |= TIME_WORDS
    if ":c" in str(asked.slots.get("subject", "")):
        found |= ORDINALS.keys()
    return found


def _numbers(slots: Mapping[str, object], text: str) -> tuple[str, ...]:
    """The numbers that became no slot. A span of days may be kept as hours, a thousand as `k`."""
    taken = {abs(float(value)) for value in _flat(slots.values()) if isinstance(value, float | int)}
    bare = ONE.sub(" ", LABEL.sub(" ", CYCLE.sub(" ", text)))
    left: list[str] = []
    for found in NUMBER.finditer(with_digits(bare)):
        size, unit = value_of(found), unit_of(found)
        if (
            not {size, size * MONEY.get(unit, 1.0), size * TIMES.get(unit, 1.0), size * TIMES.get(unit, 1.0) / 24}
            & taken
        ):
            left.append(found[0].strip())
    return tuple(left)


def _flat(values: Iterable[object]) -> Iterable[object]:
    for value in values:
        if isinstance(value, tuple):
            yield from _flat(value)  # pyright: ignore[reportUnknownArgumentType]
        else:
            yield value
