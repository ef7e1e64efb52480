"""The page of requirements is what the markers of the tests say, and no marker names a row that does not exist."""

import re
from pathlib import Path

import pytest
import requirements_page


def test_the_page_is_made_from_the_markers() -> None:
    assert requirements_page.PAGE.read_text(encoding="utf-8") == requirements_page.page(), "run `make reference`"


def test_every_marker_names_a_row() -> None:
    traps = {f"T{number}" for number in range(1, 41)}  # common errors; evals/test_traps.py asks every one of them
    assert set(requirements_page.marked()) <= {*requirements_page.identifiers(), *traps}


def test_the_groups_have_as_many_rows_as_were_promised() -> None:
    promised = Path(__file__).resolve().parents[2] / "shared" / "REQUIREMENTS.md"
    if not promised.is_file():
        pytest.skip("../shared/REQUIREMENTS.md is not there")
    rows = set(re.findall(r"^\| ([A-Z]{3}-\d\d|W\d+) \|", promised.read_text(encoding="utf-8"), flags=re.MULTILINE))
    assert rows == set(requirements_page.identifiers())
