"""The evals belong to the suite: they run as they do by hand, in a process of their own."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.requirement("EVL-01")
def test_every_recorded_conversation_replays_with_the_network_shut_and_passes_its_grades() -> None:
    command = [sys.executable, "-m", "pytest", "evals", "-p", "no:cacheprovider", "-p", "no:xdist", "--tb=short"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    hint = "a prompt, a candidate or a figure changed? `python -m evals.record` records again; read the diff"
    assert done.returncode == 0, f"{done.stdout[-6_000:]}{done.stderr[-1_000:]}\nhint: {hint}"
