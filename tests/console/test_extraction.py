"""A model that reads sentences for the chat: it copies words, they are checked, and it reaches nothing that changes."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oracle_core.agent.extraction import Extraction, Question, read_extraction
from oracle_core.console.chat_extract import NOT_OFFERED, meant, offered, read_by_model
from oracle_core.console.chat_meaning import Ask, Known, Tell
from oracle_core.desk.desk import Desk
from oracle_core.desk.settings import Settings
from oracle_core.desk.use_cases import USE_CASES, Danger

SENTENCE = "suppose ETH slid by 20 % overnight, how would that feel?"
STRESS = {"use_case": "stress", "slots": [{"name": "coin", "text": "ETH"}, {"name": "spot", "text": "slid by 20 %"}]}
ASKED = {name: Question("", frozenset({"spot", "coin", "subject"})) for name in ("stress", "explain")}


@contextmanager
def serving(*answers: object) -> Iterator[tuple[str, list[dict]]]:
    """A server on loopback that answers each call with the next completion, the last one for ever."""
    seen: list[dict] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            seen.append(json.loads(self.rfile.read(int(self.headers["content-length"]))))
            said = answers[min(len(seen), len(answers)) - 1]
            content = said if isinstance(said, str) else json.dumps(said)
            message = {"role": "assistant", "content": content}
            body = json.dumps({
                "id": "1", "object": "chat.completion", "created": 0, "model": "reference",
                "choices": [{"index": 0, "finish_reason": "stop", "message": message}],
            }).encode()  # fmt: skip
            self.send_response(200)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1", seen
    finally:
        server.shutdown()
        server.server_close()


def desk_at(url: str, state: Path) -> Desk:
    return Desk(settings=Settings(state=state), environment={"OPENAI_BASE_URL": url, "OPENAI_API_KEY": "test"})


def test_words_copied_from_the_sentence_become_slots_by_the_grammar(known: Known, tmp_path: Path) -> None:
    with serving(STRESS) as (url, seen):
        found = read_by_model(desk_at(url, tmp_path), replace(known, last_cycle=None), SENTENCE)
    assert isinstance(found, Ask)
    assert (found.name, dict(found.slots)) == ("stress", {"coin": "ETH", "spot": -20.0})
    (call,) = seen
    told = json.loads(call["messages"][1]["content"])
    assert told["sentence"] == SENTENCE
    assert not NOT_OFFERED & set(told["questions"])
    assert call["response_format"]["json_schema"]["name"] == "extraction"


@pytest.mark.parametrize(
    "answer",
    [
        {"use_case": "stress", "slots": [{"name": "spot", "text": "-30 %"}]},
        {"use_case": "stress", "slots": [{"name": "book", "text": "ETH"}]},
        {"use_case": "approve", "slots": [{"name": "subject", "text": "ETH"}]},
        {"use_case": "halt", "slots": []},
        {"use_case": "resume", "slots": []},
        {"use_case": "none", "slots": []},
        {"use_case": "stress", "slots": [], "and": 1},
        {"use_case": "stress", "slots": "ETH"},
        "no json", "", "[]", "null", '{"use_case": NaN}',
    ],
)  # fmt: skip
def test_an_answer_that_does_not_hold_runs_nothing(known: Known, tmp_path: Path, answer: object) -> None:
    with serving(answer) as (url, _):
        assert isinstance(read_by_model(desk_at(url, tmp_path), known, SENTENCE), Tell)


def test_a_sentence_that_would_move_money_is_never_sent_to_a_model(known: Known, tmp_path: Path) -> None:
    with serving(STRESS) as (url, seen):
        for sentence in ("kindly approve the thing", "make it so: execute", "buy some eth maybe", "resume all of it"):
            assert isinstance(read_by_model(desk_at(url, tmp_path), known, sentence), Tell)
    assert seen == []


def test_a_dead_server_ends_in_words_and_nothing_else(known: Known, tmp_path: Path) -> None:
    found = read_by_model(desk_at("http://127.0.0.1:9/v1", tmp_path), known, SENTENCE)
    assert isinstance(found, Tell)
    assert "could not be reached" in found.text


def test_nothing_that_changes_the_desk_is_offered(known: Known) -> None:
    for name in offered(known):
        assert USE_CASES[name].danger is not Danger.CHANGE
        assert name not in ("halt", "reject")


@given(content=st.one_of(st.text(max_size=300), st.binary(max_size=300).map(lambda raw: raw.decode("latin-1"))))
def test_reading_an_answer_never_raises(content: str) -> None:
    found = read_extraction(content, SENTENCE, ASKED)
    assert found is None or isinstance(found, Extraction)


@given(
    name=st.sampled_from(["stress", "explain", "approve", "halt", "none"]),
    slots=st.lists(st.tuples(st.sampled_from(["spot", "coin", "subject", "actor"]), st.text(max_size=12)), max_size=4),
)
def test_every_word_that_is_kept_stands_in_the_sentence(name: str, slots: list[tuple[str, str]]) -> None:
    said = {"use_case": name, "slots": [{"name": slot, "text": text} for slot, text in slots]}
    found = read_extraction(json.dumps(said), SENTENCE, ASKED)
    if found is not None:
        assert found.use_case in ASKED
        assert all(slot.text.casefold() in SENTENCE.casefold() for slot in found.slots)


def test_an_extraction_that_names_what_is_not_offered_means_nothing(known: Known) -> None:
    for name in NOT_OFFERED:
        assert isinstance(meant(Extraction(use_case=name, slots=[]), known), Tell)


def test_the_chat_asks_a_model_only_when_it_is_told_to(oracle, process) -> None:
    with serving(STRESS) as (url, seen):
        plain = oracle("chat", stdin=f"{SENTENCE}\n", OPENAI_BASE_URL=url, OPENAI_API_KEY="test")
        assert seen == []
        read = process("chat", "--advisor", "openai", stdin="colourless ideas sleep\npositions\n", OPENAI_BASE_URL=url,
                      OPENAI_API_KEY="test")  # fmt: skip
    assert plain.returncode == read.returncode == 0
    assert len(seen) == 1
    assert "→ oracle positions" in read.stdout
