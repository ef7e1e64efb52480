"""What people type instead of the words of the grammar: short forms, decimal commas, misspelt names."""

import re
from collections.abc import Iterable
from difflib import SequenceMatcher
from typing import Final

SHORT: Final = {
    "abt": "about", "bout": "about", "cld": "could", "cos": "because", "cuz": "because", "expl": "explain",
    "explian": "explain", "gimme": "give me", "givme": "give me", "gonna": "going to", "gotta": "have to",
    "how's": "how is", "hows": "how is", "imma": "i am going to", "iv's": "iv", "lemme": "let me",
    "liq": "liquidation", "liq'd": "liquidated", "liqd": "liquidated", "liqs": "liquidation", "mkt": "market",
    "mkts": "markets", "ntl": "notional", "p&l": "pnl", "p/l": "pnl", "pls": "please", "plz": "please",
    "pos": "positions", "posns": "positions", "px": "price", "pxs": "prices", "reccomend": "recommend",
    "reco": "recommendation", "rekt": "liquidated", "rly": "really", "rn": "now", "shld": "should",
    "shud": "should", "sim": "simulate", "smth": "something", "sth": "something", "strat": "strategy",
    "strats": "strategies", "thru": "through", "til": "until", "till": "until", "tmr": "tomorrow",
    "tmrw": "tomorrow", "tmw": "tomorrow", "tomorow": "tomorrow", "u": "you", "ur": "your", "wanna": "want to",
    "wat": "what", "wats": "what is", "wen": "when", "wens": "when is", "what's": "what is", "whats": "what is",
    "when's": "when is", "whens": "when is", "where's": "where is", "wheres": "where is", "who's": "who is",
    "whos": "who is", "why's": "why is", "wld": "would", "wtf": "what", "wut": "what", "yday": "yesterday",
    "ystd": "yesterday",
}  # fmt: skip
"""None of them stands for a verb that changes anything."""
LEADING: Final = {"y": "why", "n": "and", "r": "are"}
"""Short only where something follows: `y` alone may be a yes."""
DECIMAL: Final = re.compile(r"(?<![\w.,])([+-]?\d+),(\d{1,2})(?![\d,.]\d|\d)")
EUROPEAN: Final = re.compile(r"(?<![\w.,])(\d{1,3}(?:\.\d{3})+),(\d{1,2})(?!\d)")
ALIKE: Final = 0.86
"""How alike a misspelt name must be, from 0 to 1."""
OTHERWISE: Final = frozenset({"balance", "balances", "caution", "scalping"})
"""Words of their own that look like a name."""


def written_out(text: str) -> str:
    """A plain text in full words, with decimal points.

    >>> written_out("gimme wats my liq px"), written_out("btc -2,5% and 1,250,000"), written_out("y this one")
    ('give me what is my liquidation price', 'btc -2.5% and 1,250,000', 'why this one')
    """
    text = EUROPEAN.sub(lambda found: found[1].replace(".", "") + "." + found[2], text)
    said = DECIMAL.sub(r"\1.\2", text).split()
    if len(said) > 1:
        said[0] = LEADING.get(said[0], said[0])
    return " ".join(_full(word) for word in said)


def with_names(text: str, names: Iterable[str], vocabulary: Iterable[str] = ()) -> str:
    """The same with misspelt names of personas and strategies put right; a word of the vocabulary stays.

    >>> with_names("advise as agressive with dlta neutral", ["aggressive", "delta_neutral"])
    'advise as aggressive with delta neutral'
    """
    said, kept = text.split(), {*vocabulary, *OTHERWISE}
    for name in names:
        parts = name.split("_")
        for start in range(len(said) - len(parts) + 1):
            here = said[start : start + len(parts)]
            if not all(word in kept for word in here) and _alike(" ".join(here), " ".join(parts)):
                said[start : start + len(parts)] = parts
    return " ".join(said)


def _full(word: str) -> str:
    bare = word.rstrip(",;:")
    return SHORT.get(bare, bare) + word[len(bare) :]


def _alike(here: str, name: str) -> bool:
    if len(here) < 5 or here == name or abs(len(here) - len(name)) > 2 or here[0] != name[0]:
        return False
    return SequenceMatcher(None, here, name).ratio() >= ALIKE
