"""Ours and the peers on the same inputs, taking turns, in rows of one table."""

import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from benchmarks.environments import Peer, interpreter
from benchmarks.report import Row, against
from benchmarks.timing import Timing, repeats

Result = Mapping[str, np.ndarray]
_LONG = 10.0


@dataclass(frozen=True, slots=True)
class Contest:
    """One task: our call, other calls in this process, and peers by (environment, task), each with its goal."""

    what: str
    inputs: Mapping[str, np.ndarray]
    unit: str
    per: float
    """How many of `unit` one run does."""
    ours: Callable[[], Result]
    here: Mapping[str, tuple[Callable[[], Result], float | None]] = field(default_factory=dict)
    peers: Mapping[str, tuple[str, str, float | None]] = field(default_factory=dict)
    threads: int = 1
    compare: Callable[[Result, Result], str] | None = None


def contested(contest: Contest, *, runs: int) -> list[Row]:
    """Every implementation's row, ours first. Runs take turns, so a busy moment of the machine falls on all of them."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        inputs = folder / "inputs.npz"
        np.savez(inputs, **contest.inputs)
        absent: list[Row] = []
        calls: dict[str, Callable[[int], float]] = {"ours": _here(contest.ours)}
        calls |= {name: _here(call) for name, (call, _) in contest.here.items()}
        peers: dict[str, Peer] = {}
        for name, (environment, task, _) in contest.peers.items():
            python = interpreter(environment)
            failed = python if isinstance(python, str) else None
            if isinstance(python, Path):
                peer = stack.enter_context(Peer(environment, python, threads=contest.threads))
                failed = peer.prepare(task, inputs)
                peers[name], calls[name] = peer, peer.run
            if failed is not None:
                calls.pop(name, None)
                absent.append(Row(f"{contest.what}: {name}", f"absent: {failed}"))
        took = _in_turns(calls, runs)
        found = {name: _against(contest, name, timing, took["ours"]) for name, timing in took.items()}
        agreed = _agreements(contest, {name: peers[name] for name in took if name in peers}, folder)
    return [*(_noted(row, agreed.get(name, "")) for name, row in found.items()), *absent]


def _here(call: Callable[[], object]) -> Callable[[int], float]:
    call()

    def run(count: int) -> float:
        started = time.perf_counter()
        for _ in range(count):
            call()
        return (time.perf_counter() - started) / count

    return run


def _in_turns(calls: Mapping[str, Callable[[int], float]], runs: int) -> dict[str, Timing]:
    first = {name: call(1) for name, call in calls.items()}
    # A call of many seconds is timed once: it is its own average.
    found = {name: [seconds] if seconds > _LONG else [] for name, seconds in first.items()}
    for _ in range(runs):
        for name, call in calls.items():
            if first[name] <= _LONG:
                found[name].append(call(repeats(first[name])))
    return {name: Timing(tuple(seconds)) for name, seconds in found.items()}


def _against(contest: Contest, name: str, timing: Timing, ours: Timing) -> Row:
    goals = {key: goal for key, (_, goal) in contest.here.items()} | {
        key: goal for key, (_, _, goal) in contest.peers.items()
    }
    measured = f"{_figure(timing.median / contest.per)}/{contest.unit}"
    if name == "ours":
        return Row(f"{contest.what}: **ours**", measured, "1×")
    return against(f"{contest.what}: {name}", timing.median, ours.median, measured, goals[name])


def _agreements(contest: Contest, peers: Mapping[str, Peer], folder: Path) -> dict[str, str]:
    if contest.compare is None:
        return {}
    ours = contest.ours()
    return {name: contest.compare(ours, peer.result(folder / "result.npz")) for name, peer in peers.items()}


def _noted(row: Row, note: str) -> Row:
    return Row(row.what, f"{row.measured} ({note})" if note else row.measured, row.ratio, row.goal, row.met)


def _figure(seconds: float) -> str:
    for unit, size in (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6)):
        if seconds >= size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds / 1e-9:.3g} ns"


def names(rows: Sequence[Row]) -> list[str]:
    """What each row is about."""
    return [row.what for row in rows]
