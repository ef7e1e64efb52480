"""Prose with placeholders: the only way a figure gets into what a model writes."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from typing import Final

from oracle_core.agent.untrusted import UNSEEN, clean_name
from oracle_core.domain.hedge import CandidateAction, Leg

PROSE_CHARS: Final = 1_500
PLACEHOLDER: Final = re.compile(r"\{([a-z][a-z0-9_]*\.[a-z][a-z0-9_.]*)\}")
_MARKUP: Final = re.compile(r"[{}<>\[\]`\\|]|://|www\.", re.IGNORECASE)
_CLAIMS: Final = re.compile(
    r"\b(?:executed|filled|approved|submitted|placed|authori[sz]ed|guarantee\w*|risk[- ]free)\b", re.IGNORECASE
)
"""Words for what only the desk does and its journal reports, and for what nobody can promise."""
_FORBIDDEN: Final = UNSEEN | {"Nd", "Nl", "No"}
"""Categories of digits and number signs in every script, and of what a reader does not see."""
_FACT: Final = re.compile(r"[a-z][a-z0-9_.]*")


def _usd(amount: float | None) -> str:
    return "unknown" if amount is None else f"{'-' if amount < 0 else ''}${abs(amount):,.2f}"


def _signed_usd(amount: float | None) -> str:
    return f"+{_usd(amount)}" if amount is not None and amount > 0 else _usd(amount)


def _leg(leg: Leg) -> str:
    side = "buy" if leg.contracts > 0 else "sell"
    return f"{side} {abs(leg.contracts):f} {clean_name(leg.symbol)} on {clean_name(leg.venue)}"


FIGURES: Final[dict[str, Callable[[CandidateAction], str]]] = {
    "label": lambda candidate: candidate.label,
    "kind": lambda candidate: candidate.kind.value,
    "legs": lambda candidate: "; ".join(_leg(leg) for leg in candidate.legs) or "no trade",
    "notional_usd": lambda candidate: _usd(candidate.notional_usd),
    "cost_usd": lambda candidate: _usd(candidate.cost.total),
    "fee_usd": lambda candidate: _usd(candidate.cost.fee),
    "half_spread_usd": lambda candidate: _usd(candidate.cost.half_spread),
    "slippage_usd": lambda candidate: _usd(candidate.cost.slippage),
    "benefit_usd": lambda candidate: _signed_usd(candidate.benefit),
    "carry_usd": lambda candidate: _signed_usd(candidate.terms.carry),
    "edge_usd": lambda candidate: _signed_usd(candidate.terms.edge),
    "risk_usd": lambda candidate: _signed_usd(candidate.terms.risk),
    "breach": lambda candidate: f"{candidate.breach:.3f}",
    "stress_loss_usd": lambda candidate: _usd(max(0.0, -candidate.after.worst.pnl_usd)),
}
"""The figures of a candidate, by the name that prose and prompt use: `{c3.cost_usd}`."""


def figures(candidates: Iterable[CandidateAction], facts: Mapping[str, str]) -> dict[str, str]:
    """Every placeholder that can be filled, with the text that fills it."""
    found = {
        f"{candidate.label}.{name}": figure(candidate) for candidate in candidates for name, figure in FIGURES.items()
    }
    return found | {f"book.{name}": text for name, text in facts.items() if _FACT.fullmatch(name)}


def figure_names(labels: Iterable[str], facts: Mapping[str, str]) -> frozenset[str]:
    """The names of `figures`, without their texts."""
    quoted = {f"book.{name}" for name in facts if _FACT.fullmatch(name)}
    return frozenset(quoted | {f"{label}.{name}" for label in labels for name in FIGURES})


def is_sound_prose(prose: str, names: frozenset[str]) -> bool:
    """Whether prose is plain text without deeds or promises, and whose figures are all placeholders from `names`.

    >>> is_sound_prose("It costs {c1.cost_usd}.", frozenset({"c1.cost_usd"}))
    True
    >>> is_sound_prose("It costs 12 dollars.", frozenset()), is_sound_prose("It costs {c9.x}.", frozenset())
    (False, False)
    """
    if len(prose) > PROSE_CHARS or not set(PLACEHOLDER.findall(prose)) <= names:
        return False
    rest = PLACEHOLDER.sub(" ", prose)
    if _MARKUP.search(rest) or _CLAIMS.search(rest):
        return False
    return not any(char != "\n" and unicodedata.category(char) in _FORBIDDEN for char in rest)


def render_prose(prose: str, candidates: Iterable[CandidateAction], facts: Mapping[str, str]) -> str:
    """Prose with its figures filled in; a placeholder that nothing fills becomes a dash.

    Prose that was accepted once renders for ever: this never raises.
    """
    texts = figures(candidates, facts)
    return PLACEHOLDER.sub(lambda found: texts.get(found.group(1), "—"), prose)
