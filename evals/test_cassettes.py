"""The cassettes themselves: described, unedited, without secrets, and the same when recorded again."""

import hashlib
import json
import re
from datetime import date
from pathlib import Path

import pytest

from evals.case import load_cases
from evals.manifest import CASSETTES, MANIFEST, read_manifest
from evals.record import record_all
from evals.tape import ASKED, KEPT_HEADERS, Readable, digest, pieces, whole
from oracle_core.agent.prompt import prompt_versions
from oracle_core.errors import InputError

FILES = sorted(path for path in CASSETTES.glob("*.json") if path.name != MANIFEST)
SECRET = re.compile(r"sk-[A-Za-z0-9]|bearer |authorization|api[_-]key", re.IGNORECASE)


def test_every_case_has_a_cassette_and_every_cassette_a_case_and_a_line_in_the_manifest() -> None:
    names = {case.name for case in load_cases()}
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


def test_recording_again_gives_the_same_files(tmp_path: Path) -> None:
    record_all(tmp_path, date(2000, 1, 1), read_manifest())
    assert _bytes(tmp_path) == _bytes(CASSETTES)


def _bytes(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*.json")}
