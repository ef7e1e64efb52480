"""A command killed while the model is asked: the next one decides, counts both calls, and keeps the cycle once."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

from evals.choosers import CHOOSERS
from evals.server import ReferenceServer, serving

COMMAND = [sys.executable, "-m", "oracle_core", "advise", "--advisor", "openai", "--format", "json", "--state"]


def test_a_killed_advise_is_taken_up_by_the_next_within_the_same_budget(tmp_path: Path) -> None:
    with serving(ReferenceServer(fault="stall", faulty_calls=1, chooser=CHOOSERS["engine-first"])) as server:
        environment = {**os.environ, "OPENAI_BASE_URL": server.url, "OPENAI_API_KEY": "k"}
        command = [*COMMAND, str(tmp_path)]
        with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as first:
            while not server.calls and first.poll() is None:
                time.sleep(0.02)
            os.kill(first.pid, signal.SIGKILL)
        assert first.returncode == -signal.SIGKILL
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        assert len(server.calls) == 2
    assert json.loads(done.stdout)["advisor"]["name"] == "openai"
    with sqlite3.connect(tmp_path / "model.db") as file:
        assert file.execute("select sum(calls), sum(open) from asks").fetchone() == (2, 0)
    with sqlite3.connect(tmp_path / "checkpoints.db") as file:
        assert file.execute("select count(*) from oracle_checkpoints").fetchone() == (0,)
