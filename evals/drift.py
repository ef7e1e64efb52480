"""What is asked now and was asked when the cassettes were recorded: a difference to read before recording again."""

import json
from collections.abc import Iterator
from difflib import unified_diff
from pathlib import Path
from typing import Final

from evals.manifest import MANIFEST
from evals.tape import whole

MOST: Final = 120
"""Lines of a difference that are shown."""


def drift(old: Path, new: Path) -> list[str]:
    """The difference of the conversations that both folders have, each change once; nothing when there is none."""
    seen: dict[tuple[str, ...], None] = {}
    both = {path.name for path in old.glob("*.json")} & {path.name for path in new.glob("*.json")}
    for name in sorted(both - {MANIFEST}):
        before, after = _lines(old / name), _lines(new / name)
        if before != after:
            # A change in the instructions stands in every cassette: it is told once.
            for hunk in _hunks(list(unified_diff(before, after, lineterm="", n=1))[2:]):
                seen.setdefault(hunk, None)
    told = [line for hunk in seen for line in ("@@", *hunk)]
    rest = len(told) - MOST
    return told if rest <= 0 else [*told[:MOST], f"… and {rest} lines more"]


def _lines(path: Path) -> list[str]:
    try:
        tree = json.loads(whole(path))
    except (OSError, ValueError):  # left half merged: it is recorded again anyway
        return []
    return json.dumps(tree, indent=1, ensure_ascii=False).replace("\\n", "\n").splitlines()


def _hunks(lines: list[str]) -> Iterator[tuple[str, ...]]:
    found: list[str] = []
    for line in lines:
        if line.startswith("@@"):
            if found:
                yield tuple(found)
            found = []
        else:
            found.append(line.rstrip())
    if found:
        yield tuple(found)
