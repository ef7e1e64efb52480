"""`oracle.report/1`: the report as it was written, and where it lies."""

import re

from oracle_core.console.render.fields import Node, clean, texts
from oracle_core.console.render.layout import section


def report(document: Node, width: int) -> list[str]:
    """The Markdown of the report; tables that are too wide lose their padding."""
    found = document.get("markdown")
    lines = found.splitlines() if isinstance(found, str) else []
    shown = [_line(line, width) for line in lines]
    return [*(shown or ["Report"]), *section("Written", [f"  {path}" for path in texts(document, "files")])]


def _line(line: str, width: int) -> str:
    indent = line[: len(line) - len(line.lstrip(" "))]
    spaced = "".join(char if char.isprintable() else " " for char in line)
    if len(spaced) <= width:
        return spaced.rstrip()
    return indent + re.sub(r"-{3,}", "--", clean(line))
