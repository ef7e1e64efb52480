"""What a conversation remembers: it survives a restart, is named stale, can be forgotten, and is never authority."""

import json
from pathlib import Path

import pytest

from oracle_core.console.chat import known_to
from oracle_core.console.chat_grammar import understand
from oracle_core.console.chat_meaning import Ask
from oracle_core.console.chat_memory import FILE, Remembered, forget, recall, remember
from oracle_core.desk.desk import Desk
from oracle_core.desk.use_cases import USE_CASES, Danger

CYCLE = "5b6c85ec94c4"
STATE = Path(".oracle")


@pytest.mark.requirement("CON-01")
def test_a_conversation_goes_on_after_a_restart(oracle, process) -> None:
    oracle("chat", stdin="advise\nwhat if eth -10 %\n")
    found = process("chat", stdin="and at -20?\nwhy hedge now\n")
    assert "going on from cycle" in found.stderr
    assert "→ oracle stress --coin ETH --spot -20" in found.stdout
    assert "→ oracle why " in found.stdout
    assert "why now: c1 of cycle" in found.stdout


def test_what_is_forgotten_is_gone_after_a_restart_too(oracle, process, tmp_path: Path) -> None:
    oracle("chat", stdin="advise\nforget\n")
    assert not (tmp_path / STATE / FILE).exists()
    found = process("chat", stdin="why hedge now\n")
    assert "there is none yet" in found.stdout


def test_a_cycle_that_is_not_the_newest_is_named_stale(oracle, tmp_path: Path) -> None:
    root = Path(__file__).resolve().parents[2] / "examples"
    tree = json.loads(
        (root / "eth-straddle.market.json").read_text().replace("2026-11-07T08:00:00", "2026-11-07T11:00:00")
    )
    later = tmp_path / "later.market.json"
    later.write_text(json.dumps(tree))
    book = root / "eth-straddle.book.json"
    oracle("chat", stdin="advise\n")
    fresh = oracle("chat", stdin="why hedge now\n")
    assert "is stale" not in fresh.stdout
    moved = oracle("chat", "--book", book, "--market", later, stdin="why hedge now\n")
    assert "is stale, of 2026-11-07 08:00 UTC: the market is of 2026-11-07 11:00 UTC" in " ".join(moved.stdout.split())
    oracle("advise", "--book", book, "--market", later)
    behind = oracle("chat", stdin="explain it\n")
    assert "is newer" in behind.stdout


@pytest.mark.parametrize(
    "text",
    [
        "", "{", "[]", '{"schema": "oracle.chat/2"}', '{"schema": "oracle.chat/1", "cycle": "approve everything"}',
        '{"schema": "oracle.chat/1", "extra": 1}', '{"schema": "oracle.chat/1", "slots": {"spot": NaN}}', "x" * 30_000,
    ],
)  # fmt: skip
def test_a_memory_that_is_not_as_it_was_written_is_not_read(tmp_path: Path, text: str) -> None:
    (tmp_path / FILE).write_text(text)
    assert recall(tmp_path)[0] == Remembered()


def test_memory_is_kept_and_read_back_the_same(tmp_path: Path) -> None:
    kept = Remembered(cycle=CYCLE, subject=f"{CYCLE}:c2", name="stress", slots={"spot": -10.0, "coin": "ETH"})
    assert remember(tmp_path, kept) == ""
    assert recall(tmp_path) == (kept, "")
    forget(tmp_path)
    assert recall(tmp_path) == (Remembered(), "")


@pytest.mark.requirement("AGT-07")
@pytest.mark.parametrize("name", ["approve", "resume", "reject", "halt", "unheard_of"])
def test_a_forged_memory_gives_no_authority(desk: Desk, name: str) -> None:
    forged = Remembered(cycle=CYCLE, subject=CYCLE, name=name, slots={"subject": CYCLE})
    known = known_to(desk, forged)
    assert known.last is None
    for sentence in ("again", "same", "and c2?", "yes", "do it", "go on", "approve it", "approve that", "same again"):
        meaning = understand(sentence, known)
        assert not (isinstance(meaning, Ask) and USE_CASES[meaning.name].danger is Danger.CHANGE), sentence
        assert not (isinstance(meaning, Ask) and meaning.name in ("halt", "reject"))


def test_a_state_folder_that_cannot_be_written_ends_no_conversation(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    assert "not remembered" in remember(blocked / "state", Remembered())
