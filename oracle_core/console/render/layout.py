"""Lines on a page: tables, sections and wrapped sentences, none wider than asked."""

from collections.abc import Iterable, Sequence
from textwrap import wrap

INDENT = "  "
GAP = "  "


def table(cells: Sequence[Sequence[str]], align: str, width: int, *, indent: str = INDENT) -> list[str]:
    """Aligned columns; `align` has `<` or `>` for each.

    One that is wider than the page breaks the words of its widest text column within the column; where that does not
    help, its columns are told in blocks, one below another, each beginning with the columns that name the row.

    >>> table([["fee", "1.29"], ["total", "12.42"]], "<>", 80)
    ['  fee     1.29', '  total  12.42']
    >>> table([["gap", "-2,032.83", "every coin gaps at once"]], "<><", 30)
    ['  gap  -2,032.83  every coin', '                  gaps at once']
    >>> table([["", "equity", "ratio"], ["main", "25,000", "1.2 %"]], "<>>", 16)
    ['        equity', '  main  25,000', '        ratio', '  main  1.2 %']
    """
    wide = [max((len(row[place]) for row in cells if place < len(row)), default=0) for place in range(len(align))]
    over = len(indent) + sum(wide) + len(GAP) * (len(wide) - 1) - width
    words = [place for place, side in enumerate(align) if side == "<"]
    if over > 0 and words:
        place = max(words, key=wide.__getitem__)
        room = wide[place] - over
        if room >= max((len(word) for row in cells if place < len(row) for word in row[place].split()), default=0):
            cells = [line for row in cells for line in _broken(row, place, room)]
            wide[place], over = room, 0
    blocks = [range(len(wide))] if over <= 0 else _blocks(wide, align, width - len(indent))
    return [line for block in blocks for line in _aligned(cells, align, wide, block, indent)]


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


def _broken(row: Sequence[str], place: int, room: int) -> list[list[str]]:
    """A row as lines of which one column has at most `room` characters."""
    if place >= len(row):
        return [list(row)]
    first, *further = wrap(row[place], room, break_on_hyphens=False) or [""]
    return [[*row[:place], first, *row[place + 1 :]], *([*[""] * place, more] for more in further)]


def _blocks(wide: Sequence[int], align: str, room: int) -> list[list[int]]:
    """The columns in as few blocks as fit, each beginning with those that name the row: the first texts."""
    names = list(range(max(len(align) - len(align.lstrip("<")), 1)))
    blocks = [names.copy()]
    for place in range(len(names), len(wide)):
        if len(blocks[-1]) > len(names) and sum(wide[at] + len(GAP) for at in blocks[-1]) + wide[place] > room:
            blocks.append(names.copy())
        blocks[-1].append(place)
    return blocks


def _aligned(
    cells: Sequence[Sequence[str]], align: str, wide: Sequence[int], block: Sequence[int], indent: str
) -> list[str]:
    lines: list[str] = []
    for row in cells:
        shown = [(row[place], align[place], wide[place]) for place in block if place < len(row)]
        lines.append((indent + GAP.join(f"{cell:{side}{room}}" for cell, side, room in shown)).rstrip())
    return lines
