"""What the model is offered: candidates by label, and the figures its prose may quote by name."""

from collections.abc import Mapping
from dataclasses import dataclass

from oracle_core.domain.hedge import INSTRUCTIONS, ActionKind, CandidateAction, Status


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """The closed sets of one ask: labels that may be chosen, labels that are refused, names of figures."""

    candidates: Mapping[str, CandidateAction]
    refused: frozenset[str]
    figures: frozenset[str]


def is_offered(candidate: CandidateAction) -> bool:
    """Whether an advisor may choose it: nothing refused, and nothing that only a person can do."""
    return candidate.status is not Status.REFUSED and candidate.kind not in INSTRUCTIONS


def is_duty(candidate: CandidateAction) -> bool:
    """What no advisor may leave out: the cure of a breach and the other duties, if they are not refused."""
    mandatory = candidate.duty or candidate.status is Status.CURE
    return mandatory and is_offered(candidate) and candidate.kind is not ActionKind.HOLD


def exclude_each_other(one: CandidateAction, other: CandidateAction) -> bool:
    """Whether two candidates are alternatives: they hedge the same coin, or one does not say which.

    Each is a whole answer to its coin's exposure, so that taking both would hedge it twice; and holding
    is the answer to all of them.
    """
    return one.coin is None or other.coin is None or one.coin == other.coin
