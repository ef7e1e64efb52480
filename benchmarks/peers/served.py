"""A peer's side of the conversation: one JSON line in, one out; run by the peer's interpreter, so NumPy alone."""

import json
import os
import sys
import time
from pathlib import Path

import numpy as np


def peak_memory():
    """Megabytes at the highest since this process began; none where the system does not tell."""
    try:
        lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
        return next(float(line.split()[1]) / 1024.0 for line in lines if line.startswith("VmHWM"))
    except (OSError, StopIteration):
        return float("nan")


def serve(tasks):
    """Answer until the input ends. A task takes the arrays of its input and returns a call without arguments."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what a library prints is not an answer
    call, result = None, None
    for line in sys.stdin:
        asked, answer = json.loads(line), {}
        try:
            if asked["do"] == "prepare":
                with np.load(asked["inputs"]) as found:
                    arrays = dict(found)
                call = tasks[asked["task"]](arrays)
                result = call()
            elif asked["do"] == "run":
                started = time.perf_counter()
                for _ in range(asked["repeats"]):
                    result = call()
                answer = {"seconds": (time.perf_counter() - started) / asked["repeats"]}
            elif asked["do"] == "memory":
                answer = {"megabytes": peak_memory()}
            else:
                np.savez(asked["path"], **{name: np.asarray(value) for name, value in result.items()})
        except Exception as error:  # noqa: BLE001 - whatever a peer raises is its answer
            answer = {"failed": f"{type(error).__name__}: {error}"[:200], "seconds": "nan"}
        answers.write(json.dumps(answer) + "\n")
        answers.flush()
