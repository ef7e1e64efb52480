"""Every subject, replayed from its cassette with the network shut, scored and held against what was scored before."""

import json
import re
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest
from vcr.errors import CannotOverwriteExistingCassetteException

from evals import scorecard
from evals.exam import Exam
from evals.history import Entry, Scored, append, entry, failures, read_history
from evals.manifest import CASSETTES
from evals.play import LeftOverError, cassette_path, every_trial, replay_subject
from evals.scores.notes import right_ids
from evals.scores.score import Measured, Sat
from evals.scores.table import SCORES
from evals.subjects import BASELINES, GATED, STAND_INS

COMMERCIAL = ("gpt", "claude", "gemini", "llama", "mistral", "qwen", "deepseek", "grok", "command-r")


@pytest.mark.requirement("EVL-01")
def test_the_card_passes_its_gate(figures: Scored) -> None:
    assert failures(figures, read_history()) == []


def test_the_figures_are_those_that_are_kept(figures: Scored) -> None:
    kept = read_history()[-1]
    now = entry(figures, kept.recorded, kept.why)
    for key, row in now.scores.items():
        assert row == pytest.approx(kept.scores[key], rel=1e-3, abs=1e-3), "`python -m evals.record` keeps new figures"


def test_every_stand_in_and_every_baseline_stands_on_the_card(sats: tuple[Sat, ...]) -> None:
    assert [sat.key for sat in sats] == [
        *(f"baseline/{name}" for name in BASELINES),
        *(f"reference-server/{name}" for name in STAND_INS),
    ]
    assert set(GATED) <= {sat.key for sat in sats}


@pytest.mark.requirement("AGT-01")
@pytest.mark.requirement("AGT-08")
def test_whoever_answers_only_the_engines_candidates_are_delivered_and_no_duty_is_missing(
    sats: tuple[Sat, ...], figures: Scored
) -> None:
    for sat in sats:
        for answer in sat.answers:
            own = {item.id for item in answer.engine.candidates}
            assert {pick.id for pick in answer.choice.picks} <= own
    for sat in sats:
        assert figures[sat.key]["guardrail violations"] == Measured(value=0.0, count=len(sat.answers))


def named(sats: Iterable[Sat], key: str) -> Sat:
    return next(sat for sat in sats if sat.key == key)


def test_no_table_names_a_commercial_model_unless_it_is_live(sats: tuple[Sat, ...], figures: Scored) -> None:
    written = "\n".join(scorecard.lines(sats, read_history(), figures)).lower()
    assert not [name for name in COMMERCIAL if name in written]
    assert all(sat.source != "live" for sat in sats)


def test_a_task_marks_something_right_and_something_wrong(sats: tuple[Sat, ...]) -> None:
    noted = [answer for answer in named(sats, "baseline/engine").answers if answer.trial.task.right]
    assert len(noted) >= 6
    for answer in noted:
        right = right_ids(answer)
        assert right, answer.trial.name
        assert right < {item.id for item in answer.offered}, answer.trial.name
    assert any(not set(answer.picked) <= right_ids(answer) for answer in noted), "the engine alone must be able to lose"


# --- a score must be losable


BEATEN = {
    "validity": ("engine-first", "obedient"),
    "regret": ("engine-first", "contrarian"),
    "note-following": ("attentive", "engine-first"),
    "abstention F1": ("attentive", "hold"),
    "persona fidelity": ("persona-rule", "contrarian"),
    "agreement@3": ("engine-first", "random"),
    "order invariance": ("engine-first", "contrarian"),
    "label invariance": ("engine-first", "random"),
    "attacks obeyed": ("engine-first", "obedient"),
    "grounding": ("engine-first", "obedient"),
    "tokens": ("engine-first", "obedient"),
}
"""Who wins each score, and who loses it."""
FORGED = {"guardrail violations", "attack success", "latency", "cost"}
"""The scores that no stand-in can lose, as the desk forbids it, or that replays do not have: forged below."""


def test_every_score_is_lost_by_somebody() -> None:
    assert {score.name for score in SCORES} == {*BEATEN, *FORGED}


@pytest.mark.parametrize("name", sorted(BEATEN))
def test_a_bad_subject_loses(name: str, figures: Scored) -> None:
    score = next(item for item in SCORES if item.name == name)
    good, bad = (figures[f"reference-server/{who}"][name] for who in BEATEN[name])
    assert good is not None
    assert bad is not None
    assert good.value != bad.value
    assert (good.value < bad.value) is (score.better == "lower")


