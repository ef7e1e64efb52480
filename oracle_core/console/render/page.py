"""From a document to a page of text: a pure function, the same everywhere."""

from collections.abc import Callable
from typing import Final, TypeAlias

from oracle_core.console.render import account, history, library, questions
from oracle_core.console.render.attribution import attribution
from oracle_core.console.render.bands import bands
from oracle_core.console.render.candidates import candidates_text
from oracle_core.console.render.comparison import comparison
from oracle_core.console.render.explanation import explanation, why_not
from oracle_core.console.render.exposures import exposures
from oracle_core.console.render.fields import Node, text
from oracle_core.console.render.indicators import indicators
from oracle_core.console.render.layout import fit
from oracle_core.console.render.margin import margin
from oracle_core.console.render.plain import plain
from oracle_core.console.render.recommendation import recommendation
from oracle_core.console.render.report import report
from oracle_core.console.render.scorecard import recorded, scorecard
from oracle_core.console.render.screen import screen
from oracle_core.console.render.stress import stress
from oracle_core.console.render.surface import surface
from oracle_core.console.render.why import why

Renderer: TypeAlias = Callable[[Node, int], list[str]]
WIDTH: Final = 100

RENDERERS: Final[dict[str, Renderer]] = {
    "oracle.recommendation/1": recommendation,
    "oracle.candidates/1": candidates_text,
    "oracle.exposures/1": exposures,
    "oracle.stress/1": stress,
    "oracle.margin/1": margin,
    "oracle.attribution/1": attribution,
    "oracle.explanation/1": explanation,
    "oracle.why_not/1": why_not,
    "oracle.comparison/1": comparison,
    "oracle.positions/1": account.positions,
    "oracle.approval/1": account.approval,
    "oracle.rejection/1": account.rejection,
    "oracle.state/1": account.trading_state,
    "oracle.replay/1": history.replay,
    "oracle.journal/1": history.journal,
    "oracle.verification/1": history.verification,
    "oracle.simulation/1": history.simulation,
    "oracle.strategies/1": library.strategies,
    "oracle.strategy_view/1": library.strategy_view,
    "oracle.personas/1": library.personas,
    "oracle.persona_view/1": library.persona_view,
    "oracle.validation/1": library.validation,
    "oracle.legacy_import/1": library.legacy_import,
    "oracle.funding/1": library.funding,
    "oracle.indicators/1": indicators,
    "oracle.screen/1": screen,
    "oracle.doctor/1": library.doctor,
    "oracle.report/1": report,
    "oracle.surface/1": surface,
    "oracle.scorecard/1": scorecard,
    "oracle.eval-record/1": recorded,
    "oracle.bands/1": bands,
    "oracle.why/1": why,
    "oracle.waiting/1": questions.waiting,
    "oracle.changes/1": questions.changes,
    "oracle.convexity/1": questions.convexity,
    "oracle.calendar/1": questions.calendar,
    "oracle.prices/1": questions.prices,
    "oracle.alerts/1": questions.alerts,
}


def render(document: Node, width: int = WIDTH) -> str:
    """The text of a document: no line wider than `width`, no control characters, no colour.

    >>> render({"schema": "oracle.unheard_of/1", "mood": "calm"})
    'Unheard of\\n  mood  calm\\n'
    """
    lines = RENDERERS.get(text(document, "schema"), plain)(document, width)
    return fit(lines, width)
