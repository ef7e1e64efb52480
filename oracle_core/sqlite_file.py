"""Files that SQLite keeps: readable by their owner alone, written ahead, opened by many processes at once."""

import os
import sqlite3
from contextlib import suppress
from pathlib import Path

ATTEMPTS = 10
"""How often a switch to the write-ahead log is tried. Whoever is in the way has switched, so the second succeeds."""


def make_private(path: Path) -> None:
    """Make an empty file that only its owner may read; one that is there keeps what it holds.

    A file that is there is not opened: closing any descriptor of it would drop the locks that this process's own
    connections hold on it (https://sqlite.org/howtocorrupt.html, section 2.2).

    Raises: OSError: the file or its folder cannot be made.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    path.chmod(0o600)  # the write-ahead log takes its mode from here


def write_ahead(connection: sqlite3.Connection) -> None:
    """Switch a file to its write-ahead log, waiting for another process that writes or switches at this moment.

    SQLite waits for nobody when it turns a read lock into a write lock, as this switch does; it does wait where a
    transaction begins with the write lock.

    Raises: sqlite3.Error: the file stayed locked for the connection's busy timeout, or cannot be written.
    """
    for _ in range(ATTEMPTS):
        try:
            connection.execute("pragma journal_mode = wal")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                raise
            connection.execute("begin immediate")
            connection.execute("commit")
        else:
            return
    connection.execute("pragma journal_mode = wal")
