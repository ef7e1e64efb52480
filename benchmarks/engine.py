"""The engine's own times: the command's cold start, one whole `advise`, and a large book from measure to recommend."""

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from benchmarks.desk_book import desk_book, desk_market
from benchmarks.report import Row, Section
from benchmarks.timing import Timing, interleaved, timed
from oracle_core.desk.brief import Brief
from oracle_core.desk.decide import decide, face
from oracle_core.desk.desk import Desk
from oracle_core.desk.settings import Settings
from oracle_core.domain.hedge import CandidateAction
from oracle_core.hedging.candidates import propose
from oracle_core.hedging.families.table import BUILT
from oracle_core.hedging.screen import screen
from oracle_core.hedging.select import select
from oracle_core.hedging.universe import OPTION_KINDS
from oracle_core.playbook.blend import blend
from oracle_core.playbook.load import load_strategy
from oracle_core.playbook.policies import Policy
from oracle_core.playbook.strategy import Universe

VENUES = ("deribit", "binanceusdm", "bybit", "okx")
_GOAL = 0.050
CHAIN, DESK = 900, 200
CALM = "degen"
"""The persona whose limits the large book keeps; others find it in breach, and look for its cures."""
WITHOUT_OPTIONS, WITH_OPTIONS = 0.250, 1.0
_HOW = (
    "Commands are whole processes, page cache warm. `recommend` is measure → propose → screen → select on a book and "
    "market made from a seed and already in memory; `decide` adds judging, the plan and the hashes of the inputs. The "
    "stages are the medians of the same runs."
)

Result = TypeVar("Result")


def section(*, small: bool = False) -> Section:
    """Every row; `small` is a book of fifty and few runs, to see that it works."""
    count, runs = (50, 2) if small else (1_000, 15)
    rows = (
        *_commands(runs=2 if small else 7),
        *_book("one venue", count, VENUES[:1], runs=runs),
        *_book("four venues", count, VENUES, runs=runs),
        *_book("one venue, in breach", count, VENUES[:1], runs=runs, persona="balanced"),
        *(
            _families(held, options=options, runs=2 if small else 5)
            for held in ((5,) if small else (10, 100, DESK, 1_000))
            for options in (False, True)
        ),
    )
    return Section("engine", "The engine", rows, notes=(_HOW,))


def _commands(*, runs: int) -> list[Row]:
    return [
        _command("`oracle --help`, cold start", ["--help"], runs=runs, goal=0.25),
        _command("`oracle advise` on the bundled book", ["advise"], runs=runs, goal=1.5),
    ]


def _command(what: str, arguments: list[str], *, runs: int, goal: float) -> Row:
    with tempfile.TemporaryDirectory() as state:
        command = [sys.executable, "-m", "oracle_core", *arguments]
        environment = {"ORACLE_STATE": state, "PATH": "", "PYTHONPATH": str(Path(__file__).parents[1])}

        def call() -> subprocess.CompletedProcess[bytes]:
            return subprocess.run(command, env=environment, cwd=state, capture_output=True, check=False)

        first = call()
        if first.returncode != 0:
            return Row(what, f"does not run: {first.stderr.decode().strip().splitlines()[:1]}", met=False)
        took = timed(call, runs=runs, warm_ups=0)
    return Row(what, f"{took.median:.3f} s", goal=f"≤ {goal:g} s", met=took.median <= goal)


def _book(name: str, count: int, venues: tuple[str, ...], *, runs: int, persona: str = CALM) -> list[Row]:
    brief = made_up_brief(count, venues, persona=persona)
    stages = {stage: [] for stage in ("measure", "propose", "screen", "select")}
    offered: tuple[CandidateAction, ...] = ()

    def recommend() -> None:
        nonlocal offered
        case, stages_view = _clocked(lambda: face(brief))
        proposal, stages_propose = _clocked(lambda: propose(case))
        offered, stages_screen = _clocked(lambda: screen(proposal.case, proposal.candidates))
        _, stages_select = _clocked(lambda: select(proposal.case, offered))
        for stage, seconds in zip(stages, (stages_view, stages_propose, stages_screen, stages_select), strict=True):
            stages[stage].append(seconds)

    found = interleaved({"recommend": recommend, "decide": lambda: decide(_again(brief))}, runs=runs, warm_ups=2)
    took = found["recommend"]
    what = f"{count:,} positions, {count:,} instruments, {name}, {len(offered)} candidates"
    goal, met = (f"≤ {1e3 * _GOAL:g} ms", took.median <= _GOAL) if count >= 1_000 and persona == CALM else ("", None)
    split = ", ".join(f"{stage} {1e3 * Timing(tuple(seconds[2:])).median:.1f}" for stage, seconds in stages.items())
    return [
        Row(f"{what}: recommend", f"p50 {1e3 * took.median:.1f} ms, p95 {1e3 * took.percentile(95):.1f} ms "
            f"({split})", goal=goal, met=met),
        Row(f"{what}: whole `decide`", f"p50 {1e3 * found['decide'].median:.1f} ms"),
    ]  # fmt: skip


def _families(positions: int, *, options: bool, runs: int) -> Row:
    """Every family of candidates on a book of so many positions, with a whole option chain to choose from."""
    policies = tuple(kind for kind in Policy if kind in BUILT and (options or kind not in OPTION_KINDS))
    every = load_strategy("gamma_scalp").value.model_copy(update={"policies": policies, "universe": Universe()})
    brief = replace(made_up_brief(CHAIN, VENUES[:2], positions=positions), strategy=blend([(every, 1.0)]))
    found = timed(lambda: propose(face(brief)), runs=runs, warm_ups=1)
    counted = len(propose(face(brief)).candidates)
    limit = WITH_OPTIONS if options else WITHOUT_OPTIONS
    goal, met = (f"≤ {1e3 * limit:g} ms", found.median <= limit) if positions == DESK else ("", None)
    said = "all families" if options else "all families without those that trade options"
    what = f"{positions:,} positions, {CHAIN:,} instruments, {said}, {counted} candidates"
    return Row(what, f"p50 {1e3 * found.median:.0f} ms", goal=goal, met=met)


def made_up_brief(
    count: int, venues: tuple[str, ...] = VENUES[:1], *, positions: int | None = None, persona: str = "balanced"
) -> Brief:  # fmt: skip
    """A desk without a journal deciding on the made-up book."""
    market = desk_market(count, venues)
    desk = Desk(settings=Settings(), environment={})
    who = desk.persona(persona).value
    strategy, _ = desk.strategy("delta_neutral", who)
    return Brief(
        portfolio=desk_book(market, positions=positions), market=market, strategy=strategy, persona=who,
        bench=desk.fresh_bench(who), reason="benchmark",
    )  # fmt: skip


def _again(brief: Brief) -> Brief:
    """The same brief without what it has already computed."""
    return Brief(
        portfolio=brief.portfolio, market=brief.market, strategy=brief.strategy, persona=brief.persona,
        bench=brief.bench, reason=brief.reason,
    )  # fmt: skip


def _clocked(call: Callable[[], Result]) -> tuple[Result, float]:
    started = time.perf_counter()
    result = call()
    return result, time.perf_counter() - started
