"""What the agent's graph costs beside the model: the engine's walk, and a stored reply with and without checkpoints."""

import tempfile
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

from benchmarks.engine import VENUES, made_up_brief
from benchmarks.report import Row, Section
from benchmarks.timing import Timing, interleaved
from oracle_core.agent.advisor import EngineAdvisor, ReplayAdvisor
from oracle_core.agent.checkpoint_store import SqliteStore
from oracle_core.agent.checkpoints import Checkpoints
from oracle_core.agent.ending import Ending
from oracle_core.agent.graph import choose
from oracle_core.agent.reply import Reply, Transcript
from oracle_core.agent.run import Run
from oracle_core.desk.decide import face, question
from oracle_core.hedging.candidates import propose
from oracle_core.hedging.screen import screen
from oracle_core.hedging.select import select

_GOAL = 0.015
_HOW = (
    "The whole graph in an event loop of its own, on the made-up book of the engine's section, less the screening and "
    "choosing that the engine does without a graph. With checkpoints every step is on the disk before the next starts. "
    "Where the engine alone is asked, its steps are walked without langgraph."
)


def section(*, small: bool = False) -> Section:
    """Every row; `small` is a book of fifty and few runs, to see that it works."""
    positions, runs = (50, 3) if small else (1_000, 60)
    brief = made_up_brief(positions, VENUES)
    proposal = propose(face(brief))
    asked, number = question(brief, proposal), count()
    silent = Transcript(model="reference", prompt=None, offered=["c1"], attempts=[Reply(ending=Ending.TIMEOUT)])
    stored = ReplayAdvisor(reply=silent.text())
    with tempfile.TemporaryDirectory() as folder:
        checkpoints = Checkpoints(SqliteStore(Path(folder) / "checkpoints.db"), datetime(2026, 1, 1, tzinfo=UTC))

        def kept() -> None:
            run = Run(cycle=str(next(number)), checkpoints=checkpoints)
            choose(asked, stored, run)
            run.close()

        found = interleaved(
            {
                "engine": lambda: select(proposal.case, screen(proposal.case, proposal.candidates)),
                "walk": lambda: choose(asked, EngineAdvisor()),
                "graph": lambda: choose(asked, stored),
                "kept": kept,
            },
            runs=runs, warm_ups=3,
        )  # fmt: skip
    engine = found["engine"].median
    what = f"the graph with a stored reply, {len(proposal.candidates)} candidates"
    return Section(
        "agent", "The agent's graph",
        (
            _row(f"the engine alone, {len(proposal.candidates)} candidates: overhead", found["walk"], engine),
            _row(f"{what}: overhead", found["graph"], engine),
            _row(f"{what}, checkpoints in SQLite: overhead", found["kept"], engine),
        ),
        notes=(_HOW,),
    )  # fmt: skip


def _row(what: str, took: Timing, engine: float) -> Row:
    over = took.median - engine
    return Row(what, f"p50 {1e3 * over:.1f} ms, p95 {1e3 * (took.percentile(95) - engine):.1f} ms",
               goal=f"≤ {1e3 * _GOAL:g} ms", met=over <= _GOAL)  # fmt: skip
