"""Opening a journal file: owner-only, write-ahead log, every commit on the disk before it is believed."""

import sqlite3
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from oracle_core.errors import JournalError
from oracle_core.journal.schema import STATEMENTS, VERSION
from oracle_core.sqlite_file import make_private, write_ahead

BUSY_MILLISECONDS = 5_000


@contextmanager
def reported(path: Path, doing: str) -> Generator[None]:
    """Tell what SQLite or the disk refused as a JournalError that names the file and the act.

    Raises: JournalError: the file is locked, full, unreadable or not a journal.
    """
    try:
        yield
    except (sqlite3.Error, OSError, UnicodeDecodeError) as error:  # a damaged file holds text that is none
        raise JournalError(f"{path}: cannot {doing}: {error}") from error


def connect(path: Path, *, read_only: bool) -> sqlite3.Connection:
    """A connection to a journal of this version; a writer makes the file when there is none.

    Raises: JournalError: the file cannot be opened, or its tables and triggers are not those of a journal.
    """
    with reported(path, "open the journal"):
        if not read_only:
            make_private(path)
        mode = "ro" if read_only else "rw"
        address = f"{path.resolve().as_uri()}?mode={mode}"
        found = sqlite3.connect(address, uri=True, isolation_level=None, check_same_thread=False)
    try:
        with reported(path, "open the journal"):
            found.execute(f"pragma busy_timeout = {BUSY_MILLISECONDS}")
            found.execute("pragma trusted_schema = off")
            if not read_only:
                _create(found)
            _require_schema(path, found)
            if not read_only:
                write_ahead(found)
                found.execute("pragma synchronous = full")
    except JournalError:
        found.close()
        raise
    return found


@contextmanager
def writing(connection: sqlite3.Connection) -> Generator[None]:
    """One transaction that holds the write lock from its start, so that what was read in it stays true."""
    connection.execute("begin immediate")
    try:
        yield
        connection.execute("commit")
    except BaseException:
        if connection.in_transaction:
            connection.execute("rollback")
        raise


def _create(connection: sqlite3.Connection) -> None:
    """Make the tables in an empty file; leave every other file as it is."""
    if _tables(connection):
        return
    with writing(connection):
        if _tables(connection):  # another process was first
            return
        for statement in STATEMENTS:
            connection.execute(statement)
        connection.execute(f"pragma user_version = {VERSION}")


def _tables(connection: sqlite3.Connection) -> int:
    (count,) = connection.execute("select count(*) from sqlite_master").fetchone()
    return int(count)


def schema_fault(connection: sqlite3.Connection) -> str | None:
    """How the tables and triggers of a file differ from a journal's, or None."""
    (version,) = connection.execute("pragma user_version").fetchone()
    if version != VERSION:
        return f"version `{version}`, expected `{VERSION}`"
    found = {str(sql) for (sql,) in connection.execute("select sql from sqlite_master where sql is not null")}
    missing = [statement.split("\n")[0] for statement in STATEMENTS if statement not in found]
    if missing:
        return f"lacks `{missing[0]}`"
    return None if len(found) == len(STATEMENTS) else "holds more than a journal's tables and triggers"


def _require_schema(path: Path, connection: sqlite3.Connection) -> None:
    wrong = schema_fault(connection)
    if wrong is not None:
        raise JournalError(f"{path}: not a journal this version can trust: {wrong}")
