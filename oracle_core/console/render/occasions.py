"""Why now: gates and triggers with their reasons, whether the strategy runs, and what could not speak."""

from collections.abc import Iterator

from oracle_core.console.render.fields import Node, flag, notes, part, rows, text, texts
from oracle_core.console.render.layout import sentence

QUIET = "no trigger of the strategy fired: advice was asked for"


def why_now(document: Node, width: int) -> list[str]:
    """Every trigger that fired and every gate that holds, in the order in which they are heard."""
    found = part(document, "occasions")
    if not found:
        return []
    fired = [line for item in rows(found, "fired") for line in sentence(f"- {_said(item)}", width)]
    return [*(fired or sentence(f"- {QUIET}", width)), *_deployment(found, width)]


def silent(document: Node, width: int) -> list[str]:
    """Triggers that the strategy asks for and that could not speak, those of one reason together."""
    by_reason: dict[str, list[str]] = {}
    for note in notes(part(document, "occasions"), "silent"):
        name, _, why = note.partition(": ")
        by_reason.setdefault(why, []).append(_words(name))
    return [
        line for why, names in by_reason.items() for line in sentence(f"- {', '.join(names)}: {why}", width)
    ]  # fmt: skip


def _said(item: Node) -> str:
    order = text(item, "order")
    name = _words(text(item, "trigger"))
    again = "" if flag(item, "new") or order in ("band", "limit") else ", as before"
    return f"{order}, {text(item, 'urgency')}{again}: {name}: {text(item, 'reason')}"


def _deployment(found: Node, width: int) -> Iterator[str]:
    decided = part(found, "deployment")
    if not decided:
        return
    because = "; ".join(texts(decided, "reasons")) or "nothing speaks against it"
    unknown = texts(decided, "unknown")
    more = f" ({'; '.join(unknown)})" if unknown else ""
    yield from sentence(f"- deployment {text(decided, 'level')}: {because}{more}", width)


def _words(name: str) -> str:
    first, _, rest = name.partition(" ")
    return " ".join(filter(None, (first.replace("_", " "), rest)))
