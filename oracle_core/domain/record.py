"""The one thing stored of a decision; reports, evals and replay read only this."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from oracle_core.domain.canonical import content_hash
from oracle_core.domain.hedge import Recommendation
from oracle_core.domain.plan import Plan
from oracle_core.domain.verdict import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class CycleRecord:
    """One run of the desk. `inputs` names, by content hash, the book, market, strategies, persona and caps
    it was decided from; `reply` is what the model sent, when one was asked."""

    cycle_id: str
    reason: str
    as_of: datetime
    inputs: Mapping[str, str]
    recommendation: Recommendation
    verdict: Verdict
    plan: Plan | None
    reply: str | None
    versions: Mapping[str, str]

    @property
    def decision_hash(self) -> str:
        """What must be the same when the cycle is decided again."""
        return content_hash({"recommendation": self.recommendation, "verdict": self.verdict, "plan": self.plan})
