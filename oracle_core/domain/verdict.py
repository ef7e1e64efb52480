"""What the guardrails said: findings, and the strictest of them."""

from dataclasses import dataclass
from enum import StrEnum

from oracle_core.domain.checks import refuse
from oracle_core.errors import fault


class Ruling(StrEnum):
    """From the mildest to the strictest, in the order of `STRICTNESS`."""

    ALLOW = "allow"
    CLIP = "clip"
    ESCALATE = "escalate"
    REFUSE = "refuse"


STRICTNESS: tuple[Ruling, ...] = (Ruling.ALLOW, Ruling.CLIP, Ruling.ESCALATE, Ruling.REFUSE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One rail's ruling on one plan. `scale` is the share of the plan it leaves, between 0 and 1."""

    rail: str
    ruling: Ruling
    scale: float
    why: str
    value: float | None = None
    limit: float | None = None

    def __post_init__(self) -> None:
        sound = 0.0 <= self.scale <= 1.0
        refuse([] if sound else [fault(f"finding {self.rail}", "scale", self.scale, "a share from 0 to 1")])


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """All findings on one plan. An empty panel refuses: nobody checked."""

    findings: tuple[Finding, ...]

    @property
    def ruling(self) -> Ruling:
        if not self.findings:
            return Ruling.REFUSE
        return max((found.ruling for found in self.findings), key=STRICTNESS.index)

    @property
    def scale(self) -> float:
        """The share of the plan that may be sent: nothing unless every finding allows or clips."""
        if self.ruling not in (Ruling.ALLOW, Ruling.CLIP):
            return 0.0
        return min(found.scale for found in self.findings)

    @property
    def binding(self) -> tuple[Finding, ...]:
        """The findings that did not simply allow."""
        return tuple(found for found in self.findings if found.ruling is not Ruling.ALLOW)
