"""The shape of a report before it is Markdown or a page: titled sections of sentences and tables, all plain text."""

from dataclasses import dataclass
from typing import NamedTuple


class Column(NamedTuple):
    """A heading; figures stand to the right."""

    name: str
    figures: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Cells of text, one row as long as the columns. `caption` says what it shows and in which unit."""

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]

    def __post_init__(self) -> None:
        assert all(len(row) == len(self.columns) for row in self.rows), self.caption


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A heading, what is said under it, its tables, and the sections below it. `chart` asks for the day's picture."""

    title: str
    sentences: tuple[str, ...] = ()
    tables: tuple[Table, ...] = ()
    parts: tuple["Section", ...] = ()
    chart: bool = False


def table(caption: str, columns: str, rows: list[tuple[str, ...]]) -> Table:
    """A table from headings parted by commas; a heading that ends in `:` is text, the others figures."""
    named = tuple(Column(name.strip().removesuffix(":"), not name.endswith(":")) for name in columns.split(","))
    return Table(caption=caption, columns=named, rows=tuple(rows))
