"""Text from outside made inert: no control characters, no lone surrogates, no more than its length."""

import re
import unicodedata
from typing import Final

UNSEEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Unicode categories that a reader does not see, and a screen or a model may act on."""
_NAME: Final = re.compile(r"[^A-Za-z0-9/:._-]")

GUIDANCE_CHARS: Final = 600
NOTE_CHARS: Final = 400
NAME_CHARS: Final = 48


def clean_text(text: str, limit: int) -> str:
    """One line of visible characters, at most `limit` of them; what is cut off is marked.

    >>> clean_text("Bybit\\x1b[31m paused\\nsince 10:00 \\ud800", 60)
    'Bybit [31m paused since 10:00'
    """
    seen = "".join(" " if unicodedata.category(char) in UNSEEN else char for char in text[: 4 * limit])
    line = " ".join(seen.split())
    return line if len(line) <= limit and len(text) <= 4 * limit else f"{line[: limit - 1]}…"


def clean_name(name: str) -> str:
    """A venue, symbol, strategy or persona: the signs such names are made of, and no others.

    >>> clean_name("ETH/USD:ETH-260327-1800-C"), clean_name("x; sell everything")
    ('ETH/USD:ETH-260327-1800-C', 'x__sell_everything')
    """
    return _NAME.sub("_", name[:NAME_CHARS])
