"""Personas as voices: the words differ, the figures never."""

import re
from itertools import pairwise

import pytest

from oracle_core.console.chat_voices import VOICES, last_word, lead
from oracle_core.console.render import render
from oracle_core.desk.documents import Document
from tests.console.conftest import PERSONAS

FIGURE = re.compile(r"[+-]?\d[\d,]*(?:\.\d+)?")


def figures(text: str) -> set[str]:
    return set(FIGURE.findall(text))


def test_every_persona_has_a_voice_of_its_own() -> None:
    assert tuple(VOICES) == PERSONAS
    assert len({voice.act for voice in VOICES.values()}) == len(PERSONAS)


@pytest.mark.parametrize("of", ["eth-straddle", "three-coins"])
@pytest.mark.parametrize("shown", PERSONAS)
def test_five_voices_say_the_same_figures_of_one_recommendation(
    advised: dict[tuple[str, str], Document], of: str, shown: str
) -> None:
    document = advised[of, shown]
    said = [lead(document, voice) for voice in PERSONAS]
    assert len({frozenset(figures(text)) for text in said}) == 1, said
    assert figures(said[0]) <= figures(render(document)), "every figure stands on the card"
    told = [text for text in said if text]
    assert len(set(told)) == len(told)


def test_a_more_cautious_voice_says_more_words_about_the_same_trade(
    advised: dict[tuple[str, str], Document],
) -> None:
    document = advised["eth-straddle", "balanced"]
    lengths = [len(lead(document, voice).split()) for voice in ("cautious", "conservative", "balanced", "aggressive")]
    assert all(longer > shorter for longer, shorter in pairwise(lengths))


def test_no_voice_has_a_figure_of_its_own() -> None:
    for voice in VOICES.values():
        assert not figures("".join((voice.act, voice.hold, voice.other, voice.after)))


@pytest.mark.parametrize(
    "name", ["exposures", "stress", "funding", "alerts", "convexity", "calendar", "prices", "wait"]
)
def test_other_answers_are_framed_without_a_figure(ask, name: str) -> None:
    document = ask(name)
    for voice in PERSONAS:
        assert not figures(lead(document, voice) + last_word(voice))


def test_without_a_persona_there_is_no_voice(card: Document) -> None:
    assert lead(card, None) == lead(card, "unheard_of") == last_word(None) == ""


def test_a_refused_plan_is_not_called_a_hold(card: Document) -> None:
    refused: Document = {**card, "plan": None}
    assert "leave the book alone" not in lead(refused, "cautious")


def test_the_chat_speaks_with_the_voice_of_the_persona_asked_for(oracle) -> None:
    found = oracle("chat", stdin="advise\nadvise as degen\nwhat about cautious?\n").stdout
    plain, degen, cautious = found.split("→ oracle advise")[1:4]
    assert "pain" not in plain
    assert re.search(r"pay \d+\.\d\d USD, get \d+\.\d\d USD, pain|no trade. pain", degen)
    assert "Take the time you need." in cautious
