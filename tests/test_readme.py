"""The README keeps its word: the card it shows is the card that is printed, and its commands exist."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def oracle(*words: str, cwd: Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "oracle_core", *words], cwd=cwd, capture_output=True, text=True, check=False
    )


def test_the_card_in_the_readme_is_the_card_that_the_demo_prints(tmp_path: Path) -> None:
    shown = re.search(r"```text\n(.*?)\n```", README, flags=re.DOTALL)
    assert shown is not None
    assert oracle("advise", cwd=tmp_path).stdout.rstrip() == shown.group(1)


@pytest.mark.requirement("OPS-09")
def test_every_command_of_the_first_hour_runs_as_it_is_written(tmp_path: Path) -> None:
    block = re.search(r"## A first hour.*?```bash\n(.*?)```", README, flags=re.DOTALL)
    assert block is not None
    commands = [line.split("#")[0].split()[1:] for line in block.group(1).splitlines() if line.startswith("oracle")]
    first = oracle("advise", "--format", "json", cwd=tmp_path)
    cycle = re.search(r'"cycle_id": "([0-9a-f]+)"', first.stdout)
    assert cycle is not None
    for words in commands:
        if words == ["chat"]:
            continue  # it waits for a person; tests/console types to it
        made = [word.replace("CYCLE", cycle.group(1)) for word in words]
        done = oracle(*made, cwd=tmp_path)
        assert done.returncode == 0, (made, done.stderr)
    assert (tmp_path / "run.png").is_file()
