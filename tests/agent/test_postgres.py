"""The same checkpoints in PostgreSQL, where a server is installed: a real one, started for these tests."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from evals.choosers import CHOOSERS
from evals.server import ReferenceServer, serving
from oracle_core.agent.advisor import OpenAIAdvisor
from oracle_core.agent.checkpoint_store import CheckpointError, PostgresStore, SqliteStore, open_store
from oracle_core.agent.checkpoints import KEPT, Checkpoints
from oracle_core.agent.graph import choose
from oracle_core.agent.run import Run
from oracle_core.errors import InputError
from tests.agent.dying import MOMENTS, NOW
from tests.agent.factory import STORED, question
from tests.agent.test_resume import killed_at_every_step

NOBODY = 65534
SECRET = "sk-canary-7f3a9b2c"


@pytest.fixture(scope="module")
def database() -> Iterator[str]:
    """The URL of a database of our own, reached by a socket in a folder of our own."""
    if shutil.which("initdb") is None or shutil.which("pg_ctl") is None:
        pytest.skip("no PostgreSQL server is installed here (initdb, pg_ctl)")
    with TemporaryDirectory(prefix="oracle-pg-") as name:
        folder = Path(name)
        if os.geteuid() == 0:  # PostgreSQL does not run as root
            os.chown(folder, NOBODY, NOBODY)

        def run(*command: str) -> None:
            owner = NOBODY if os.geteuid() == 0 else None
            done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, user=owner)
            assert done.returncode == 0, done.stdout + done.stderr

        run("initdb", "-D", "data", "-U", "desk", "--auth=trust", "--no-sync")
        options = f"-c listen_addresses='' -c unix_socket_directories='{folder}' -c fsync=off"
        run("pg_ctl", "-D", "data", "-w", "-l", "log", "-o", options, "start")
        try:
            yield f"postgresql://desk@/postgres?host={folder}"
        finally:
            run("pg_ctl", "-D", "data", "-w", "-m", "immediate", "stop")


class StopError(Exception):
    """The process ends here."""


class Stopping(Checkpoints):
    """Checkpoints that stop a run when its reply is on the disk."""

    def put_writes(self, config, writes, task_id, task_path=""):  # type: ignore[no-untyped-def]
        super().put_writes(config, writes, task_id, task_path)
        if "replies" in [channel for channel, _ in writes] and "branch:to:check" in [channel for channel, _ in writes]:
            raise StopError


def test_a_decision_goes_on_from_postgresql_as_it_does_from_a_file(database: str, tmp_path: Path) -> None:
    for where in (database, tmp_path / "c.db"):
        with serving(ReferenceServer(chooser=CHOOSERS["hold"])) as server:
            advisor = OpenAIAdvisor(model="reference", base_url=server.url, deadline_seconds=10.0)
            with pytest.raises(StopError):
                choose(question(), advisor, Run(cycle="cut", checkpoints=Stopping(open_store(where), NOW)))
            resumed = choose(question(), advisor, Run(cycle="cut", checkpoints=Checkpoints(open_store(where), NOW)))
            assert len(server.calls) == 1
            assert resumed == choose(question(), advisor)


def test_killed_around_its_call_it_goes_on_from_postgresql_without_a_second_one(database: str, tmp_path: Path) -> None:
    with serving(ReferenceServer(chooser=CHOOSERS["hold"])) as server:
        rows = killed_at_every_step(server, tmp_path, calls=2, more=(database, "ask"))
    assert {(row["died"], row["went_on"]) for row in rows} == {(signal.SIGKILL, 0)}
    assert len({row["choice"] for row in rows}) == 1
    # The reply of which nothing was in the database yet is asked for again, within the budget.
    tried = [f"ask {moment}" for moment in MOMENTS]
    assert {str(row["at"]): row["calls"] for row in rows} == dict.fromkeys(tried, 1) | {"ask done": 2}
    assert len(server.calls) == len(tried) + 1
    assert open_store(database).run("select 1 from oracle_checkpoints where thread = 'ask-kept'") != []


def test_a_finished_decision_leaves_nothing_in_the_database_and_an_old_one_goes(database: str) -> None:
    store = open_store(database)
    for cycle in ("kept", "old"):
        choose(question(), STORED, Run(cycle=cycle, checkpoints=Checkpoints(store, NOW)))
    Run(cycle="kept", checkpoints=Checkpoints(store, NOW)).close()
    assert store.run("select count(*) from oracle_writes where thread = ?", ["kept"]) == [(0,)]
    Checkpoints(store, NOW + KEPT * 2)
    assert store.run("select count(*) from oracle_checkpoints") == [(0,)]
    store.close()


def test_a_database_out_of_reach_is_told_without_its_password() -> None:
    pytest.importorskip("psycopg")
    with pytest.raises(CheckpointError, match="PostgreSQL") as caught:
        open_store(f"postgresql://desk:{SECRET}@127.0.0.1:1/oracle")
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize("url", ["mysql://x", f"{SECRET}@host", ""])
def test_an_address_that_is_no_postgresql_url_is_an_input_error_that_does_not_show_it(url: str) -> None:
    with pytest.raises(InputError, match="postgresql://") as caught:
        open_store(url)
    assert not url or url not in str(caught.value)


def test_without_the_extra_the_message_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(InputError, match=r"oracle-core\[postgres\]"):
        open_store("postgresql://host/name")


def test_both_stores_are_stores(tmp_path: Path) -> None:
    assert SqliteStore(tmp_path / "c.db").run("select 1") == [(1,)]
    assert {"run", "close"} <= set(dir(PostgresStore))
