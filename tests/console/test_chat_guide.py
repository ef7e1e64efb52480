"""The guide to the chat keeps its word: every sentence of its tables is understood as it says."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from oracle_core.console.chat_grammar import understand
from oracle_core.console.chat_meaning import Ask, Known
from oracle_core.console.chat_session import command

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "guides" / "chat.md"
TEXT = GUIDE.read_text(encoding="utf-8")
ROWS = re.findall(r"^\| `([^|]+)` \| `([^|]+)` \|$", TEXT, flags=re.MULTILINE)
FOLLOWS = re.findall(r"^\| `([^|]+)` \| `([^|]+)` \| `([^|]+)` \|$", TEXT, flags=re.MULTILINE)


def test_the_guide_has_sentences() -> None:
    assert len(ROWS) >= 15


@pytest.mark.parametrize(("sentence", "runs"), ROWS)
def test_a_sentence_of_the_guide_runs_what_it_says(known: Known, sentence: str, runs: str) -> None:
    meaning = understand(sentence, known)
    assert isinstance(meaning, Ask)
    assert command(meaning) == f"oracle {runs}"


@pytest.mark.parametrize(("before", "sentence", "runs"), FOLLOWS)
def test_a_sentence_goes_on_from_the_one_before_as_the_guide_says(
    known: Known, before: str, sentence: str, runs: str
) -> None:
    first = understand(before, known)
    assert isinstance(first, Ask)
    meaning = understand(sentence, replace(known, last=first))
    assert isinstance(meaning, Ask)
    assert command(meaning) == f"oracle {runs}"
