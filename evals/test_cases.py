"""Every case, replayed from its cassette with the network shut, and graded."""

from pathlib import Path

import pytest
from vcr.cassette import Cassette

from evals import case_table, grades
from evals.case import Case, load_cases, run
from oracle_core.desk.decide import decide

CASES = load_cases()


@pytest.fixture
def default_cassette_name(case: Case) -> str:
    return case.name


@pytest.mark.requirement("EVL-01")
@pytest.mark.requirement("AGT-01")
@pytest.mark.requirement("AGT-06")
@pytest.mark.vcr(record_mode="none")
@pytest.mark.block_network
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_case_comes_out_as_expected_and_every_grade_passes(case: Case, vcr: Cassette, state: Path) -> None:
    brief = case.brief(state)
    record, engine = run(brief), decide(brief)
    assert vcr.all_played, "the cassette holds more than was asked"
    found = grades.grade(case, brief, record, engine)
    case_table.note(case, record, found)
    assert not any(found.values()), found