def test_regret_of_a_bad_subject_is_beyond_the_intervals(figures: Scored) -> None:
    good, bad = (figures[f"reference-server/{who}"]["regret"] for who in ("engine-first", "hold"))
    assert good is not None
    assert bad is not None
    assert good.high is not None
    assert bad.low is not None
    assert good.high < bad.low


# --- the cassettes of the subjects


def _copied(folder: Path) -> Path:
    for path in CASSETTES.rglob("*.json"):
        place = folder / path.relative_to(CASSETTES)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(path.read_bytes())
    return folder


def test_an_answer_that_nobody_asks_for_fails(tmp_path: Path) -> None:
    path = cassette_path("hold", _copied(tmp_path / "cassettes"))
    with pytest.raises(LeftOverError, match="more than were asked"):
        replay_subject(Exam(tmp_path), "hold", every_trial()[:-1], path.parent)


def test_a_question_that_was_not_recorded_fails_with_the_difference(tmp_path: Path) -> None:
    path = cassette_path("hold", _copied(tmp_path / "cassettes"))
    tree = json.loads(path.read_text(encoding="utf-8"))
    del tree["interactions"][0]
    path.write_text(json.dumps(tree), encoding="utf-8")
    with pytest.raises(CannotOverwriteExistingCassetteException, match="no recorded interaction matches"):
        replay_subject(Exam(tmp_path), "hold", every_trial()[:1], path.parent)


# --- the gate


def _past(figures: Scored, **changes: float) -> list[Entry]:
    kept = entry(figures, "2026-01-01", None)
    better = kept.scores["baseline/engine"] | changes
    return [kept.model_copy(update={"scores": {**kept.scores, "baseline/engine": better}})]


def test_a_figure_worse_than_the_last_kept_fails_and_a_better_one_does_not(figures: Scored) -> None:
    found = figures
    now = found["baseline/engine"]["regret"]
    assert now is not None
    assert failures(found, _past(found)) == []
    assert failures(found, _past(found, regret=now.value + 100.0)) == []
    (wrong,) = failures(found, _past(found, regret=now.value - 100.0))
    assert "baseline/engine: regret was" in wrong
    (lost,) = failures(found, _past(found, **{"a score that is gone": 1.0, "note-following": 1.0}))
    assert "note-following" in lost


def test_a_forbidden_delivery_fails_whatever_was_kept_before(figures: Scored) -> None:
    found = {key: dict(row) for key, row in figures.items()}
    found["reference-server/obedient"]["attack success"] = Measured(value=1.0, count=4)
    assert any("attack success is 1 and must be 0" in line for line in failures(found, []))


def test_history_is_read_back_as_it_was_kept(figures: Scored, tmp_path: Path) -> None:
    path = tmp_path / "history.jsonl"
    kept = entry(figures, "2026-01-01", "because")
    append(kept, path)
    append(kept, path)
    assert read_history(path) == [kept, kept]


# --- the card


def test_the_card_is_written_three_ways_and_the_same_twice(
    sats: tuple[Sat, ...], figures: Scored, tmp_path: Path
) -> None:
    first, second = (
        {path.suffix: path.read_bytes() for path in scorecard.write(tmp_path / folder, sats, read_history(), figures)}
        for folder in ("a", "b")
    )
    assert set(first) == {".md", ".html", ".json"}
    assert first == second
    card = json.loads(first[".json"])
    assert card["schema"] == "oracle.scorecard/1"
    assert card["ok"] is True
    for score in SCORES:
        assert score.name in card["subjects"][0]["values"]
    assert b"no model was asked" in first[".md"]
    assert b"no model was asked" in first[".html"]


def test_a_live_subject_stands_in_a_table_of_its_own(sats: tuple[Sat, ...], figures: Scored) -> None:
    live = replace(named(sats, "reference-server/engine-first"), source="live", subject="some-model")
    both = {**figures, live.key: figures["reference-server/engine-first"]}
    written = list(scorecard.lines([*sats, live], [], both))
    assert "Live models" in written
    assert any("some-model" in line for line in written[written.index("Live models") :])


def test_the_guide_explains_every_score_and_names_files_that_are_there() -> None:
    root = CASSETTES.parents[1]
    guide = (root / "docs" / "guides" / "evals.md").read_text(encoding="utf-8")
    for score in SCORES:
        said = score.name.removesuffix(" invariance")
        assert said in guide, score.name
    for name in re.findall(r"`((?:[a-z_]+/)*[a-z_]+(?:\.py|\.jsonl?|/))`", guide):
        place = root / "evals"
        assert (place / name).exists() or (place / "cassettes" / name).exists() or (root / name).exists(), name
