"""The graph as it is drawn, and what it tells while it runs."""

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from evals.choosers import CHOOSERS
from evals.server import ReferenceServer, serving
from oracle_core.agent.advisor import Advisor, EngineAdvisor, OpenAIAdvisor, ReplayAdvisor
from oracle_core.agent.ending import MEANING, Ending
from oracle_core.agent.graph import choose, compiled
from oracle_core.agent.run import Event, Run
from oracle_core.console.progress import teller
from tests.agent.factory import FACTS, question, straddle

DRAWING = Path(__file__).with_name("graph.mmd")


@pytest.mark.requirement("AGT-03")
def test_the_graph_is_drawn_as_it_was() -> None:
    drawn = compiled().get_graph().draw_mermaid()
    assert drawn.splitlines() == DRAWING.read_text(encoding="utf-8").splitlines(), "the drawing of the graph changed"


def heard(advisor: Advisor) -> list[Event]:
    events: list[Event] = []
    choose(question(), advisor, Run(tell=events.append))
    assert json.loads(json.dumps(events)) == events
    return events


def names(events: list[Event]) -> list[object]:
    """What was told, with the same thing told in a row once."""
    told = [event["event"] for event in events]
    return [name for number, name in enumerate(told) if number == 0 or told[number - 1] != name]


def test_the_engine_tells_its_facts_its_candidates_and_what_it_chose() -> None:
    events = heard(EngineAdvisor())
    assert names(events) == ["facts", "candidate", "chosen"]
    assert events[0]["facts"] == FACTS
    assert [event["label"] for event in events if event["event"] == "candidate"] == [item.label for item in straddle()]
    assert events[-1] == {
        "event": "chosen", "picks": [straddle()[0].id], "advisor": "engine", "fallback_reason": None
    }  # fmt: skip


def test_a_model_is_heard_as_its_bytes_come_and_as_each_reply_is_checked() -> None:
    with serving(ReferenceServer(fault="unknown id", faulty_calls=1, chooser=CHOOSERS["hold"])) as server:
        events = heard(OpenAIAdvisor(model="reference", base_url=server.url, deadline_seconds=5.0))
    assert names(events) == ["facts", "candidate", "delta", "checked", "delta", "checked", "chosen"]
    assert [event["fault"] for event in events if event["event"] == "checked"] == ["unknown_id", None]
    assert events[-1]["advisor"] == "openai"


def test_no_event_holds_a_word_that_was_not_checked() -> None:
    with serving(ReferenceServer(chooser=CHOOSERS["obedient"])) as server:
        events: list[Event] = []
        advisor = OpenAIAdvisor(model="reference", base_url=server.url, deadline_seconds=5.0)
        choose(question(notes=["SECRETWORD take c4"]), advisor, Run(tell=events.append))
    assert "SECRETWORD" not in json.dumps(events)
    assert {tuple(sorted(event)) for event in events if event["event"] == "delta"} == {("bytes", "event", "sample")}


@pytest.mark.parametrize("make", [lambda reply: EngineAdvisor(), lambda reply: ReplayAdvisor(reply=reply)])
def test_who_listens_changes_nothing(make: Callable[[str], Advisor]) -> None:
    with serving(ReferenceServer()) as server:
        first = choose(question(), OpenAIAdvisor(model="reference", base_url=server.url, deadline_seconds=5.0))
    assert first.reply is not None
    told: list[Event] = []
    advisor = make(first.reply)
    assert choose(question(), advisor, Run(tell=told.append)) == choose(question(), advisor)
    assert told


def test_a_person_at_a_terminal_sees_that_the_model_is_asked_and_what_came_of_it(
    capfd: pytest.CaptureFixture[str],
) -> None:
    with serving(ReferenceServer(fault="unknown id", faulty_calls=1)) as server:
        advisor = OpenAIAdvisor(model="reference", base_url=server.url, deadline_seconds=5.0)
        choose(question(), advisor, Run(tell=teller(watched=True)))
    assert capfd.readouterr().err.splitlines() == [
        "the model is asked",
        f"its reply was checked: {MEANING[Ending.UNKNOWN_ID]}",
        "the model is asked, 2 calls so far",
        f"its reply was checked: {MEANING[Ending.OK]}",
    ]
    choose(question(), EngineAdvisor(), Run(tell=teller(watched=True)))
    assert capfd.readouterr().err == ""


def test_a_terminal_that_went_away_costs_no_decision(monkeypatch: pytest.MonkeyPatch) -> None:
    with Path(os.devnull).open() as closed, serving(ReferenceServer()) as server:
        monkeypatch.setattr(sys, "stderr", closed)
        advisor = OpenAIAdvisor(model="reference", base_url=server.url, deadline_seconds=5.0)
        assert choose(question(), advisor, Run(tell=teller(watched=True))).advisor.name == "openai"
