"""What the words of a card mean: a fixed text, a formula and its source for each. No model is asked."""

from difflib import get_close_matches

from oracle_core.desk.glossary_practice import PRACTICE
from oracle_core.desk.glossary_second_order import SECOND_ORDER
from oracle_core.desk.glossary_terms import TERMS, GlossaryEntry

CLOSE = 0.84
"""How alike a misspelt term must be, from 0 to 1: `gama` is gamma, a cycle's id is no term."""


def lookup(term: str) -> GlossaryEntry | None:
    """The entry of a term, under any of its names, with a slip of the fingers forgiven.

    >>> [found.term for found in map(lookup, ("Gamma", "the break even move", "NTD", "gama")) if found]
    ['gamma', 'break-even move', 'net transaction delta', 'gamma']
    >>> lookup("5b6c85ec94c4") is None
    True
    """
    name = _normal(term)
    if name in _NAMES:
        return _NAMES[name]
    close = get_close_matches(name, _NAMES, n=1, cutoff=CLOSE) if len(name) > 3 else []
    return _NAMES[close[0]] if close else None


def nearest_terms(term: str, count: int = 3) -> tuple[str, ...]:
    """The terms that look most like a text, the likest first.

    >>> nearest_terms("brekeven")[0]
    'break-even move'
    """
    close = get_close_matches(_normal(term), _NAMES, n=2 * count, cutoff=0.5)
    return tuple(dict.fromkeys(_NAMES[name].term for name in close))[:count]


def terms() -> tuple[str, ...]:
    """Every term, in the order of the alphabet."""
    return tuple(sorted(entry.term for entry in _ALL))


def _normal(term: str) -> str:
    words = "".join(char if char.isalnum() else " " for char in term.casefold()).split()
    return " ".join(word for word in words if word not in ("a", "an", "the", "what", "is", "term"))


_ALL = (*TERMS, *SECOND_ORDER, *PRACTICE)
_NAMES: dict[str, GlossaryEntry] = {_normal(name): entry for entry in _ALL for name in (entry.term, *entry.also)}
