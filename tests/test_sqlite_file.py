"""Files that SQLite keeps are opened by many processes at once, and none is turned away for being early."""

import gc
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from oracle_core.agent.checkpoint_store import SqliteStore
from oracle_core.agent.ledger import Ledger
from oracle_core.journal.store import Journal
from oracle_core.sqlite_file import make_private, write_ahead

OPENERS: dict[str, Callable[[Path], object]] = {
    "journal": Journal,
    "ledger": lambda path: Ledger(path).spent(),
    "checkpoints": SqliteStore,
}


def journal_mode(path: Path) -> str:
    file = sqlite3.connect(path)
    (mode,) = file.execute("pragma journal_mode").fetchone()
    file.close()
    return str(mode)


@pytest.mark.parametrize("name", OPENERS)
def test_who_opens_a_file_while_another_prepares_it_waits_for_its_turn(name: str, tmp_path: Path) -> None:
    path = tmp_path / "kept.sqlite"
    OPENERS[name](path)
    gc.collect()  # what was opened is let go of
    other = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    assert other.execute("pragma journal_mode = delete").fetchone() == ("delete",)
    other.execute("begin immediate")
    done = threading.Timer(0.3, other.execute, ["commit"])
    done.start()
    opened = OPENERS[name](path)
    done.join()
    assert opened is not None
    assert journal_mode(path) == "wal"
    other.close()


def test_a_file_that_stays_locked_is_said_to_be(tmp_path: Path) -> None:
    path = tmp_path / "kept.sqlite"
    make_private(path)
    other, mine = sqlite3.connect(path, isolation_level=None), sqlite3.connect(path, isolation_level=None, timeout=0.1)
    other.execute("begin immediate")
    with pytest.raises(sqlite3.OperationalError, match="locked"):
        write_ahead(mine)
    other.close()
    mine.close()


def test_making_a_file_that_is_there_drops_no_lock_on_it(tmp_path: Path) -> None:
    path = tmp_path / "kept.sqlite"
    with Journal(path) as journal:
        journal.append("note", {}, datetime(2026, 11, 20, tzinfo=UTC))
        make_private(path)
        program = "import sqlite3, sys; sqlite3.connect(sys.argv[1], timeout=0).execute('pragma journal_mode = delete')"
        taken = subprocess.run([sys.executable, "-c", program, path], capture_output=True, text=True, check=False)
    assert "database is locked" in taken.stderr


def test_a_file_is_its_owners_alone_and_keeps_what_it_holds(tmp_path: Path) -> None:
    path = tmp_path / "state" / "kept.sqlite"
    make_private(path)
    assert path.stat().st_mode & 0o777 == 0o600
    path.write_bytes(b"held")
    path.chmod(0o644)
    make_private(path)
    assert (path.read_bytes(), path.stat().st_mode & 0o777) == (b"held", 0o600)
