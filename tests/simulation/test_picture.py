"""What a run looks like, and what it prints: the same bytes for the same run."""

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from oracle_core.simulation.document import document, step_table
from oracle_core.simulation.picture import picture
from oracle_core.simulation.result import Result
from oracle_core.simulation.scenario import Funding, TradingCosts
from oracle_core.simulation.simulate import simulate
from tests.simulation.runs import random_walk, scenario, to_zero


@pytest.fixture(scope="module")
def result() -> Result:
    busy = scenario(days_to_expiry=4.0, check_minutes=60, costs=TradingCosts(), funding=Funding(constant=0.0001))
    return simulate(busy, random_walk(11, 24 * 10), to_zero)


def test_the_same_run_draws_the_same_bytes(result: Result) -> None:
    assert picture(result, "svg") == picture(result, "svg")
    assert picture(result, "png") == picture(result, "png")
    assert picture(result, "png").startswith(b"\x89PNG")
    assert b"<dc:date>" not in picture(result, "svg")


def test_a_user_s_own_drawing_settings_change_nothing(result: Result) -> None:
    import matplotlib as mpl

    plain = picture(result, "svg")
    with mpl.rc_context({"axes.grid": False, "font.size": 30.0}):
        assert picture(result, "svg") == plain


def test_a_run_without_trades_or_costs_can_be_drawn() -> None:
    assert picture(simulate(scenario(), random_walk(12, 40), lambda book, market: []), "png")


def test_drawing_is_loaded_only_when_something_is_drawn() -> None:
    code = "import sys, oracle_core.simulation.picture; print('matplotlib' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=dict(os.environ))
    assert run.stdout.strip() == "False"


@pytest.mark.requirement("SIM-44")
def test_the_step_table_reads_back_to_the_reported_total(result: Result, tmp_path: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(step_table(result))))
    assert len(rows) == len(result.steps)
    change = float(rows[-1]["equity"]) - result.scenario.equity_usd
    assert change == pytest.approx(result.split.total, abs=1e-9)


def test_the_document_is_plain_json_with_the_parts_and_the_total(result: Result) -> None:
    read = json.loads(json.dumps(document(result), allow_nan=False))
    parts = read["pnl_usd"]
    assert read["schema"] == "oracle.simulation/1"
    assert sum(parts[name] for name in result.split._fields) == pytest.approx(parts["total"], abs=1e-9)
    assert read["result_hash"] == result.hash
    assert read["assumptions"]
