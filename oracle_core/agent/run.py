"""What a run of the graph has beside its question: a name to resume by, a ledger, checkpoints, and who listens."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from oracle_core.agent.ledger import Ledger
from oracle_core.domain.canonical import Json

if TYPE_CHECKING:
    from oracle_core.agent.checkpoints import Checkpoints

Event: TypeAlias = Mapping[str, Json]
"""What happens, in JSON: `event` is one of `facts`, `candidate`, `delta`, `checked`, `chosen`."""
Tell: TypeAlias = Callable[[Event], None]


def tell_nobody(_: Event) -> None:
    """Nobody listens."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One decision under way. The same `cycle` with the same checkpoints goes on where it was cut off.

    A cycle is a name for everything the decision rests on; the ledger counts what is spent on it.
    """

    cycle: str = "unnamed"
    ledger: Ledger = field(default_factory=Ledger)
    checkpoints: "Checkpoints | None" = None
    tell: Tell = tell_nobody

    def close(self) -> None:
        """The decision is kept elsewhere: asking the same again starts afresh.

        Raises: UnaccountedError, CheckpointError: a file of the state folder cannot be written.
        """
        self.ledger.close(self.cycle)
        if self.checkpoints is not None:
            self.checkpoints.delete_thread(self.cycle)
