"""The peers: each in an environment of its own beside ours, made when first asked for, timed through a small script."""

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType

import numpy as np

_HERE = Path(__file__).parent
_ROOT = _HERE.parent / ".venv" / "peers"
OURS = "ours"
"""The task in a process of its own, as a peer has it, to see what memory it takes."""


def interpreter(name: str) -> Path | str:
    """The interpreter of a peer's environment, or why there is none; `ours` is this one."""
    if name == OURS:
        return Path(sys.executable)
    wanted = _HERE / "peers" / f"{name}.txt"
    home, python = _ROOT / name, _ROOT / name / "bin" / "python"
    stamp, digest = home / ".ready", hashlib.sha256(wanted.read_bytes()).hexdigest()
    if stamp.is_file() and stamp.read_text(encoding="utf-8") == digest:
        return python
    print(f"installing {name} …", file=sys.stderr)
    for command in (
        [sys.executable, "-m", "venv", str(home)],
        [str(python), "-m", "pip", "install", "--quiet", "--no-input", "--retries", "1", "-r", str(wanted)],
    ):
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            return (done.stderr.strip().splitlines() or ["no reason given"])[-1]
    stamp.write_text(digest, encoding="utf-8")
    return python


class Peer:
    """A peer's process: it prepares a task once, then runs it whenever it is asked to, so that runs can take turns."""

    def __init__(self, name: str, python: Path, *, threads: int = 1) -> None:
        self.name = name
        self._process = subprocess.Popen(
            [str(python), str(_HERE / "peers" / f"time_{name}.py")], env=_environment(threads), text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        )  # fmt: skip

    def __enter__(self) -> "Peer":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.kill()
        self._process.wait()

    def prepare(self, task: str, inputs: Path) -> str | None:
        """Load the inputs and warm up; why the peer cannot do the task, or None."""
        return self._ask(do="prepare", task=task, inputs=str(inputs)).get("failed")

    def run(self, repeats: int = 1) -> float:
        """Seconds of one run, the mean of several repeats of it."""
        return float(self._ask(do="run", repeats=repeats)["seconds"])

    def memory(self) -> float:
        """Megabytes at the highest so far, the interpreter and its libraries counted; NaN where nobody tells."""
        return float(self._ask(do="memory").get("megabytes", "nan"))

    def result(self, path: Path) -> Mapping[str, np.ndarray]:
        """What the task computed."""
        self._ask(do="keep", path=str(path))
        with np.load(path) as found:
            return dict(found)

    def _ask(self, **request: object) -> dict[str, str]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            self._process.stdin.write(json.dumps(request) + "\n")
            self._process.stdin.flush()
            answer = self._process.stdout.readline()
        except BrokenPipeError:
            answer = ""
        return json.loads(answer) if answer else {"failed": "its process ended", "seconds": "nan"}


def _environment(threads: int) -> dict[str, str]:
    names = ("NUMBA_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS")
    return os.environ | {name: str(threads) for name in names}
