"""A process killed between any two steps: the next goes on, chooses the same, and asks no more than was budgeted."""

import json
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from evals.choosers import CHOOSERS
from evals.server import ReferenceServer, serving
from oracle_core.agent.advisor import EngineAdvisor, OpenAIAdvisor
from oracle_core.agent.checkpoint_store import CheckpointError, SqliteStore
from oracle_core.agent.checkpoints import ALLOWED, KEPT, Checkpoints, plain, unplain
from oracle_core.agent.graph import choose
from oracle_core.agent.ledger import Ledger
from oracle_core.agent.run import Run
from tests.agent.dying import MOMENTS, NOW, STEPS
from tests.agent.factory import STORED, question, straddle

ROOT = Path(__file__).parents[2]


def killed_at_every_step(
    server: ReferenceServer, folder: Path, *, calls: int, samples: int = 1, more: Sequence[str] = ()
) -> list[dict[str, object]]:
    command = [sys.executable, "-m", "tests.agent.dying", server.url, str(folder), str(calls), str(samples), *more]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


EVERY = [f"{step} {moment}" for step in STEPS for moment in MOMENTS]


@pytest.mark.requirement("AGT-03")
@pytest.mark.parametrize(("calls", "samples"), [(2, 1), (6, 3)])
def test_killed_between_any_two_steps_the_same_is_chosen_and_a_reply_that_was_written_is_not_asked_for_again(
    tmp_path: Path, calls: int, samples: int
) -> None:
    with serving(ReferenceServer(chooser=CHOOSERS["hold"])) as server:
        rows = killed_at_every_step(server, tmp_path, calls=calls, samples=samples)
    assert [row["at"] for row in rows] == EVERY
    assert {(row["died"], row["went_on"]) for row in rows} == {(signal.SIGKILL, 0)}
    assert {json.loads(str(row["choice"]))["advisor"]["name"] for row in rows} == {"openai"}
    assert len({row["choice"] for row in rows}) == 1
    # Only a reply that had come, and of which nothing was on the disk yet, is asked for a second time.
    wanted = dict.fromkeys(EVERY, samples) | {"ask done": 2 * samples}
    assert {row["at"]: row["calls"] for row in rows} == wanted
    assert len(server.calls) == sum(wanted.values())
    assert max(wanted.values()) <= calls


def test_with_a_budget_of_one_call_a_lost_reply_is_not_asked_for_again_and_the_engine_decides(tmp_path: Path) -> None:
    with serving(ReferenceServer(chooser=CHOOSERS["hold"])) as server:
        rows = killed_at_every_step(server, tmp_path, calls=1)
    assert len(server.calls) == len(rows) == len(EVERY)
    notes = {str(row["at"]): json.loads(str(row["choice"]))["advisor"] for row in rows}
    assert {at for at, note in notes.items() if note["name"] == "engine"} == {"ask done"}
    assert notes["ask done"]["fallback_reason"] == "budget"


def test_a_finished_decision_that_was_not_yet_kept_elsewhere_is_given_again_without_asking(tmp_path: Path) -> None:
    checkpoints = Checkpoints(SqliteStore(tmp_path / "c.db"), NOW)
    run = Run(cycle="one", ledger=Ledger(tmp_path / "model.db", lambda: NOW), checkpoints=checkpoints)
    with serving(ReferenceServer(chooser=CHOOSERS["hold"])) as server:
        advisor = OpenAIAdvisor(model="reference", base_url=server.url, deadline_seconds=5.0)
        first, again = choose(question(), advisor, run), choose(question(), advisor, run)
        assert (first, len(server.calls)) == (again, 1)
        run.close()
        assert choose(question(), advisor, run) == first
        assert len(server.calls) == 2
    assert run.ledger.spent("one").calls == 1


@pytest.mark.parametrize(
    "value",
    [object(), {1: "a"}, (1, 2), {"a": {1, 2}}, b"x", float("nan"), [float("inf")], {"a": [NOW]}, EngineAdvisor()],
)
def test_a_checkpoint_holds_nothing_but_text_numbers_lists_and_objects(value: object) -> None:
    with pytest.raises(CheckpointError, match="checkpoint"):
        plain(value)
    assert {type(item) for item in ("", True, 1, 1.0, None, [], {})} == set(ALLOWED)


