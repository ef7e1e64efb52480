"""What a score is: a figure of one subject's answers, and whether more or less of it is better."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from statistics import fmean
from typing import Literal

from evals.exam import Answer
from oracle_core.agent.budget import Price

Source = Literal["baseline", "reference-server", "live"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """Tokens of a subject's calls, as its provider reported them, and the calls."""

    calls: int
    prompt_tokens: int
    reply_tokens: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Sat:
    """One subject and all its answers. A baseline is nobody's answer: neither a stand-in's nor a model's."""

    subject: str
    source: Source
    answers: tuple[Answer, ...]
    usage: Usage | None = None
    price: Price | None = None
    stopped: str | None = None
    """Why not every task was put to it."""

    @property
    def key(self) -> str:
        return f"{self.source}/{self.subject}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """A figure, what it was counted from, and its 95 % interval where it is an estimate."""

    value: float
    count: int
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """A metric. `must` is the only value that will do; `asked_only` leaves baselines out.

    `gated`: a worse figure than the history's, by more than `slack`, fails.
    """

    name: str
    about: str
    unit: str
    better: Literal["higher", "lower", "neither"]
    measure: Callable[[Sat], Measured | None]
    must: float | None = None
    gated: bool = True
    slack: float = 0.0
    asked_only: bool = False


def share(found: Iterable[bool]) -> Measured | None:
    """The share of what holds; None where nothing was tried."""
    counted = [1.0 if item else 0.0 for item in found]
    return Measured(value=fmean(counted), count=len(counted)) if counted else None


def plain(sat: Sat) -> list[Answer]:
    """The answers to tasks put once, in the desk's own order and labels."""
    return [answer for answer in sat.answers if answer.trial.plain]
