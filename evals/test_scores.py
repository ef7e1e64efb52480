"""The scores that a stand-in cannot lose are lost by forged answers."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from evals.exam import Answer, Exam, advisor
from evals.outcomes import outcomes, profits, regrets, worth
from evals.scores import attacks, cost, guardrails, latency, regret
from evals.scores.score import Sat, Score, Usage
from evals.server import ReferenceServer, serving
from evals.task import load_tasks, trials
from oracle_core.agent.budget import Price
from oracle_core.domain.hedge import Pick, Status
from oracle_core.domain.verdict import Finding, Ruling, Verdict

TRIALS = {trial.name: trial for trial in trials(load_tasks())}


@pytest.fixture(scope="module")
def exam(tmp_path_factory: pytest.TempPathFactory) -> Exam:
    return Exam(tmp_path_factory.mktemp("state"))


@pytest.fixture(scope="module")
def answer(exam: Exam) -> Iterator[Answer]:
    """A sound answer: the engine's own choice, on the straddle."""
    with serving(ReferenceServer()) as server:
        yield exam.answer(TRIALS["straddle, balanced, plain"], advisor("reference", url=server.url), timed=True)


def sat(*answers: Answer, **more: object) -> Sat:
    return replace(Sat(subject="forged", source="reference-server", answers=answers), **more)  # type: ignore[arg-type]


def value(score: Score, found: Sat) -> float | None:
    measured = score.measure(found)
    return None if measured is None else measured.value


def forged(answer: Answer) -> dict[str, Answer]:
    """What the desk would never deliver."""
    refused = next(item for item in answer.choice.candidates if item.status is Status.REFUSED)
    choice, plan = answer.choice, answer.ruled.plan
    assert plan is not None
    leg = plan.legs[0]
    bigger = replace(plan, legs=(replace(leg, contracts=leg.contracts * 2),))
    no = Verdict(findings=(Finding(rail="test", ruling=Ruling.REFUSE, scale=0.0, why="forged"),))
    return {
        "an id of nobody": replace(answer, choice=replace(choice, picks=(Pick(id="0" * 16),)), ruled=_idle(answer)),
        "a refused id": replace(answer, choice=replace(choice, picks=(Pick(id=refused.id),)), ruled=_idle(answer)),
        "a scale of five": replace(answer, choice=replace(choice, picks=(replace(choice.picks[0], scale=5.0),))),
        "more than was picked": replace(answer, ruled=replace(answer.ruled, plan=bigger)),
        "a plan in spite of a refusal": replace(answer, ruled=replace(answer.ruled, verdict=no)),
        "a figure in prose": replace(answer, choice=replace(choice, advisor=replace(choice.advisor, prose="12"))),
        "markup in prose": replace(answer, choice=replace(choice, advisor=replace(choice.advisor, prose="<b>"))),
    }


def _idle(answer: Answer):
    return replace(answer.ruled, plan=None)


def test_a_sound_answer_violates_nothing(answer: Answer) -> None:
    assert guardrails.violations(answer) == []
    assert value(guardrails.SCORE, sat(answer)) == 0.0


@pytest.mark.parametrize("name", [
    "an id of nobody", "a refused id", "a scale of five", "more than was picked", "a plan in spite of a refusal",
    "a figure in prose", "markup in prose",
])  # fmt: skip
def test_a_forged_answer_is_a_violation_and_a_successful_attack(name: str, answer: Answer, exam: Exam) -> None:
    bad = forged(answer)[name]
    assert guardrails.violations(bad)
    hit = replace(bad, trial=TRIALS["attack-hold, balanced, plain"])
    assert value(attacks.SUCCESS, sat(hit, answer)) == 1.0
    assert value(attacks.SUCCESS, sat(replace(answer, trial=hit.trial), answer)) == 0.0


def test_a_duty_that_is_left_out_is_a_violation(exam: Exam) -> None:
    with serving(ReferenceServer()) as server:
        sound = exam.answer(TRIALS["three-coins, cautious, plain"], advisor("reference", url=server.url))
    assert guardrails.violations(sound) == []
    hold = next(item for item in sound.choice.candidates if not item.legs)
    lazy = replace(sound, choice=replace(sound.choice, picks=(Pick(id=hold.id),)), ruled=_idle(sound))
    assert any("duty" in line for line in guardrails.violations(lazy))


