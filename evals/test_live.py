"""A live run: the same tasks and scores, beside what is kept, never above its budget. The model is on loopback."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from evals import __main__ as command
from evals import live
from evals.choosers import CHOOSERS
from evals.exam import Exam
from evals.live import Endpoint, Purse, put_live, replay_live
from evals.manifest import read_manifest
from evals.play import cassette_path, every_trial
from evals.scores.score import Usage
from evals.server import ReferenceServer, serving, usage
from evals.subjects import baseline
from evals.tape import whole
from oracle_core.agent.budget import Price
from oracle_core.errors import InputError

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
PRICE = Price(prompt_usd=1.0, reply_usd=4.0)
KEY = "key-for-the-live-test"
FEW = every_trial()[:6]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(live, "LIVE", tmp_path / "live")
    return tmp_path / "live"


def there(server: ReferenceServer, price: Price | None = PRICE) -> Endpoint:
    return Endpoint(model="some/model", url=server.url, key=KEY, price=price)


def spent(server: ReferenceServer) -> float:
    """What the calls that came in cost, counted where they came in; replies are as long as one of the stand-in's."""
    used = [usage(call.body, "x" * 400) for call in server.calls]
    prompt = sum(item["prompt_tokens"] for item in used)
    return PRICE.usd(prompt, 0)


def test_a_live_run_is_kept_beside_the_others_and_replays_to_the_same_scores(tmp_path: Path, folder: Path) -> None:
    exam = Exam(tmp_path)
    with serving(ReferenceServer()) as server:
        sat, made = put_live(exam, there(server), FEW, 2.0, NOW)
    assert made == folder / "some-model-20260102-030405"
    (kept,) = read_manifest(made).cassettes.values()
    assert (kept.source, kept.model, kept.chooser, kept.answers) == ("live", "some/model", None, len(FEW))
    assert (sat.source, sat.stopped, len(sat.answers)) == ("live", None, len(FEW))
    assert all(answer.seconds is not None for answer in sat.answers)
    again = replay_live(exam, made, FEW)
    assert again is not None
    assert [answer.picked for answer in again.answers] == [answer.picked for answer in sat.answers]
    assert KEY not in whole(cassette_path("some-model", made))
    assert server.url not in whole(cassette_path("some-model", made))


def test_a_second_run_does_not_write_over_the_first(tmp_path: Path) -> None:
    exam = Exam(tmp_path)
    with serving(ReferenceServer()) as server:
        _, made = put_live(exam, there(server), FEW[:1], 2.0, NOW)
        before = {path: path.read_bytes() for path in made.rglob("*") if path.is_file()}
        with pytest.raises(InputError, match="nothing is written over"):
            put_live(exam, there(server), FEW[:1], 2.0, NOW)
        assert len(server.calls) == 1
    assert {path: path.read_bytes() for path in made.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize("fault", [None, "garbage", "500", "length"])
@pytest.mark.parametrize("budget", [0.05, 0.07])
def test_a_live_run_never_costs_more_than_its_budget(budget: float, fault: str | None, tmp_path: Path) -> None:
    with serving(ReferenceServer(fault=fault, chooser=CHOOSERS["hold"])) as server:
        sat, _ = put_live(Exam(tmp_path), there(server), FEW, budget, NOW)
        assert spent(server) <= budget
        assert len(server.calls) > 0
    assert sat.stopped is None or "the budget is spent" in sat.stopped
    assert len(sat.answers) <= len(FEW)


def test_a_budget_too_small_for_one_answer_asks_nobody(tmp_path: Path, folder: Path) -> None:
    with serving(ReferenceServer()) as server:
        with pytest.raises(InputError, match="for one answer"):
            put_live(Exam(tmp_path), there(server), FEW, 0.01, NOW)
        assert server.calls == []
    assert not folder.exists()


def test_what_a_provider_does_not_count_stays_spent() -> None:
    purse = Purse(budget=10 * 0.05, price=PRICE)
    assert purse.reserve()
    purse.settle(None)
    assert purse.spent == purse.most
    assert purse.reserve()
    purse.settle(Usage(calls=1, prompt_tokens=1_000, reply_tokens=100))
    assert purse.spent == pytest.approx(purse.most + 0.0014)


def test_the_command_scores_a_live_model_beside_the_baselines(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    baselines = (baseline(Exam(folder.parent), "engine", FEW),)
    monkeypatch.setattr(command, "every_trial", lambda: FEW)
    monkeypatch.setattr(command, "replay_all", lambda _: baselines)
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    with serving(ReferenceServer()) as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        code = command.main(["run", "--live", "--budget", "2.00", "--model", "some-model", "--format", "json"])
        assert len(server.calls) == len(FEW)
    card = json.loads(capsys.readouterr().out)
    assert code in (0, command.NOT_HELD)
    assert [row["subject"] for row in card["subjects"]] == ["engine", "some-model"]
    live_row = card["subjects"][1]
    assert live_row["source"] == "live"
    assert live_row["values"]["latency"]["count"] == len(FEW)
    assert live_row["values"]["cost"] is None, "no price was given"
    (made,) = folder.iterdir()
    assert {path.suffix for path in made.iterdir()} == {".md", ".html", ".json", ""}


def test_a_live_run_without_key_and_address_is_an_input_error(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(command, "replay_all", lambda _: ())
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)
    assert command.main(["run", "--live"]) == command.NOT_HELD
    assert "OPENAI_API_KEY" in capsys.readouterr().err
