"""The body of an answer and the text that keeps it: total over what a server may send."""

import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from evals.faults import BODY
from evals.server import completion
from oracle_core.agent.ending import Ending
from oracle_core.agent.reply import Reply, Transcript, read_completion, read_transcript
from oracle_core.errors import InputError
from tests.agent.factory import advice_text

GOOD = json.dumps(completion(advice_text("c1"))).encode()
replies = st.builds(
    Reply,
    ending=st.sampled_from(list(Ending)),
    content=st.none() | st.text(max_size=50),
    served_by=st.none() | st.text(max_size=10),
    retry_after=st.none() | st.floats(0.0, 3600.0),
)


@given(body=st.binary(max_size=500))
@example(body=b"[" * 1_000_000)
@example(body=b'{"choices":[{"message":{"content":"\\ud800"}}]}')
@example(body=b'{"choices":[{"finish_reason":"stop","message":{"content":1e999}}]}')
def test_any_body_is_a_reply_and_none_by_chance_an_answer(body: bytes) -> None:
    assert read_completion(body).ending is not Ending.OK


@given(at=st.integers(0, len(GOOD) - 1), to=st.integers(0, 255))
def test_a_body_with_one_byte_changed_is_still_a_reply(at: int, to: int) -> None:
    reply = read_completion(GOOD[:at] + bytes([to]) + GOOD[at + 1 :])
    assert (reply.ending is not Ending.OK) or reply.content is not None


def test_a_whole_answer_is_read_with_the_name_of_who_served_it() -> None:
    assert read_completion(GOOD) == Reply(ending=Ending.OK, content=advice_text("c1"), served_by="reference")


@pytest.mark.parametrize("fault", sorted(BODY))
def test_no_faulty_body_is_an_answer(fault: str) -> None:
    body = BODY[fault](completion(advice_text("c1")))
    assert fault == "10 MB" or read_completion(body).ending is not Ending.OK


@given(attempts=st.lists(replies, min_size=1, max_size=3))
def test_what_is_kept_of_a_conversation_is_read_back_as_it_was(attempts: list[Reply]) -> None:
    kept = Transcript(model="reference", prompt=None, offered=["c1"], attempts=attempts)
    assert read_transcript(kept.text()) == kept
    assert read_transcript(kept.text()).text() == kept.text()


def test_a_kept_conversation_without_attempts_is_refused_when_it_is_replayed() -> None:
    with pytest.raises(InputError, match="attempts"):
        read_transcript('{"schema":"oracle.reply/1","model":"reference","prompt":null,"offered":[],"attempts":[]}')