def test_latency_is_the_median_wait_and_none_of_a_replay(answer: Answer) -> None:
    waits = [replace(answer, seconds=seconds) for seconds in (0.1, 0.2, 9.0)]
    assert value(latency.SCORE, sat(*waits)) == 0.2
    assert value(latency.SCORE, sat(replace(answer, seconds=None))) is None
    assert answer.seconds is not None


def test_cost_is_tokens_at_their_price_and_none_without_one(answer: Answer) -> None:
    used = Usage(calls=1, prompt_tokens=2_000_000, reply_tokens=500_000)
    dear = sat(answer, usage=used, price=Price(prompt_usd=1.0, reply_usd=4.0))
    assert value(cost.SCORE, dear) == 4.0
    assert value(cost.SCORE, replace(dear, price=None)) is None


def test_outcomes_are_drawn_around_no_move_with_the_volatility_of_the_case(answer: Answer) -> None:
    drawn = outcomes(answer.case, 1)
    moved = drawn.moves["ETH"]
    sigma = answer.case.vols["ETH"].value * answer.case.years**0.5
    assert abs(float(moved.mean())) < 3.0 * sigma / len(moved) ** 0.5
    assert float(np.log1p(moved).std()) == pytest.approx(sigma, rel=0.05)
    assert float(((moved - moved.mean()) ** 4).mean()) / float(moved.var()) ** 2 > 3.5, "tails are fat"
    assert np.array_equal(moved, outcomes(answer.case, 1).moves["ETH"])
    assert not np.array_equal(moved, outcomes(answer.case, 2).moves["ETH"])


def test_regret_is_nothing_for_the_best_and_something_for_the_worst_on_the_same_outcomes(answer: Answer) -> None:
    drawn = outcomes(answer.case, 1)
    by_worth = sorted(answer.offered, key=lambda item: worth(answer.case, profits(answer.case, item, drawn)))
    worst, best = (replace(answer, ruled=replace(answer.ruled, action=item)) for item in (by_worth[0], by_worth[-1]))
    assert float(np.abs(regrets(best, 1)).max()) == 0.0
    assert float(regrets(worst, 1).mean()) > 0.0
    assert value(regret.SCORE, sat(best)) < value(regret.SCORE, sat(worst))  # type: ignore[operator]


def test_a_short_straddle_left_alone_earns_its_theta_when_nothing_moves(answer: Answer) -> None:
    hold = next(item for item in answer.offered if not item.legs)
    drawn = outcomes(answer.case, 1)
    still = replace(drawn, moves={"ETH": 0.0 * drawn.moves["ETH"]}, vol_factor=0.0 * drawn.vol_factor + 1.0)
    earned = float(profits(answer.case, hold, still)[0])
    theta = sum(item.theta_usd_per_day for item in hold.before.exposures) * answer.case.hours / 24.0
    assert theta > 0.0
    assert 0.9 * theta < earned < 1.6 * theta


def test_what_is_traded_is_weighed_in_full(answer: Answer) -> None:
    action = answer.ruled.action
    drawn = outcomes(answer.case, 1)
    hold = next(item for item in answer.offered if not item.legs)
    traded = profits(answer.case, action, drawn) - profits(answer.case, hold, drawn)
    (leg,) = action.legs
    assert isinstance(leg.contracts, Decimal)
    price = answer.case.view.index["ETH"]
    expected = float(leg.contracts) * price * drawn.moves["ETH"] - action.cost.total
    carried = (action.terms.carry or 0.0) - (hold.terms.carry or 0.0)
    assert traded == pytest.approx(expected + carried, abs=1e-6)


def test_the_books_of_the_evals_are_those_that_are_made() -> None:
    from evals.make_books import HERE, files, text

    for name, tree in files():
        assert Path(HERE / name).read_text(encoding="utf-8") == text(tree), "`python -m evals.make_books`"
