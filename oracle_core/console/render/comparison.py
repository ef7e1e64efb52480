"""`oracle.comparison/1`: what each persona would do with the same book, side by side."""

from oracle_core.console.render.actions import short
from oracle_core.console.render.fields import Node, moment, number, part, rows, text, texts
from oracle_core.console.render.figures import amount, at, exact
from oracle_core.console.render.headline import banner
from oracle_core.console.render.layout import section, sentence, table


def comparison(document: Node, width: int) -> list[str]:
    """The page: a row for each persona, then the band edges they were offered."""
    found = rows(document, "rows")
    head = ["persona", "cost", "benefit", "breach", "orders", "ruling", "does"]
    cells = [head, *map(_row, found)]
    notes = [f"{text(row, 'persona')}: {texts(row, 'reasons')[0]}" for row in found if texts(row, "reasons")]
    return [
        banner(document, "personas side by side"),
        f"  {at(moment(document, 'as_of'))} · strategy {text(document, 'strategy')}",
        *section("What each would do (USD)", table(cells, "<>>>><<", width)),
        *(line for note in notes for line in sentence(note, width)),
        *section("To the edge of each one's band", _edges(found, width)),
    ]


def _row(row: Node) -> list[str]:
    breach = number(row, "breach")
    cure = " (cure)" if row.get("cure") is True else ""
    return [
        text(row, "persona"),
        amount(number(part(row, "cost"), "total")),
        amount(number(row, "benefit")),
        amount(breach, 3) if breach else "none",
        exact(number(row, "orders")),
        text(row, "ruling"),
        f"{', '.join(texts(row, 'chosen'))} {short(row)}{cure}",
    ]


def _edges(found: list[Node], width: int) -> list[str]:
    cells = [["persona", "instrument", "coins", "benefit USD", ""]]
    for row in found:
        edges = rows(row, "edge")
        for place, edge in enumerate(edges):
            cells.append(
                [
                    "" if place else text(row, "persona"),
                    text(edge, "symbol"),
                    amount(number(edge, "coins"), 4, sign=True),
                    amount(number(edge, "benefit")),
                    text(edge, "status"),
                ]
            )
        if not edges:
            cells.append([text(row, "persona"), "none: the book is inside the band", "", "", ""])
    return table(cells, "<<>><", width) if len(cells) > 1 else []
