"""Every way an ask can end, over real HTTP: a valid recommendation, labelled with the reason, in time."""

import socket
import time
from threading import Event

import pytest

from evals.choosers import CHOOSERS
from evals.faults import BODY, CONTENT, ODD, WIRE, status
from evals.server import ReferenceServer, not_answering, serving
from oracle_core.agent.advisor import OpenAIAdvisor
from oracle_core.agent.budget import FREE, Budget
from oracle_core.agent.ending import Ending
from oracle_core.agent.graph import choose
from oracle_core.agent.ledger import Ledger
from oracle_core.agent.question import Choice
from oracle_core.agent.run import Run
from tests.agent.factory import question, straddle

DEADLINE = 1.0
PATIENCE = 5.0
"""The deadline where the server does answer, in its fashion: a busy machine may take a while over it."""
ENGINE = straddle()[0].id

ENDS = {
    "garbage": Ending.MALFORMED,
    "wrong schema": Ending.MALFORMED,
    "half a JSON": Ending.MALFORMED,
    "extra key": Ending.MALFORMED,
    "unknown reason code": Ending.MALFORMED,
    "unknown adjustment": Ending.MALFORMED,
    "duplicate key": Ending.MALFORMED,
    "deep nesting": Ending.MALFORMED,
    "NaN": Ending.MALFORMED,
    "1e999": Ending.MALFORMED,
    "scale of 5": Ending.MALFORMED,
    "a number of 5,000 digits": Ending.MALFORMED,
    "lone surrogate": Ending.MALFORMED,
    "unknown id": Ending.UNKNOWN_ID,
    "refused id": Ending.REFUSED_ID,
    "duplicate ids": Ending.DUPLICATE_ID,
    "ids that exclude each other": Ending.CONFLICTING_IDS,
    "hold and a hedge": Ending.CONFLICTING_IDS,
    "nothing chosen": Ending.NO_CHOICE,
    "70 kB": Ending.OVERSIZE,
    "refusal": Ending.REFUSAL,
    "length": Ending.LENGTH,
    "filter": Ending.FILTER,
    "no finish reason": Ending.MALFORMED,
    "empty": Ending.MALFORMED,
    "null content": Ending.MALFORMED,
    "content that is a number": Ending.MALFORMED,
    "content in parts": Ending.MALFORMED,
    "a key twice": Ending.MALFORMED,
    "a tool call": Ending.MALFORMED,
    "a tool call beside an answer": Ending.MALFORMED,
    "a tool loop": Ending.MALFORMED,
    "no choices": Ending.MALFORMED,
    "HTML": Ending.MALFORMED,
    "nothing": Ending.MALFORMED,
    "a list": Ending.MALFORMED,
    "half a body": Ending.MALFORMED,
    "not UTF-8": Ending.MALFORMED,
    "nested body": Ending.MALFORMED,
    "10 MB": Ending.OVERSIZE,
    "429": Ending.HTTP_429,
    "429, wait 0.3 s": Ending.HTTP_429,
    "429, wait two minutes": Ending.HTTP_429,
    "429, wait nonsense": Ending.HTTP_429,
    "400": Ending.HTTP_4XX,
    "401": Ending.HTTP_4XX,
    "403": Ending.HTTP_4XX,
    "307 to another host": Ending.HTTP_4XX,
    "404": Ending.HTTP_4XX,
    "302": Ending.HTTP_4XX,
    "500": Ending.HTTP_5XX,
    "503": Ending.HTTP_5XX,
    "500, nested": Ending.HTTP_5XX,
    "500 with 10 MB": Ending.OVERSIZE,
    "gzip bomb": Ending.OVERSIZE,
    "stall": Ending.TIMEOUT,
    "stall in the body": Ending.TIMEOUT,
    "drip": Ending.TIMEOUT,
    "keep-alive": Ending.TIMEOUT,
    "endless head": Ending.UNREACHABLE,
    "reset": Ending.UNREACHABLE,
    "cut off": Ending.UNREACHABLE,
    "cut stream": Ending.MALFORMED,
    "hang up": Ending.UNREACHABLE,
    "no HTTP": Ending.UNREACHABLE,
    "endless": Ending.OVERSIZE,
}
"""The faults that leave no choice standing, with the reason that is given."""

PROSE = (
    "digits in prose",
    "digits of another script",
    "unknown placeholder",
    "placeholder of another candidate",
    "a link",
    "terminal codes",
)
"""The faults that cost the model its prose only."""

_ONCE = {Ending.REFUSAL, Ending.FILTER, Ending.HTTP_4XX, Ending.TIMEOUT}
ASKED_ONCE = {fault for fault, ending in ENDS.items() if ending in _ONCE} | {"429, wait two minutes"}
"""The faults that a second ask cannot mend, or not in time."""


def advisor(server: ReferenceServer, *, seconds: float = PATIENCE, budget: Budget | None = None) -> OpenAIAdvisor:
    return OpenAIAdvisor(model="reference", base_url=server.url, deadline_seconds=seconds, budget=budget or Budget())


def timed(server: ReferenceServer, deadline: float) -> tuple[Choice, float]:
    start = time.perf_counter()
    choice = choose(question(), advisor(server, seconds=deadline))
    return choice, time.perf_counter() - start


