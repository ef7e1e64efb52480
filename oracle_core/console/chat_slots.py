"""What a sentence gives beside its verb: moves, coins, names and ids. Nothing is guessed."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from oracle_core.console.chat_numbers import MONEY, NUMBER, TIMES, unit_of, value_of, with_digits
from oracle_core.console.chat_words import COINS, DOWN, UP, VOLATILITY, WHOLE

CYCLE: Final = re.compile(r"(?<![\w:])(?=[0-9a-f]*\d)[0-9a-f]{8,64}(?::c\d{1,3})?(?![\w:])")
LABEL: Final = re.compile(r"(?<![\w:])c\d{1,3}(?!\w)")
CLAUSE: Final = re.compile(r",|;|\band\b|\bwith\b|\bwhile\b|\bbut\b|\bplus (?=vol|iv)")


DATE: Final = re.compile(
    r"\b\d{1,2}(?:st|nd|rd|th)?[\s-]?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*(?:[\s-]?\d{2,4})?\b"
    r"|\b(?:(?:end|start|middle)\s+of\s+|mid\s+|early\s+|late\s+|in\s+)?(?:january|february|march|april|june|july|august"
    r"|september|october|november|december|(?:this|next|last|the)\s+(?:month|quarter|year))\b"
    r"|\b(?:this\s+|next\s+|last\s+)?(?:mon|tues|wednes|thurs|fri|satur|sun)day\b|\b\d{4}-\d{2}-\d{2}\b"
)
"""A day or month as people write it; only the calendar and the report of a day are about one."""
LEVEL: Final = re.compile(r"(?:\b(?:to|at|near|below|above|under|over|hits?|reach(?:es)?)|[@=])\s*$|[$€]\s*$")
"""Before a number without sign and unit: where a price or volatility stands, not how far it moves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """Spot in per cent, volatility in points; `signed` is false where the sentence does not say which way.

    left: the numbers of the sentence that are no part of it.
    """

    spot: float | None = None
    vol: float | None = None
    signed: bool = True
    left: tuple[str, ...] = ()

    @property
    def slots(self) -> dict[str, object]:
        """What of it is known."""
        return {key: value for key, value in (("spot", self.spot), ("vol", self.vol)) if value is not None}


def plain_text(sentence: str) -> str:
    """Lower case, one kind of minus, per cent as a sign.

    >>> plain_text("What if BTC −10 per cent?")
    'what if btc -10 %'
    """
    text = sentence.casefold().replace("−", "-").replace("–", "-").replace("’", "'")
    text = re.sub(r"\bper\s*cent\b|\bpercent\b", "%", text)
    return " ".join(re.sub(r"[?!\"“”()]", " ", text).split()).rstrip(".")


def words(text: str) -> list[str]:
    """The words of a plain text, numbers and ids left out.

    >>> words("what if btc drops 20 %, c3")
    ['what', 'if', 'btc', 'drops']
    """
    bare = NUMBER.sub(" ", with_digits(LABEL.sub(" ", CYCLE.sub(" ", text))))
    return re.findall(r"[a-z][a-z'_-]*", bare)


def coins_in(text: str) -> tuple[str, ...]:
    """The coins that a text names, in the order of their symbols.

    >>> coins_in("same for ether and btc-perp")
    ('BTC', 'ETH')
    """
    return tuple(sorted({COINS[word] for word in re.findall(r"[a-z]+", text) if word in COINS}))


def move(text: str, *, bare: bool = False) -> Move:
    """The move of a what-if, number by number. With `bare` a lone number is a move as well.

    >>> move("what if btc -10 % and vol +15")
    Move(spot=-10.0, vol=15.0, signed=True, left=())
    >>> move("eth down 200 bps iv +3pts, to 1800")
    Move(spot=-2.0, vol=3.0, signed=True, left=('1800',))
    """
    found: dict[str, float] = {}
    left: list[str] = []
    signed = True
    for number, near in _numbers(text):
        factor = "vol" if _is_volatility(number, near) else "spot"
        if factor in found or not _is_move(number, near, bare=bare):
            left.append(number[0].strip())
            continue
        found[factor], known = _signed(number, near)
        signed = signed and known
    said = [word for word in words(text) if word in WHOLE]
    if said and not found and not VOLATILITY & set(words(text)):
        found["spot"] = WHOLE[said[0]]
    return Move(spot=found.get("spot"), vol=found.get("vol"), signed=signed, left=tuple(left))


def _numbers(text: str) -> Iterator[tuple[re.Match[str], str]]:
    """Each number with the words it stands among: those since the number before it in its clause."""
    for clause in CLAUSE.split(re.sub(r"(?<=\d),(?=\d)", "", with_digits(text))):
        numbers = list(NUMBER.finditer(clause))
        ends = [0, *(found.end() for found in numbers[:-1]), len(clause)]
        for at, found in enumerate(numbers):
            yield found, clause[ends[at] : ends[at + 1]]


def named(text: str, names: Iterable[str]) -> str | None:
    """The first of the names that the text has as whole words, `_` or a space between.

    >>> named("as a cautious desk", ["degen", "cautious"]), named("delta neutral please", ["delta_neutral"])
    ('cautious', 'delta_neutral')
    """
    spoken = text.replace("-", " ").replace("_", " ")
    return next((name for name in names if re.search(rf"\b{re.escape(name.replace('_', ' '))}\b", spoken)), None)


def all_named(text: str, names: Iterable[str]) -> tuple[str, ...]:
    """Every name that the text has.

    >>> all_named("cautious against degen", ["degen", "cautious", "balanced"])
    ('degen', 'cautious')
    """
    return tuple(name for name in names if named(text, [name]))


def quantity(text: str, units: Iterable[str]) -> float | None:
    """The first number with one of the units; `k` and `m` multiply.

    >>> quantity("with 50k for 14 days", ["k", "m"]), quantity("with 50k for two days", ["day"])
    (50000.0, 2.0)
    """
    wanted = set(units)
    for found in NUMBER.finditer(with_digits(text)):
        if unit_of(found) in wanted:
            return value_of(found) * MONEY.get(unit_of(found), 1.0)
    return None


def _is_move(found: re.Match[str], near: str, *, bare: bool) -> bool:
    unit = unit_of(found)
    if unit in TIMES or unit in MONEY:
        return False
    if not found["sign"] and not unit and LEVEL.search(found.string[: found.start()]):
        return False
    said = set(words(near))
    directed = bool(found["sign"]) or bool(said & (DOWN | UP))
    return bare or directed or bool(unit) or bool(said & (COINS.keys() | VOLATILITY))


def _is_volatility(found: re.Match[str], near: str) -> bool:
    return unit_of(found) == "point" or bool(set(words(near)) & VOLATILITY)


def _signed(found: re.Match[str], near: str) -> tuple[float, bool]:
    """The size with its direction, and whether one was said; words for both say none."""
    size = value_of(found) / (100.0 if unit_of(found) == "bp" else 1.0)
    down, up = bool(set(words(near)) & DOWN), bool(set(words(near)) & UP)
    if found["sign"] == "-" or (not found["sign"] and down and not up):
        return -size, True
    return size, bool(found["sign"]) or up != down
