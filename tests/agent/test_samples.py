"""Several answers to one question: the choice that enough of them share stands, else the engine's."""

import json
from itertools import cycle

import pytest

from evals.choosers import Advice as Said
from evals.choosers import Chooser, Seen, advice
from evals.server import ReferenceServer, serving
from oracle_core.agent.advice import Advice, Confidence, Rejection
from oracle_core.agent.advisor import OpenAIAdvisor, ReplayAdvisor
from oracle_core.agent.agreement import vote
from oracle_core.agent.budget import Budget
from oracle_core.agent.ending import Ending
from oracle_core.agent.graph import choose
from oracle_core.domain.canonical import canonical_json
from oracle_core.domain.hedge import Pick
from oracle_core.errors import InputError
from tests.agent.factory import question, straddle


def made(*names: str, scale: float = 1.0, prose: str | None = "said") -> Advice:
    picks = tuple(Pick(id=name, scale=scale) for name in names)
    return Advice(
        picks=picks, reason_codes=(), adjustments=(), prose=prose, confidence=Confidence.LOW, abstained=not names
    )


BAD = Rejection(ending=Ending.MALFORMED)


@pytest.mark.parametrize(
    ("answers", "samples", "fault", "stands", "share"),
    [
        ([made("a")], 1, None, 0, 1.0),
        ([BAD], 1, Ending.MALFORMED, None, 0.0),
        ([made("b"), made("a"), made("a")], 3, None, 1, 2 / 3),
        ([made("b"), made("a"), made("c")], 3, Ending.DISAGREEMENT, None, 1 / 3),
        ([made("a"), BAD, BAD], 3, Ending.DISAGREEMENT, None, 1 / 3),
        ([BAD, made("a"), made("a")], 3, None, 1, 2 / 3),
        ([made("a"), made("a", scale=0.5), made("a", scale=0.5)], 3, None, 1, 2 / 3),
        ([made("a", "b"), made("b", "a"), BAD], 3, None, 0, 2 / 3),
        ([made(), made(), made("a")], 3, None, 0, 2 / 3),
        ([Rejection(ending=Ending.PROSE, kept=made("a")), made("a"), BAD], 3, None, 1, 2 / 3),
        ([Rejection(ending=Ending.PROSE, kept=made("a"))] * 3, 3, Ending.PROSE, 0, 1.0),
        ([Rejection(ending=Ending.BUDGET)], 3, Ending.BUDGET, None, 0.0),
    ],
)
def test_a_choice_stands_when_enough_of_all_samples_made_it(
    answers: list[Advice | Rejection], samples: int, fault: Ending | None, stands: int | None, share: float
) -> None:
    found = vote(answers, samples, 0.6)
    assert (found.fault, found.stands, found.share) == (fault, stands, share)


def in_turn(*labels: str) -> Chooser:
    said = cycle(labels)

    def choose_next(_: Seen) -> Said:
        return advice([next(said)], "The desk may wait.")

    return choose_next


@pytest.mark.parametrize(
    ("labels", "name", "reason", "chosen", "agreement"),
    [
        (("c2", "c2", "c2", "c2", "c2"), "openai", None, 1, 1.0),
        (("c2", "c2", "c3", "c2", "c4"), "openai", None, 1, 0.6),
        (("c2", "c2", "c3", "c3", "c4"), "engine", "disagreement", 0, 0.0),
        (("c99", "c2", "c2", "c2", "c99"), "openai", None, 1, 0.6),
        (("c99", "c99", "c99", "c99", "c99"), "engine", "unknown_id", 0, 0.0),
    ],
)
def test_below_the_threshold_the_engine_decides_and_a_replay_decides_the_same(
    labels: tuple[str, ...], name: str, reason: str | None, chosen: int, agreement: float
) -> None:
    with serving(ReferenceServer(chooser=in_turn(*labels))) as server:
        asked = OpenAIAdvisor(
            model="reference", base_url=server.url, deadline_seconds=10.0, samples=5, temperature=0.8,
            budget=Budget(calls=5, prompt_tokens=50_000),
        )  # fmt: skip
        choice = choose(question(), asked)
        assert len(server.calls) == 5
        bodies = [json.loads(call.body) for call in server.calls]
    assert sorted(body["seed"] for body in bodies) == [7, 8, 9, 10, 11]
    assert {body["temperature"] for body in bodies} == {0.8}
    assert (choice.advisor.name, choice.advisor.fallback_reason) == (name, reason)
    assert [pick.id for pick in choice.picks] == [straddle()[chosen].id]
    assert (choice.advisor.agreement, choice.advisor.calls) == (agreement, 5)
    assert choice.reply is not None
    assert canonical_json(choose(question(), ReplayAdvisor(reply=choice.reply))) == canonical_json(choice)


def test_answers_that_were_all_useless_are_asked_for_once_more_where_the_budget_holds_it() -> None:
    with serving(ReferenceServer(fault="garbage", faulty_calls=3)) as server:
        asked = OpenAIAdvisor(
            model="reference", base_url=server.url, deadline_seconds=10.0, samples=3, temperature=0.8,
            budget=Budget(calls=6, prompt_tokens=50_000),
        )  # fmt: skip
        choice = choose(question(), asked)
        assert len(server.calls) == 6
    assert (choice.advisor.name, choice.advisor.fallback_reason, choice.advisor.agreement) == ("openai", None, 1.0)


def test_a_temperature_that_is_absent_is_not_sent() -> None:
    with serving(ReferenceServer()) as server:
        choose(
            question(),
            OpenAIAdvisor(model="reference", base_url=server.url, deadline_seconds=5.0, temperature=None),
        )
        assert "temperature" not in json.loads(server.calls[0].body)


@pytest.mark.parametrize(
    "wrong",
    [{"samples": 0}, {"samples": 3}, {"agreement": 0.0}, {"agreement": 1.1}, {"temperature": -1.0}, {"samples": 2}],
)
def test_samples_that_cannot_be_asked_for_or_that_agree_without_meaning_it_are_an_input_error(
    wrong: dict[str, float],
) -> None:
    with pytest.raises(InputError, match="model"):
        OpenAIAdvisor(model="reference", **wrong)  # pyright: ignore[reportArgumentType]
