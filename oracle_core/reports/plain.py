"""Text from outside, made inert: nothing in it can end a cell, start markup, reorder a line or make a link."""

import re
import unicodedata
from html import escape

_MARKUP = re.compile(r"[\\`*\[\]|~]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])")
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "@": "&#64;"}
_LINKS = re.compile(r"(?i)(www)\.|:(?=//)")


def one_line(text: str) -> str:
    """The text on one line, with every control, format and private character shown as its code.

    >>> one_line("a\\nb\\u202ec")
    'a b\\\\u202ec'
    """
    return "".join(_visible(letter) for letter in text).strip()


def for_markdown(text: str) -> str:
    """Text that a Markdown reader shows as it is, also inside a table.

    >>> for_markdown("a|b <script> www.x.io")
    'a\\\\|b &lt;script&gt; www&#46;x.io'
    """
    line = _MARKUP.sub(r"\\\g<0>", one_line(text))
    line = "".join(_ENTITIES.get(letter, letter) for letter in line)
    return _LINKS.sub(lambda found: f"{found[1]}&#46;" if found[1] else "&#58;", line)


def for_xml(text: str) -> str:
    """Text inside an element or an attribute of a drawing."""
    return escape(one_line(text), quote=True)


def _visible(letter: str) -> str:
    if letter in "\r\n\t":
        return " "
    hidden = unicodedata.category(letter) in ("Cc", "Cf", "Co", "Cs", "Zl", "Zp")
    return f"\\u{ord(letter):04x}" if hidden else letter
