"""What is asked now and was asked when the cassettes were recorded: a difference to read before recording again."""

import json
from collections.abc import Iterator
from difflib import unified_diff
from itertools import zip_longest
from pathlib import Path
from typing import Final

from evals.manifest import MANIFEST
from evals.tape import whole

MOST: Final = 120
"""Lines of a difference that are shown."""


def drift(old: Path, new: Path) -> list[str]:
    """The difference of the conversations that both folders have, each change once; nothing when there is none."""
    seen: dict[tuple[str, ...], None] = {}
    done: set[tuple[str, str]] = set()
    both = {path.name for path in old.glob("*.json")} & {path.name for path in new.glob("*.json")}
    for name in sorted(both - {MANIFEST}):
        for before, after in zip_longest(_talk(old / name), _talk(new / name), fillvalue=""):
            # What every subject is asked alike, and a change in the instructions, are told once.
            if before != after and (before, after) not in done:
                done.add((before, after))
                lines = unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=1)
                seen |= dict.fromkeys(_hunks(list(lines)[2:]))
    told = [line for hunk in seen for line in ("@@", *hunk)]
    rest = len(told) - MOST
    return told if rest <= 0 else [*told[:MOST], f"… and {rest} lines more"]


def _talk(path: Path) -> list[str]:
    """Everything asked and answered in a cassette, as texts of many lines."""
    try:
        tree = json.loads(whole(path))
    except (OSError, ValueError):  # left half merged: it is recorded again anyway
        return []
    turns = [kept[part] for kept in tree["interactions"] for part in ("request", "response")]
    return [json.dumps(turn, indent=1, ensure_ascii=False).replace("\\n", "\n") for turn in turns]


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
