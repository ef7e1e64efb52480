"""What a sentence gives beside its verb: numbers with units, coins, names and ids. Nothing is guessed."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from oracle_core.console.chat_words import COINS, DOWN, UP, VOLATILITY

NUMBER: Final = re.compile(
    r"(?<![\w.:])(?P<sign>[+-]?)\s?(?P<digits>\d[\d,_]*(?:\.\d+)?)\s*"
    r"(?P<unit>%|pct\b|percent\b|points?\b|pts?\b|vols?\b|days?\b|d\b|k\b|m\b)?",
    re.IGNORECASE,
)
CYCLE: Final = re.compile(r"(?<![\w:])(?=[0-9a-f]*\d)[0-9a-f]{8,64}(?::c\d{1,3})?(?![\w:])")
LABEL: Final = re.compile(r"(?<![\w:])c\d{1,3}(?!\w)")
CLAUSE: Final = re.compile(r",|;|\band\b|\bwith\b|\bwhile\b|\bbut\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """Spot in per cent, volatility in points; `signed` is false where the sentence does not say which way."""

    spot: float | None = None
    vol: float | None = None
    signed: bool = True


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
    bare = NUMBER.sub(" ", LABEL.sub(" ", CYCLE.sub(" ", text)))
    return re.findall(r"[a-z][a-z'_-]*", bare)


def move(text: str) -> Move:
    """The move of a what-if, clause by clause.

    >>> move("what if btc -10 % and vol +15")
    Move(spot=-10.0, vol=15.0, signed=True)
    >>> move("eth drops by 20")
    Move(spot=-20.0, vol=None, signed=True)
    """
    spot = vol = None
    signed = True
    for clause in CLAUSE.split(re.sub(r"(?<=\d),(?=\d)", "", text)):
        found = next((item for item in NUMBER.finditer(clause) if _is_move(item, clause)), None)
        if found is None:
            continue
        value, known = _signed(found, clause)
        signed = signed and known
        if _is_volatility(found, clause):
            vol = value
        else:
            spot = value
    return Move(spot=spot, vol=vol, signed=signed)


def named(text: str, names: Iterable[str]) -> str | None:
    """The first of the names that the text has as whole words, `_` or a space between.

    >>> named("as a cautious desk", ["degen", "cautious"]), named("delta neutral please", ["delta_neutral"])
    ('cautious', 'delta_neutral')
    """
    spoken = text.replace("-", " ").replace("_", " ")
    return next((name for name in names if re.search(rf"\b{re.escape(name.replace('_', ' '))}\b", spoken)), None)


def quantity(text: str, units: Iterable[str]) -> float | None:
    """The first number with one of the units; `k` and `m` multiply.

    >>> quantity("with 50k for 14 days", ["k", "m"]), quantity("with 50k for 14 days", ["d", "day", "days"])
    (50000.0, 14.0)
    """
    wanted = set(units)
    for found in NUMBER.finditer(text):
        if (found["unit"] or "") in wanted:
            return float(found["digits"].replace(",", "").replace("_", "")) * {"k": 1e3, "m": 1e6}.get(
                found["unit"], 1.0
            )
    return None


def _is_move(found: re.Match[str], clause: str) -> bool:
    unit = found["unit"] or ""
    said = set(words(clause))
    directed = bool(found["sign"]) or bool(said & (DOWN | UP))
    return unit not in ("d", "day", "days", "k", "m") and (directed or bool(unit) or bool(said & (COINS | VOLATILITY)))


def _is_volatility(found: re.Match[str], clause: str) -> bool:
    unit = (found["unit"] or "").rstrip("s")
    return unit in ("vol", "point", "pt") or bool(set(words(clause)) & VOLATILITY)


def _signed(found: re.Match[str], clause: str) -> tuple[float, bool]:
    size = float(found["digits"].replace(",", "").replace("_", ""))
    said = set(words(clause))
    if found["sign"] == "-" or (not found["sign"] and said & DOWN):
        return -size, True
    return size, bool(found["sign"]) or bool(said & UP)
