"""The cassettes themselves: described, unedited, without secrets, and the same when recorded again."""

import hashlib
import json
import re
import shutil
from datetime import date
from pathlib import Path

import pytest
from vcr.request import Request

from evals.case import load_cases
from evals.drift import drift
from evals.manifest import CASSETTES, MANIFEST, read_manifest
from evals.play import PREFIX
from evals.record import record_all
from evals.subjects import STAND_INS
from evals.tape import ASKED, KEPT_HEADERS, Readable, digest, pieces, same_question, whole
from oracle_core.agent.prompt import prompt_versions
from oracle_core.errors import InputError

FILES = sorted(path for path in CASSETTES.glob("*.json") if path.name != MANIFEST)
SECRET = re.compile(r"sk-[A-Za-z0-9]|bearer |authorization|api[_-]key", re.IGNORECASE)


def test_every_case_has_a_cassette_and_every_cassette_a_case_and_a_line_in_the_manifest() -> None:
    names = {case.name for case in load_cases()} | {f"{PREFIX}{name}" for name in STAND_INS}
    assert {path.stem for path in FILES} == names == set(read_manifest().cassettes)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_cassette_is_as_it_was_recorded_and_asks_with_the_prompts_of_today(path: Path) -> None:
    entry = read_manifest().cassettes[path.stem]
    assert entry.sha256 == digest(path), "the cassette was edited; `python -m evals.record` records it again"
    assert entry.prompts == prompt_versions(), "the prompts have changed; `python -m evals.record`, and read the diff"
    assert entry.source == "reference-server"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_cassette_keeps_no_secret_no_needless_header_and_no_empty_body(path: Path) -> None:
    text = whole(path)
    assert not SECRET.search(text)
    for kept in Readable.deserialize(text)["interactions"]:
        assert {*kept["request"]["headers"], *kept["response"]["headers"]} <= {
            "Content-Type",
            "Retry-After",
            *KEPT_HEADERS,
        }
        assert kept["request"]["body"]
        assert kept["response"]["body"]["string"]


def test_every_piece_is_asked_for_by_a_cassette_and_named_by_its_content() -> None:
    there = set((CASSETTES / ASKED).glob("*.json"))
    assert there == {piece for path in FILES for piece in pieces(path)}
    assert all(hashlib.sha256(path.read_bytes()).hexdigest().startswith(path.stem) for path in there)


@pytest.mark.parametrize("missing", ["source", "chooser", "recorded", "prompts", "sha256"])
def test_a_manifest_that_does_not_say_where_a_cassette_comes_from_is_refused(missing: str, tmp_path: Path) -> None:
    content = json.loads((CASSETTES / MANIFEST).read_text(encoding="utf-8"))
    for entry in content["cassettes"].values():
        del entry[missing]
    (tmp_path / MANIFEST).write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(InputError, match=missing):
        read_manifest(tmp_path)


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (json.dumps({"said": ["one\ntwo", 3]}), None),
        (json.dumps({"said": ["one\ntwo", 3]}, indent=1), None),
        (json.dumps({"said": ["one\ntoo", 3]}), "too"),
        (json.dumps({"said": ["one\ntwo", 4]}), "4"),
        ("no JSON", "no JSON"),
        ("", "recorded"),
    ],
)
def test_a_question_matches_what_it_says_in_any_layout_and_else_its_first_other_line_is_told(
    body: str, told: str | None
) -> None:
    kept = Request("POST", "http://reference/v1", json.dumps({"said": ["one\ntwo", 3]}).encode(), {})
    asked = Request("POST", "http://reference/v1", body.encode(), {})
    if told is None:
        same_question(asked, kept)
    else:
        with pytest.raises(AssertionError, match=told):
            same_question(asked, kept)


def test_recording_again_gives_the_same_files(tmp_path: Path) -> None:
    record_all(tmp_path, date(2000, 1, 1), read_manifest())
    assert drift(CASSETTES, tmp_path) == []
    assert _bytes(tmp_path) == {name: text for name, text in _bytes(CASSETTES).items() if not name.startswith("live")}


def _bytes(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*.json")}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"source": "live"}, "a live one none"),
        ({"chooser": None}, "a live one none"),
        ({"model": "some-model"}, "only a live cassette may name a model"),
        ({"source": "hearsay"}, "source"),
    ],
)
def test_a_manifest_that_passes_a_stand_in_off_as_a_model_is_refused(
    change: dict[str, object], said: str, tmp_path: Path
) -> None:
    content = json.loads((CASSETTES / MANIFEST).read_text(encoding="utf-8"))
    next(iter(content["cassettes"].values())).update(change)
    (tmp_path / MANIFEST).write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(InputError, match=said):
        read_manifest(tmp_path)


@pytest.mark.parametrize("where", ["the cassette", "what was asked"])
@pytest.mark.parametrize("edit", ["a line deleted", "a space added"])
def test_one_line_edited_is_seen(where: str, edit: str, tmp_path: Path) -> None:
    shutil.copytree(CASSETTES, tmp_path / "cassettes")
    path = tmp_path / "cassettes" / FILES[0].name
    edited = path if where == "the cassette" else pieces(path)[0]
    lines = edited.read_text(encoding="utf-8").splitlines(keepends=True)
    at = next(number for number, line in enumerate(lines) if '"method"' in line or '"kind"' in line)
    lines[at] = "" if edit == "a line deleted" else f" {lines[at]}"
    edited.write_text("".join(lines), encoding="utf-8")
    assert digest_or_none(path) != read_manifest().cassettes[path.stem].sha256


def digest_or_none(path: Path) -> str | None:
    """None where the edit has left no JSON."""
    try:
        return digest(path)
    except ValueError:
        return None


def test_a_changed_prompt_is_told_once_as_a_difference(tmp_path: Path) -> None:
    shutil.copytree(CASSETTES, tmp_path / "new")
    for path in (tmp_path / "new" / ASKED).glob("*.json"):
        path.write_text(path.read_text(encoding="utf-8").replace("Choose `hold` when", "Take `hold` when"))
    told = drift(CASSETTES, tmp_path / "new")
    assert len([line for line in told if line.startswith("-") and "Choose `hold` when" in line]) == 1
    assert len([line for line in told if line.startswith("+") and "Take `hold` when" in line]) == 1
