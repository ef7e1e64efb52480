"""The desk's side of the evals: what the process of their own is given, and what it may not get."""

import json
from pathlib import Path

import pytest

from oracle_core.desk import evaluating
from oracle_core.desk.desk import Desk
from oracle_core.desk.requests import EvalRecordRequest, EvalReportRequest, EvalRunRequest
from oracle_core.errors import InputError

ECHO = """
import json, os, sys
print(json.dumps({"schema": "oracle.scorecard/1", "ok": True, "asked": sys.argv[1:], "keys": dict(os.environ)}))
"""


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout whose evals say what they were asked."""
    (tmp_path / "evals").mkdir()
    (tmp_path / "evals" / "__init__.py").touch()
    (tmp_path / "evals" / "__main__.py").write_text(ECHO, encoding="utf-8")
    monkeypatch.setattr(evaluating, "CHECKOUT", tmp_path)
    return tmp_path


def desk(**environment: str) -> Desk:
    from oracle_core.desk.settings import load_settings

    return Desk(settings=load_settings({}, files=()), environment=environment)


def asked(document: object) -> list[str]:
    assert isinstance(document, dict)
    found = document["asked"]
    assert isinstance(found, list)
    return [str(part) for part in found]


def test_outside_a_checkout_the_evals_say_that_they_need_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evaluating, "CHECKOUT", tmp_path)
    with pytest.raises(InputError, match="a checkout of Oracle Core"):
        evaluating.run(desk(), EvalRunRequest())


def test_a_replay_is_given_no_key(checkout: Path) -> None:
    found = evaluating.run(desk(OPENAI_API_KEY="secret"), EvalRunRequest())
    assert asked(found) == ["run", "--format", "json"]
    assert "secret" not in json.dumps(found)


def test_a_live_run_is_given_the_key_the_budget_and_the_price_and_nothing_else_of_the_environment(
    checkout: Path,
) -> None:
    wanted = EvalRunRequest(live=True, budget=0.5, model="m", prompt_price=1.0, reply_price=4.0)
    found = evaluating.run(desk(OPENAI_API_KEY="secret", OTHER="x"), wanted)
    assert asked(found) == [
        "run", "--live", "--budget", "0.5", "--model", "m", "--prompt-price", "1.0", "--reply-price", "4.0",
        "--format", "json",
    ]  # fmt: skip
    keys = found["keys"]
    assert isinstance(keys, dict)
    assert keys["OPENAI_API_KEY"] == "secret"
    assert "OTHER" not in keys


def test_recording_hands_on_its_reason(checkout: Path) -> None:
    assert asked(evaluating.record(desk(), EvalRecordRequest(accept="a new family", check=True))) == [
        "record", "--check", "--accept", "a new family", "--format", "json",
    ]  # fmt: skip


def test_a_report_says_which_files_it_wrote(checkout: Path, tmp_path: Path) -> None:
    found = evaluating.report(desk(), EvalReportRequest(folder=tmp_path / "card"))
    assert found["files"] == [str(tmp_path / "card" / f"scorecard.{ending}") for ending in ("md", "html", "json")]


def test_evals_that_print_nothing_are_an_error(checkout: Path) -> None:
    (checkout / "evals" / "__main__.py").write_text("raise SystemExit(2)", encoding="utf-8")
    with pytest.raises(InputError, match="ended with 2"):
        evaluating.run(desk(), EvalRunRequest())
