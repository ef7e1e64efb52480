"""Personas as voices: how an answer is introduced. Tone and length differ, facts do not.

Each voice has one template for each kind of answer. Every figure comes from the document and stands in every voice.
"""

from dataclasses import dataclass
from typing import Final

from oracle_core.console.render.actions import HOLD, planned, trade, traded_coin
from oracle_core.console.render.actions import chosen as picked
from oracle_core.console.render.fields import Node, number, part, rows, text
from oracle_core.console.render.figures import amount
from oracle_core.console.render.outlooks import worst_words


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """Templates: `act` has {action}, {cost}, {benefit} and {worst}, `hold` has {worst}; the others have no figure.

    other: before any other answer; empty says nothing.  after: the last word.
    """

    act: str
    hold: str
    other: str
    after: str


VOICES: Final = {
    "cautious": Voice(
        act=(
            "Slowly, and only if you agree. My proposal is to {action}. It would cost {cost} USD now, and over the "
            "horizon it is worth {benefit} USD more than leaving things alone. Please look at the worst case before "
            "you decide: {worst}."
        ),
        hold=(
            "I would leave the book alone: nothing that is offered earns its cost. Please keep the worst case in mind "
            "all the same: {worst}."
        ),
        other="Here is what the desk knows, and what it does not know is marked as absent or unknown.",
        after="Nothing is sent by reading this. Take the time you need.",
    ),
    "conservative": Voice(
        act=(
            "I would {action}. It costs {cost} USD now and is worth {benefit} USD more than waiting over the horizon. "
            "The worst case stays {worst}."
        ),
        hold="I would wait: nothing earns its cost. The worst case is {worst}.",
        other="The figures, with what is unknown marked:",
        after="It is worth a second look.",
    ),
    "balanced": Voice(
        act="{action}: cost {cost} USD, worth {benefit} USD more than waiting; worst case {worst}.",
        hold="Hold; worst case {worst}.",
        other="",
        after="",
    ),
    "aggressive": Voice(
        act="Do it: {action}. {cost} USD buys {benefit} USD. Worst {worst}.",
        hold="Sit tight, nothing pays. Worst {worst}.",
        other="Short version below.",
        after="",
    ),
    "degen": Voice(
        act="{action}. pay {cost} USD, get {benefit} USD, pain {worst}.",
        hold="no trade. pain {worst}.",
        other="numbers:",
        after="",
    ),
}


def lead(document: Node, voice: str | None) -> str:
    """How a voice introduces an answer; nothing without a voice, or where it has nothing to say."""
    found = VOICES.get(voice or "")
    if found is None:
        return ""
    if text(document, "schema") != "oracle.recommendation/1":
        return found.other
    facts = _facts(document)
    if facts is None:
        return found.other
    return (found.act if planned(document) else found.hold).format(**facts)


def last_word(voice: str | None) -> str:
    """How a voice ends an answer."""
    found = VOICES.get(voice or "")
    return found.after if found else ""


def _facts(document: Node) -> dict[str, str] | None:
    """What every voice says of a recommendation; None where a figure is absent."""
    found = picked(document)
    benefit = number(found[0], "benefit") if found else None
    cost = number(part(document, "cost"), "total")
    worst = worst_words(part(document, "after"))
    if benefit is None or cost is None or not worst:
        return None
    coin, legs = traded_coin(found), planned(document)
    if not legs and rows(found[0], "legs"):
        return None  # the guardrails refuse what was chosen; the card says why
    action = " and ".join(trade(leg, coin) for leg in legs) or HOLD
    return {"action": action, "cost": amount(cost), "benefit": amount(benefit), "worst": worst}
