"""Repeated runs and their middle: single runs on a shared machine say little."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds of each run, warm-up left out."""

    seconds: tuple[float, ...]

    @property
    def median(self) -> float:
        """The middle run."""
        return float(np.median(self.seconds))

    def percentile(self, share: float) -> float:
        """The run that `share` per cent of runs are faster than."""
        return float(np.percentile(self.seconds, share))


def timed(call: Callable[[], object], *, runs: int, warm_ups: int = 1) -> Timing:
    """Time one call again and again."""
    return interleaved({"it": call}, runs=runs, warm_ups=warm_ups)["it"]


def interleaved(calls: Mapping[str, Callable[[], object]], *, runs: int, warm_ups: int = 1) -> dict[str, Timing]:
    """Time several calls in turn, round by round, so that a busy moment of the machine falls on all of them."""
    found: dict[str, list[float]] = {name: [] for name in calls}
    for number in range(warm_ups + runs):
        for name, call in calls.items():
            started = time.perf_counter()
            call()
            elapsed = time.perf_counter() - started
            if number >= warm_ups:
                found[name].append(elapsed)
    return {name: Timing(tuple(seconds)) for name, seconds in found.items()}


def repeats(seconds: float, *, at_least: float = 0.01) -> int:
    """How often a short call must be repeated inside one run to be measured at all."""
    return max(1, round(at_least / max(seconds, 1e-9)))


def total(timings: Sequence[Timing]) -> Timing:
    """Run by run, the sum of several stages."""
    return Timing(tuple(sum(stage) for stage in zip(*(timing.seconds for timing in timings), strict=True)))