@pytest.mark.requirement("AGT-04")
@pytest.mark.parametrize("fault", sorted(ENDS))
def test_a_failing_model_leaves_the_engines_choice_labelled_with_the_reason_and_in_time(fault: str) -> None:
    with serving(ReferenceServer(fault=fault, chooser=CHOOSERS["contrarian"])) as server:
        deadline = DEADLINE if ENDS[fault] is Ending.TIMEOUT else PATIENCE
        choice, seconds = timed(server, deadline)
        assert [pick.id for pick in choice.picks] == [ENGINE]
        assert (choice.advisor.name, choice.advisor.fallback_reason) == ("engine", ENDS[fault].value)
        assert choice.advisor.prose is None
        assert seconds <= deadline + 1.0
        assert len(server.calls) == (1 if fault in ASKED_ONCE else 2)


@pytest.mark.parametrize("fault", PROSE)
def test_prose_that_does_not_hold_is_asked_for_again_then_dropped_and_the_choice_kept(fault: str) -> None:
    with serving(ReferenceServer(fault=fault, chooser=CHOOSERS["hold"])) as server:
        choice, _ = timed(server, PATIENCE)
        assert [pick.id for pick in choice.picks] == [straddle()[1].id]
        assert (choice.advisor.name, choice.advisor.fallback_reason) == ("openai", "prose")
        assert choice.advisor.prose is None
        assert len(server.calls) == 2


@pytest.mark.parametrize("fault", sorted({*ENDS, *PROSE} - ASKED_ONCE))
def test_a_fault_that_passes_is_mended_by_the_second_ask(fault: str) -> None:
    with serving(ReferenceServer(fault=fault, faulty_calls=1, chooser=CHOOSERS["hold"])) as server:
        choice, _ = timed(server, PATIENCE)
        assert [pick.id for pick in choice.picks] == [straddle()[1].id]
        assert (choice.advisor.name, choice.advisor.fallback_reason) == ("openai", None)
        assert choice.advisor.prose == "Waiting is cheaper for now."


@pytest.mark.parametrize("fault", sorted(ODD))
def test_a_count_that_is_none_costs_no_answer_and_is_taken_at_its_worst(fault: str) -> None:
    with serving(ReferenceServer(fault=fault, chooser=CHOOSERS["hold"])) as server:
        spends: list[int] = []
        for name in (fault, None):
            server.fault = name
            ledger = Ledger()
            choice = choose(question(), advisor(server), Run(ledger=ledger))
            assert (choice.advisor.name, choice.advisor.fallback_reason) == ("openai", None)
            assert [pick.id for pick in choice.picks] == [straddle()[1].id]
            spends.append(ledger.spent().tokens)
        absurd, counted = spends
        assert counted <= absurd <= Budget().cycle.tokens


def test_a_server_that_sends_the_client_elsewhere_is_not_followed(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(ReferenceServer()) as other, serving(ReferenceServer(fault="307 to another host")) as server:
        monkeypatch.setitem(WIRE, "307 to another host", status(307, Location=f"{other.url}/chat/completions"))
        choice, _ = timed(server, PATIENCE)
        assert choice.advisor.fallback_reason == "http_4xx"
        assert (len(server.calls), len(other.calls)) == (1, 0)


def test_every_fault_of_the_reference_server_is_in_the_table() -> None:
    assert {*ENDS, *PROSE} == {*CONTENT, *BODY, *WIRE}


def test_a_server_that_never_takes_the_connection_costs_no_more_than_the_deadline() -> None:
    with not_answering() as url:
        start = time.perf_counter()
        choice = choose(question(), OpenAIAdvisor(model="reference", base_url=url, deadline_seconds=DEADLINE))
        assert choice.advisor.fallback_reason == "timeout"
        assert time.perf_counter() - start <= DEADLINE + 1.0


def test_a_name_server_that_does_not_answer_costs_no_more_than_the_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    answered = Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_: answered.wait(20.0))
    start = time.perf_counter()
    away = OpenAIAdvisor(model="reference", base_url="http://m.localhost/v1", deadline_seconds=DEADLINE, price=FREE)
    choice = choose(question(), away)
    seconds = time.perf_counter() - start
    answered.set()
    assert choice.advisor.fallback_reason == "timeout"
    assert seconds <= DEADLINE + 1.0


def test_a_port_where_nobody_listens_is_unreachable() -> None:
    closed = OpenAIAdvisor(model="reference", base_url="http://127.0.0.1:1/v1", deadline_seconds=DEADLINE)
    assert choose(question(), closed).advisor.fallback_reason == "unreachable"


def test_without_key_and_address_nothing_is_asked() -> None:
    choice = choose(question(), OpenAIAdvisor(model="reference"))
    assert (choice.advisor.name, choice.advisor.fallback_reason) == ("engine", "no_key")


def test_a_proxy_in_the_environment_does_not_stand_before_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "HTTPS_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    with serving(ReferenceServer()) as server:
        assert choose(question(), advisor(server)).advisor.fallback_reason is None


@pytest.mark.parametrize(
    ("budget", "calls"),
    [(Budget(calls=1), 1), (Budget(prompt_tokens=100), 0), (Budget(calls=2), 2)],
    ids=["one call", "a hundred tokens", "two calls"],
)
def test_the_server_is_never_asked_more_often_than_the_budget_allows(budget: Budget, calls: int) -> None:
    with serving(ReferenceServer(fault="garbage")) as server:
        choice = choose(question(), advisor(server, budget=budget))
        assert len(server.calls) == calls
        assert choice.advisor.fallback_reason == ("malformed" if calls else "budget")
