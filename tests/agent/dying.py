"""A process whose children die between the steps of the graph, and whose other children go on: for test_resume.py.

    python -m tests.agent.dying URL FOLDER CALLS SAMPLES [DATABASE STEP ...]

For every step it forks a child that is killed when the step is done and nothing of it is on the disk, before its
checkpoint is, and just after; then another that asks the same. It prints, a line each, how the first ended and what
the second chose. With a database the checkpoints are there instead of in files, and only the steps named are tried.
"""

import json
import os
import signal
import sys
import traceback
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from oracle_core.agent import client
from oracle_core.agent.advisor import OpenAIAdvisor
from oracle_core.agent.budget import Budget
from oracle_core.agent.checkpoint_store import Store, open_store
from oracle_core.agent.checkpoints import Checkpoints
from oracle_core.agent.graph import choose, compiled
from oracle_core.agent.ledger import Ledger
from oracle_core.agent.run import Run
from oracle_core.domain.canonical import canonical_json
from tests.agent.factory import question

NOW = datetime(2026, 1, 2, tzinfo=UTC)
STEPS = ("start", "screen", "brief", "ask", "check", "choose")
"""What leaves a checkpoint in a run that asks once; its input leaves one before them."""
MOMENTS = ("done", "written", "kept")
"""The step has run; what it found is on the disk; its checkpoint is."""


class Dying(Checkpoints):
    """Checkpoints whose process is killed around one of them."""

    def __init__(self, store: Store, step: str, moment: str) -> None:
        super().__init__(store, NOW)
        self._left, self._moment = STEPS.index(step) + 1, moment

    def put_writes(self, *given: Any) -> None:
        self._left -= 1
        self._die_at("done")
        super().put_writes(*given)
        self._die_at("written")

    def put(self, *given: Any) -> Any:
        done = super().put(*given)
        self._die_at("kept")
        return done

    def _die_at(self, moment: str) -> None:
        if (self._left, self._moment) == (0, moment):
            os.kill(os.getpid(), signal.SIGKILL)


def ask(url: str, folder: Path, checkpoints: Checkpoints, calls: int, samples: int) -> None:
    """Decide, and write what was chosen and what was spent."""
    ledger = Ledger(folder / "model.db", lambda: NOW)
    advisor = OpenAIAdvisor(
        model="reference", base_url=url, deadline_seconds=20.0, budget=Budget(calls=calls),
        samples=samples, temperature=0.7 if samples > 1 else 0.0,
    )  # fmt: skip
    choice = choose(question(), advisor, Run(cycle=folder.name, ledger=ledger, checkpoints=checkpoints))
    said = {"choice": canonical_json(choice).decode(), "calls": ledger.spent(folder.name).calls}
    (folder / "chosen.json").write_text(json.dumps(said))


def child(work: Callable[[], None]) -> int:
    """Do it in a process of its own, and say which signal ended that; 0 is none."""
    number = os.fork()
    if number == 0:
        try:
            work()
            os._exit(0)
        except BaseException:  # noqa: BLE001 - a child must not run on into its parent's code
            traceback.print_exc()
            os._exit(7)
    _, status = os.waitpid(number, 0)
    return os.WTERMSIG(status) if os.WIFSIGNALED(status) else -os.WEXITSTATUS(status)


def main(url: str, folder: Path, calls: int, samples: int, database: str | None = None, *steps: str) -> None:
    """Every step and moment."""
    assert client.BODY_BYTES
    assert compiled().name
    for step in steps or STEPS:
        for moment in MOMENTS:
            here = folder / f"{step}-{moment}"
            here.mkdir()

            def dies(step: str = step, moment: str = moment, here: Path = here) -> None:
                ask(url, here, Dying(open_store(database or here / "c.db"), step, moment), calls, samples)

            def goes_on(here: Path = here) -> None:
                ask(url, here, Checkpoints(open_store(database or here / "c.db"), NOW), calls, samples)

            died, went_on = child(dies), child(goes_on)
            found = json.loads((here / "chosen.json").read_text())
            print(json.dumps({"at": f"{step} {moment}", "died": died, "went_on": went_on, **found}), flush=True)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]), *sys.argv[5:])
