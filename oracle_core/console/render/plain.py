"""Any document as keys and values, for those that have no page of their own."""

from collections.abc import Iterator

from oracle_core.console.render.fields import Node, clean, part, rows, text, texts
from oracle_core.console.render.layout import INDENT, table

HIDDEN = frozenset({"schema", "warnings"})


def plain(document: Node, width: int) -> list[str]:
    """A title from the schema, then every key with its value."""
    schema = text(document, "schema", "document").removeprefix("oracle.").partition("/")[0]
    return [
        schema.replace("_", " ").capitalize(),
        *_object({key: document[key] for key in document if key not in HIDDEN}, width, INDENT),
    ]


def _object(node: Node, width: int, indent: str) -> Iterator[str]:
    simple = [
        [_name(key), ", ".join(texts(node, key)) or text(node, key, "none")] for key in node if _is_simple(node, key)
    ]
    yield from table(simple, "<<", width, indent=indent)
    for key in node:
        if _is_simple(node, key):
            continue
        yield f"{indent}{_name(key)}"
        yield from _object(part(node, key), width, indent + INDENT)
        yield from _listed(rows(node, key), width, indent + INDENT)


def _listed(found: list[Node], width: int, indent: str) -> Iterator[str]:
    keys = list(dict.fromkeys(key for row in found for key in row))
    if all(_is_simple(row, key) for row in found for key in row):
        cells = [[text(row, key, "-") for key in keys] for row in found]
        yield from table([[_name(key) for key in keys], *cells], "<" * len(keys), width, indent=indent) if found else ()
        return
    for place, row in enumerate(found, start=1):
        yield f"{indent}{place}."
        yield from _object(row, width, indent + INDENT)


def _is_simple(node: Node, key: str) -> bool:
    return not part(node, key) and not rows(node, key)


def _name(key: str) -> str:
    return clean(key).replace("_", " ")
