"""A slice of `make fuzz`: a hundred thousand model outputs through `check`, and the judge that would see it fail."""

from dataclasses import replace

import pytest

from evals.fuzz import KINDS, PART, Tally, offer, put, unsound
from oracle_core.agent.advice import Advice, Confidence, Rejection, check
from oracle_core.agent.ending import Ending
from oracle_core.domain.hedge import Pick
from tests.agent.factory import advice_text

OFFER = offer()
SOUND = check(advice_text("c1", prose="It costs {c1.cost_usd}."), OFFER)


@pytest.mark.requirement("AGT-08")
def test_no_generated_output_raises_or_becomes_an_advice_that_does_not_hold() -> None:
    found = Tally()
    for seed in range(4):
        found.add(put(seed, PART, OFFER))
    assert found.raised == []
    assert found.unsound == []
    assert found.count == 4 * PART
    assert found.accepted > found.count / 50, "some must hold, else nothing is tried"
    assert set(found.endings) >= {"ok", "prose", "malformed", "unknown_id", "duplicate_id", "conflicting_ids"}
    assert found.quantile(0.99) < 2.0, "processor time, which a busy machine does not lengthen"


def test_the_same_seed_is_the_same_outputs() -> None:
    assert put(7, 300, OFFER).endings == put(7, 300, OFFER).endings
    assert len(KINDS) == 3


@pytest.mark.parametrize(
    ("picks", "prose", "said"),
    [
        ((Pick(id="0" * 16),), "", "not on offer"),
        ((Pick(id=OFFER.candidates["c1"].id, scale=5.0),), "", "share"),
        ((Pick(id=OFFER.candidates["c1"].id), Pick(id=OFFER.candidates["c2"].id)), "", "two answers"),
        ((), "", "nothing chosen"),
        ((Pick(id=OFFER.candidates["c1"].id),), "It costs 12.", "digit"),
        ((Pick(id=OFFER.candidates["c1"].id),), "It costs {c99.cost_usd}.", "nothing fills"),
    ],
)
def test_the_judge_sees_an_advice_that_does_not_hold(picks: tuple[Pick, ...], prose: str, said: str) -> None:
    assert isinstance(SOUND, Advice)
    assert unsound(SOUND, OFFER) is None
    wrong = unsound(replace(SOUND, picks=picks, prose=prose, confidence=Confidence.LOW), OFFER)
    assert wrong is not None
    assert said in wrong
    kept = Rejection(ending=Ending.PROSE, kept=replace(SOUND, picks=picks, prose=prose))
    assert unsound(kept, OFFER) == wrong
