"""What every family of candidates is."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from oracle_core.domain.hedge import ActionKind, CandidateAction
from oracle_core.hedging.situation import Situation
from oracle_core.playbook.persona import Objective


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The candidates of a family, and why other instruments, coins or pools gave none: name to reason."""

    candidates: tuple[CandidateAction, ...]
    left_out: dict[str, str]


Propose: TypeAlias = Callable[[Situation], Found]


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """One family. `kinds` are those it offers; `aim` is what it serves where a persona ranks equals.

    A family with `always` is asked whatever the strategy names: it marks its duties itself, and the screen refuses
    what is neither a duty nor a policy of the strategy.
    """

    name: str
    kinds: frozenset[ActionKind]
    aim: Objective
    propose: Propose
    always: bool = False
