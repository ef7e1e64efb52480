"""Why now: the triggers that fired, the gates that hold, and whether a strategy should run at all."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Order(StrEnum):
    """Who is heard first: a gate stops new risk, a limit must be kept, the band goes before a user's rule."""

    GATE = "gate"
    LIMIT = "limit"
    BAND = "band"
    RULE = "rule"


class Urgency(StrEnum):
    NOW = "now"
    SOON = "soon"
    WATCH = "watch"


class Level(StrEnum):
    """How a strategy runs: in full, with less, or not at all."""

    ON = "on"
    REDUCED = "reduced"
    OFF = "off"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fired:
    """A trigger that holds. `coin` None concerns the whole book; `new`: it did not hold at the last cycle.

    alert: a person is told once, when it begins.  subject: what it is about, where a coin has several.
    """

    trigger: str
    order: Order
    urgency: Urgency
    reason: str
    coin: str | None = None
    subject: str = ""
    alert: bool = False
    new: bool = True

    @property
    def key(self) -> str:
        """What it is known by at the next cycle.

        >>> Fired(trigger="trend", order=Order.GATE, urgency=Urgency.NOW, reason="", coin="BTC").key
        'trend BTC'
        """
        return " ".join(filter(None, (self.trigger, self.subject or self.coin)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployment:
    """Whether to run, and why. `unknown`: what could not be looked at."""

    level: Level
    reasons: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasions:
    """The triggers of one decision, gates first. `silent`: those a strategy asks for that cannot speak, and why."""

    fired: tuple[Fired, ...] = ()
    silent: Mapping[str, str] = field(default_factory=dict[str, str])
    deployment: Deployment | None = None

    def gates(self, coins: frozenset[str]) -> tuple[Fired, ...]:
        """The gates that bind a plan in some coins."""
        return tuple(item for item in self.fired if item.order is Order.GATE and item.coin in {None, *coins})


NO_OCCASIONS = Occasions()
