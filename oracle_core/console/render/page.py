"""From a document to a page of text: a pure function, the same everywhere."""

from collections.abc import Callable
from typing import Final, TypeAlias

from oracle_core.console.render.candidates import candidates_text
from oracle_core.console.render.fields import Node, text
from oracle_core.console.render.layout import fit
from oracle_core.console.render.plain import plain
from oracle_core.console.render.recommendation import recommendation

Renderer: TypeAlias = Callable[[Node, int], list[str]]
WIDTH: Final = 100

RENDERERS: Final[dict[str, Renderer]] = {
    "oracle.recommendation/1": recommendation,
    "oracle.candidates/1": candidates_text,
}


def render(document: Node, width: int = WIDTH) -> str:
    """The text of a document: no line wider than `width`, no control characters, no colour.

    >>> render({"schema": "oracle.unheard_of/1", "mood": "calm"})
    'Unheard of\\n  mood  calm\\n'
    """
    lines = RENDERERS.get(text(document, "schema"), plain)(document, width)
    return fit(lines, width)
