"""`oracle.attribution/1`: what a book made between two markets, by coin and by Greek."""

from typing import Final

from oracle_core.console.render.fields import Node, moment, number, part, parts, text, texts
from oracle_core.console.render.figures import amount, at
from oracle_core.console.render.headline import banner
from oracle_core.console.render.layout import bullets, section, sentence, table

_PARTS: Final = ("delta", "gamma", "theta", "vega", "vanna", "volga", "funding", "residual", "total")


def attribution(document: Node, width: int) -> list[str]:
    """A line for each coin and one for all of them, then what was assumed."""
    days = amount(number(document, "days"), 3)
    head = (
        f"{text(document, 'account')} · {at(moment(document, 'from'))} to {at(moment(document, 'as_of'))} "
        f"({days} days) · {amount(number(part(document, 'total'), 'total'))} USD"
    )
    lines = [*parts(document, "coins"), ("all", part(document, "total"))]
    cells = [["", *_PARTS], *([name, *(amount(number(found, key), 2) for key in _PARTS)] for name, found in lines)]
    return [
        banner(document, "what the book made"),
        *sentence(head, width),
        *section("USD by Greek at the start", table(cells, "<" + ">" * len(_PARTS), width)),
        *section("Assumed", bullets(texts(document, "assumptions"), width)),
    ]