def test_text_that_is_not_json_is_no_checkpoint() -> None:
    for text in ("\x80\x04c__builtin__\neval\n", "[" * 100_000, ""):
        with pytest.raises(CheckpointError):
            unplain(text)
    assert unplain(plain({"a": ["\ud800", 1, None]})) == {"a": ["\ud800", 1, None]}


def test_checkpoints_are_for_their_owner_and_go_when_nobody_has_resumed_them_for_a_week(tmp_path: Path) -> None:
    path = tmp_path / "state" / "c.db"
    checkpoints = Checkpoints(SqliteStore(path), NOW)
    choose(question(), STORED, Run(cycle="old", checkpoints=checkpoints))
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(Checkpoints(SqliteStore(path), NOW + KEPT).list({"configurable": {"thread_id": "old"}}))
    Checkpoints(SqliteStore(path), NOW + KEPT * 1.01)
    with sqlite3.connect(path) as file:
        assert file.execute("select count(*) from oracle_checkpoints").fetchone() == (0,)
        assert file.execute("select count(*) from oracle_writes").fetchone() == (0,)


def test_checkpoints_are_listed_newest_first_by_thread_metadata_and_what_came_before(tmp_path: Path) -> None:
    checkpoints = Checkpoints(SqliteStore(tmp_path / "c.db"), NOW)
    for cycle in ("one", "two"):
        choose(question(), STORED, Run(cycle=cycle, checkpoints=checkpoints))
    one = {"configurable": {"thread_id": "one"}}
    every, mine = list(checkpoints.list(None)), list(checkpoints.list(one))
    names = [item.checkpoint["id"] for item in mine]
    assert names == sorted(names, reverse=True)
    assert {item.config["configurable"]["thread_id"] for item in mine} == {"one"}
    assert len(every) == 2 * len(mine) > 4
    assert [item.checkpoint["id"] for item in checkpoints.list(one, before=mine[1].config)] == names[2:]
    assert [item.checkpoint["id"] for item in checkpoints.list(one, limit=2)] == names[:2]
    assert [item.checkpoint["id"] for item in checkpoints.list(mine[3].config)] == [names[3]]
    assert [item.metadata["step"] for item in checkpoints.list(one, filter={"step": 1})] == [1]
    assert len(list(checkpoints.list(None, filter={"step": 1}))) == 2
    assert not list(checkpoints.list(one, filter={"step": 1_000}))


class Full(SqliteStore):
    """A disk that is full after so many rows."""

    left = 6

    def run(self, statement: str, values=()):  # type: ignore[no-untyped-def]
        self.left -= 1
        if self.left < 0:
            raise CheckpointError("database or disk is full")
        return super().run(statement, values)


@pytest.mark.parametrize("rows", [5, 6, 9, 14, 22])
def test_a_checkpoint_that_cannot_be_written_costs_no_recommendation(tmp_path: Path, rows: int) -> None:
    store = Full(tmp_path / "c.db")
    store.left = rows
    with serving(ReferenceServer(chooser=CHOOSERS["hold"])) as server:
        advisor = OpenAIAdvisor(model="reference", base_url=server.url, deadline_seconds=5.0)
        run = Run(cycle="one", checkpoints=Checkpoints(store, NOW))
        choice = choose(question(), advisor, run)
    assert [pick.id for pick in choice.picks] == [straddle()[1].id]
    assert len(server.calls) <= advisor.budget.calls


def test_two_runs_of_different_names_do_not_meet(tmp_path: Path) -> None:
    checkpoints = Checkpoints(SqliteStore(tmp_path / "c.db"), NOW)
    other = replace(question(), candidates=straddle()[1:])
    one = choose(question(), STORED, Run(cycle="one", checkpoints=checkpoints))
    two = choose(other, STORED, Run(cycle="two", checkpoints=checkpoints))
    assert len(one.candidates) == len(two.candidates) + 1
