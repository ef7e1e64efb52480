"""What a rail is, and the four things it may say."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from oracle_core.domain.verdict import Finding, Ruling
from oracle_core.guardrails.case import Case

Check: TypeAlias = Callable[[Case], tuple[Finding, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rail:
    """One guardrail: its name (also that of its file), the limits it enforces by their configured names, its check.

    A check returns at least one finding. It refuses what it cannot check, and names the limit that bound in
    backticks, because the self-test looks for it there.
    """

    name: str
    limits: tuple[str, ...]
    check: Check


def allow(rail: str, why: str, *, value: float | None = None, limit: float | None = None) -> Finding:
    """Nothing here stands against the plan."""
    return Finding(rail=rail, ruling=Ruling.ALLOW, scale=1.0, why=why, value=value, limit=limit)


def clip(rail: str, scale: float, why: str, *, value: float | None = None, limit: float | None = None) -> Finding:
    """The plan may go on at `scale` of its size."""
    return Finding(rail=rail, ruling=Ruling.CLIP, scale=scale, why=why, value=value, limit=limit)


def deny(rail: str, why: str, *, value: float | None = None, limit: float | None = None) -> Finding:
    """The plan may not go on."""
    return Finding(rail=rail, ruling=Ruling.REFUSE, scale=0.0, why=why, value=value, limit=limit)


def cannot_check(rail: str, what: str, shown: object, limits: tuple[str, ...] = ()) -> Finding:
    """A refusal because an input is missing or not a number."""
    named = f"{', '.join(f'`{name}`' for name in limits)}: " if limits else ""
    return deny(rail, f"{named}cannot check: {what} is `{shown!r}`")
