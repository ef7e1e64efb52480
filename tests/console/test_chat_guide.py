"""The guide to the chat keeps its word: every sentence of its tables is understood as it says."""

import re
from pathlib import Path

import pytest

from oracle_core.console.chat_grammar import understand
from oracle_core.console.chat_meaning import Ask, Known
from oracle_core.console.chat_session import command

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "guides" / "chat.md"
ROWS = re.findall(r"^\| `(.+?)` \| `(.+?)` \|$", GUIDE.read_text(encoding="utf-8"), flags=re.MULTILINE)


def test_the_guide_has_sentences() -> None:
    assert len(ROWS) >= 15


@pytest.mark.parametrize(("sentence", "runs"), ROWS)
def test_a_sentence_of_the_guide_runs_what_it_says(known: Known, sentence: str, runs: str) -> None:
    meaning = understand(sentence, known)
    assert isinstance(meaning, Ask)
    assert command(meaning) == f"oracle {runs}"
