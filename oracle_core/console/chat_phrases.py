"""How close a sentence is to the phrases of the table: words in common, typos forgiven."""

from collections.abc import Iterable, Mapping, Sequence
from difflib import SequenceMatcher, get_close_matches
from typing import Final, NamedTuple

from oracle_core.console.chat_words import COINS, DOWN, FILLER, SPICE, UP, WHOLE

LIGHT: Final = FILLER | SPICE
ORDINARY: Final = frozenset({*FILLER, *SPICE, *DOWN, *UP, *WHOLE, *COINS})
"""Words that are spelled right though no phrase has them."""


class Scored(NamedTuple):
    """A use case, its phrase that is nearest, and how near: 1 is the same words."""

    score: float
    name: str
    phrase: str


def best(said: Sequence[str], phrases: Mapping[str, tuple[str, ...]], *, ignore: Iterable[str] = ()) -> list[Scored]:
    """Every use case by its nearest phrase, the nearest first.

    >>> best(["show", "my", "positions"], {"positions": ("positions",), "stress": ("worst case",)})[0].name
    'positions'
    """
    left_out = {*ignore, *COINS}
    wanted = _content(word for word in said if word not in left_out)
    if not wanted:
        wanted = _content(said)
    found = [
        max(Scored(_score(wanted, said, phrase), name, phrase) for phrase in known)
        for name, known in phrases.items()
        if known
    ]
    return sorted(found, key=lambda item: (-item.score, item.name))


def vocabulary(phrases: Mapping[str, tuple[str, ...]]) -> frozenset[str]:
    """Every word that the phrases have."""
    return frozenset(part for items in phrases.values() for phrase in items for part in phrase.split())


def corrected(word: str, known: frozenset[str]) -> str:
    """The word, or the known word that it nearly is.

    >>> corrected("exposres", frozenset({"exposures", "explain"}))
    'exposures'
    """
    if len(word) < 4 or word in known or word in ORDINARY:
        return word
    swapped = sorted(item for item in known if item[0] == word[0] and sorted(item) == sorted(word))
    near = (item for item in sorted(known) if abs(len(item) - len(word)) <= 2)
    close = swapped or get_close_matches(word, near, n=1, cutoff=0.8)
    return close[0] if close else word


def _score(wanted: Sequence[str], said: Sequence[str], phrase: str) -> float:
    """The harmonic mean of how much of the phrase is said, and how much of what is said it explains."""
    parts = phrase.split()
    if list(said) == parts:
        return 1.1
    content = _content(parts)
    if set(wanted) <= LIGHT:  # small words in common say nothing: the phrase itself must stand among them
        return 0.9 if len(parts) > 2 and f" {phrase} " in f" {' '.join(said)} " else 0.0
    common = len(set(wanted) & set(content))
    if not common:
        return 0.0
    shared = 2.0 * common / (len(set(wanted)) + len(set(content)))
    return 0.9 * shared + 0.1 * SequenceMatcher(None, " ".join(said), phrase).ratio()


def _content(said: Iterable[str]) -> list[str]:
    listed = list(said)
    return [word for word in listed if word not in LIGHT] or listed
