"""Lines on a page: tables, sections and wrapped sentences, none wider than asked."""

from collections.abc import Iterable, Sequence
from textwrap import wrap

INDENT = "  "


def table(cells: Sequence[Sequence[str]], align: str, *, indent: str = INDENT, gap: str = "  ") -> list[str]:
    """Aligned columns; `align` has `<` or `>` for each.

    >>> table([["fee", "1.29"], ["total", "12.42"]], "<>")
    ['  fee     1.29', '  total  12.42']
    """
    widths = [max((len(row[place]) for row in cells if place < len(row)), default=0) for place in range(len(align))]
    return [
        (
            indent + gap.join(f"{cell:{side}{wide}}" for cell, side, wide in zip(row, align, widths, strict=False))
        ).rstrip()
        for row in cells
    ]


def section(title: str, lines: Iterable[str]) -> list[str]:
    """A title above its lines, with a blank line before it; nothing where there is nothing to say."""
    body = list(lines)
    return ["", title, *body] if body else []


def sentence(words: str, width: int, *, indent: str = INDENT, hang: str = INDENT) -> list[str]:
    """A sentence wrapped to the width, its further lines a little further in."""
    return wrap(words, width, initial_indent=indent, subsequent_indent=indent + hang, break_on_hyphens=False) or [
        indent
    ]


def bullets(items: Iterable[str], width: int) -> list[str]:
    """One wrapped sentence after another."""
    return [line for item in items for line in sentence(f"- {item}", width)]


def fit(lines: Iterable[str], width: int) -> str:
    """The page: inert, nothing wider than asked, one newline at its end."""
    fitted = [piece for line in lines for piece in _narrow(_visible(line), width)]
    return "\n".join(fitted).strip("\n") + "\n"


def _narrow(line: str, width: int) -> list[str]:
    if len(line) <= width:
        return [line]
    indent = line[: min(len(line) - len(line.lstrip()), width // 4)]
    return wrap(
        line.strip(), width, initial_indent=indent, subsequent_indent=f"{indent}    ", drop_whitespace=True,
        break_on_hyphens=False,
    )  # fmt: skip


def _visible(line: str) -> str:
    return "".join(char if char.isprintable() else " " for char in line).rstrip()
