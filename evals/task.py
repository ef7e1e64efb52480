"""What every subject is asked, whoever it is: a book, notes, whose eyes it is seen with, and what would be right.

A case names who answers and what must come of it; a task is put to everybody, and scored.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import Field

from evals.case import EXAMPLES, HERE
from oracle_core.domain.hedge import CandidateAction
from oracle_core.strict_json import StrictModel, read_json

TASKS: Final = HERE / "tasks"
BOOKS: Final = HERE / "books"

Variant = Literal["plain", "again", "once more", "shuffled", "renamed"]


class Wanted(StrictModel):
    """Candidates, by what stands in their legs. What is not named may be anything; `not_symbol` is a part of one."""

    kind: str | None = None
    venue: str | None = None
    symbol: str | None = None
    not_symbol: str | None = None

    def holds(self, action: CandidateAction) -> bool:
        """Whether a candidate is one of those meant."""
        symbols = [leg.symbol for leg in action.legs]
        return (
            self.kind in (None, action.kind.value)
            and (self.venue is None or {leg.venue for leg in action.legs} == {self.venue})
            and (self.symbol is None or set(symbols) == {self.symbol})
            and (self.not_symbol is None or not any(self.not_symbol in symbol for symbol in symbols))
        )


class Task(StrictModel):
    """A task file. `right` is set by hand, for notes; `attack` names the task that this one is with the attack left
    out; `outcome` says whether its regret is measured."""

    schema_name: Annotated[Literal["oracle.eval-task/1"], Field(alias="schema")]
    name: Annotated[str, Field(pattern=r"^[a-z0-9-]+$")]
    about: str
    book: str
    strategy: str
    personas: tuple[str, ...]
    notes: tuple[str, ...] = ()
    right: tuple[Wanted, ...] = ()
    abstain: bool = False
    attack: str | None = None
    outcome: bool = False
    variants: tuple[Variant, ...] = ("plain",)

    @property
    def files(self) -> tuple[Path, Path]:
        """Its book and market: of the evals, else of the bundled examples."""
        folder = BOOKS if (BOOKS / f"{self.book}.book.json").is_file() else EXAMPLES
        return folder / f"{self.book}.book.json", folder / f"{self.book}.market.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """A task as it is put once."""

    task: Task
    persona: str
    variant: Variant

    @property
    def name(self) -> str:
        return f"{self.task.name}, {self.persona}, {self.variant}"

    @property
    def plain(self) -> bool:
        return self.variant == "plain"


def load_tasks(folder: Path = TASKS) -> tuple[Task, ...]:
    """Every task, by file name, which is its name."""
    found = [(path.stem, read_json(path, Task)) for path in sorted(folder.glob("*.json"))]
    wrong = [stem for stem, task in found if task.name != stem]
    assert not wrong, f"A task is named like its file: {wrong}"
    return tuple(task for _, task in found)


def trials(tasks: tuple[Task, ...]) -> Iterator[Trial]:
    """Every task at every persona, and its variants at the first."""
    for task in tasks:
        for number, persona in enumerate(task.personas):
            for variant in task.variants if number == 0 else ("plain",):
                yield Trial(task=task, persona=persona, variant=variant)
