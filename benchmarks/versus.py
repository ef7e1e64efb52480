"""Ours and the peers on the same inputs, taking turns, in rows of one table."""

import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from benchmarks.environments import OURS, Peer, interpreter
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
    own: str | None = None
    """Our task in a process of its own (`peers/time_ours.py`), whose peak memory the peers' is compared with."""
    leaner: Mapping[str, float] = field(default_factory=dict)
    """By peer, how many times our memory it must take at least."""


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
        ran = {name: peers[name] for name in took if name in peers}
        memory = _memory(contest, ran, inputs)
        agreed = _agreements(contest, ran, folder)
    return [*(_noted(row, agreed.get(name, "")) for name, row in found.items()), *memory, *absent]


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


def _memory(contest: Contest, peers: Mapping[str, Peer], inputs: Path) -> list[Row]:
    """Peak memory of whole processes, ours and each peer's, before anybody hands a result over."""
    if contest.own is None or not peers:
        return []
    with Peer(OURS, Path(str(interpreter(OURS))), threads=contest.threads) as own:
        failed = own.prepare(contest.own, inputs)
        own.run()
        ours = own.memory()
    what = f"{contest.what}, peak memory"
    if failed is not None:
        return [Row(f"{what}: ours", f"absent: {failed}")]
    rows = [Row(f"{what}: **ours**", f"{ours:,.0f} MB", "1×")]
    for name, peer in peers.items():
        found, goal = peer.memory(), contest.leaner.get(name)
        told = against(f"{what}: {name}", found, ours, f"{found:,.0f} MB", goal)
        rows.append(told if found > 0.0 else Row(f"{what}: {name}", "absent: its system does not tell"))
    return rows


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
