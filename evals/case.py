"""One eval case: a book, a market, a persona and notes, who answers, and what must come of it."""

from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import Field

from evals.choosers import CHOOSERS
from evals.server import MODEL, ReferenceServer
from oracle_core.agent.advisor import OpenAIAdvisor
from oracle_core.desk.brief import Brief
from oracle_core.desk.decide import decide
from oracle_core.desk.desk import Desk
from oracle_core.desk.requests import DecisionRequest
from oracle_core.desk.settings import Settings
from oracle_core.domain.record import CycleRecord
from oracle_core.strict_json import StrictModel, read_json

HERE: Final = Path(__file__).parent
CASES: Final = HERE / "cases"
EXAMPLES: Final = HERE.parent / "examples"
NOWHERE: Final = "http://127.0.0.1:9/v1"
"""An address nobody answers at: what is replayed needs none."""


class Expected(StrictModel):
    """What must come of a case. `chosen` are labels, or `engine` for its own choice; `prose` says whether any is
    left to show."""

    advisor: Literal["engine", "openai"]
    fallback_reason: str | None
    chosen: tuple[str, ...]
    prose: bool


class Case(StrictModel):
    """A case file."""

    schema_name: Annotated[Literal["oracle.eval-case/1"], Field(alias="schema")]
    name: str
    about: str
    example: str
    strategy: str
    persona: str
    notes: tuple[str, ...]
    chooser: str
    fault: str | None
    expected: Expected

    def brief(self, state: Path) -> Brief:
        """What is decided. `state` is a folder without a journal."""
        desk = Desk(settings=Settings(state=state), environment={})
        request = DecisionRequest(
            book=EXAMPLES / f"{self.example}.book.json",
            market=EXAMPLES / f"{self.example}.market.json",
            strategy=self.strategy,
            persona=self.persona,
        )
        return desk.brief(request, notes=self.notes)[0]

    def server(self) -> ReferenceServer:
        """The server that answers when the case is recorded."""
        return ReferenceServer(chooser=CHOOSERS[self.chooser], fault=self.fault)


def load_cases() -> tuple[Case, ...]:
    """Every case, by file name, which is its name."""
    found = [(path.stem, read_json(path, Case)) for path in sorted(CASES.glob("*.json"))]
    wrong = [stem for stem, case in found if case.name != stem]
    assert not wrong, f"A case is named like its file: {wrong}"
    return tuple(case for _, case in found)


def run(brief: Brief, url: str = NOWHERE) -> CycleRecord:
    """The case through the whole desk, with the model at `url`."""
    return decide(brief, OpenAIAdvisor(model=MODEL, base_url=url, deadline_seconds=10.0))
