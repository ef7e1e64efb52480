"""A report as Markdown: paragraphs and pipe tables that read well raw, too."""

from collections.abc import Iterator, Sequence

from oracle_core.reports.plain import for_markdown
from oracle_core.reports.section import Section, Table


def markdown(title: str, banner: str, under: str, sections: Sequence[Section]) -> str:
    """The whole report."""
    lines = [f"**{for_markdown(banner)}**", "", f"# {for_markdown(title)}", "", for_markdown(under), ""]
    for section in sections:
        lines += _section(section, 2)
    return "\n".join(lines).rstrip() + "\n"


def _section(section: Section, level: int) -> list[str]:
    lines = [f"{'#' * level} {for_markdown(section.title)}", ""]
    for sentence in section.sentences:
        lines += [f"- {for_markdown(sentence)}"] if len(section.sentences) > 1 else [for_markdown(sentence)]
    lines += [""] if section.sentences else []
    for found in section.tables:
        lines += _table(found) if found.rows else []
    for part in section.parts:
        lines += _section(part, level + 1)
    return lines


def _table(found: Table) -> list[str]:
    cells = [[for_markdown(column.name) for column in found.columns]]
    cells += [[for_markdown(cell) for cell in row] for row in found.rows]
    widths = [max(3, *(len(row[n]) for row in cells)) for n in range(len(found.columns))]
    figures = [column.figures for column in found.columns]
    rules = [("-" * (width - 1) + ":") if right else "-" * width for width, right in zip(widths, figures, strict=True)]
    head, *body = (_row(row, widths, figures) for row in cells)
    return [f"{for_markdown(found.caption)}:", "", head, f"| {' | '.join(rules)} |", *body, ""]


def _row(cells: Sequence[str], widths: Sequence[int], figures: Sequence[bool]) -> str:
    return f"| {' | '.join(_padded(cells, widths, figures))} |"


def _padded(cells: Sequence[str], widths: Sequence[int], figures: Sequence[bool]) -> Iterator[str]:
    for cell, width, right in zip(cells, widths, figures, strict=True):
        yield cell.rjust(width) if right else cell.ljust(width)
