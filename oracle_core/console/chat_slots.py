"""What a sentence gives beside its verb: moves, coins, names and ids. Nothing is guessed."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from oracle_core.console.chat_numbers import MONEY, NUMBER, TIMES, unit_of, value_of, with_digits
from oracle_core.console.chat_words import COINS, DOWN, UP, VOLATILITY

CYCLE: Final = re.compile(r"(?<![\w:])(?=[0-9a-f]*\d)[0-9a-f]{8,64}(?::c\d{1,3})?(?![\w:])")
LABEL: Final = re.compile(r"(?<![\w:])c\d{1,3}(?!\w)")
CLAUSE: Final = re.compile(r",|;|\band\b|\bwith\b|\bwhile\b|\bbut\b|\bplus (?=vol|iv)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """Spot in per cent, volatility in points; `signed` is false where the sentence does not say which way."""

    spot: float | None = None
    vol: float | None = None
    signed: bool = True

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
    """The move of a what-if, clause by clause. With `bare` a lone number is a move as well.

    >>> move("what if btc -10 % and vol +15")
    Move(spot=-10.0, vol=15.0, signed=True)
    >>> move("eth drops by twenty")
    Move(spot=-20.0, vol=None, signed=True)
    """
    spot = vol = None
    signed = True
    for clause in CLAUSE.split(re.sub(r"(?<=\d),(?=\d)", "", with_digits(text))):
        found = next((item for item in NUMBER.finditer(clause) if _is_move(item, clause, bare=bare)), None)
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

    >>> quantity("with 50k for 14 days", ["k", "m"]), quantity("with 50k for two days", ["day"])
    (50000.0, 2.0)
    """
    wanted = set(units)
    for found in NUMBER.finditer(with_digits(text)):
        if unit_of(found) in wanted:
            return value_of(found) * MONEY.get(unit_of(found), 1.0)
    return None


def _is_move(found: re.Match[str], clause: str, *, bare: bool) -> bool:
    unit = unit_of(found)
    if unit in TIMES or unit in MONEY or unit == "bp":
        return False
    said = set(words(clause))
    directed = bool(found["sign"]) or bool(said & (DOWN | UP))
    return bare or directed or bool(unit) or bool(said & (COINS.keys() | VOLATILITY))


def _is_volatility(found: re.Match[str], clause: str) -> bool:
    return unit_of(found) == "point" or bool(set(words(clause)) & VOLATILITY)


def _signed(found: re.Match[str], clause: str) -> tuple[float, bool]:
    size = value_of(found)
    said = set(words(clause))
    if found["sign"] == "-" or (not found["sign"] and said & DOWN):
        return -size, True
    return size, bool(found["sign"]) or bool(said & UP)
