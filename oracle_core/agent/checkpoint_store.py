"""Where checkpoints are kept: a file of the state folder, or a PostgreSQL database."""

import sqlite3
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol, TypeAlias

from oracle_core.errors import Fault, InputError, OracleError, fault
from oracle_core.sqlite_file import make_private, write_ahead

Value: TypeAlias = str | int | None
Row: TypeAlias = tuple[Any, ...]
"""What a database sends back: nobody but the statement knows the types."""


class CheckpointError(OracleError):
    """The checkpoints cannot be opened, read or written. A decision can be made without them."""


class Store(Protocol):
    """A database, as far as checkpoints need one. Statements have `?` for their values."""

    def run(self, statement: str, values: Sequence[Value] = ()) -> list[Row]:
        """Run one statement and commit it. Raises: CheckpointError."""
        ...

    def close(self) -> None:
        """Let go of the connection."""
        ...


class SqliteStore:
    """Checkpoints in a file of the state folder, which only its owner may read."""

    def __init__(self, path: Path) -> None:
        with _reported(str(path), (sqlite3.Error, OSError)):
            make_private(path)
            self._file = sqlite3.connect(path, isolation_level=None, timeout=2.0, check_same_thread=False)
            write_ahead(self._file)
            # A checkpoint saves a repeated call; losing the last one to a power cut costs no more than that.
            self._file.execute("pragma synchronous = normal")
        self._name = str(path)

    def run(self, statement: str, values: Sequence[Value] = ()) -> list[Row]:
        """One statement in a transaction of its own."""
        with _reported(self._name, (sqlite3.Error,)):
            found: list[Row] = self._file.execute(statement, values).fetchall()
            return found

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()


class PostgresStore:
    """Checkpoints in PostgreSQL, for desks whose state folder does not outlive a machine."""

    def __init__(self, url: str) -> None:
        try:
            import psycopg  # noqa: PLC0415 - an extra that most desks do not install
        except ImportError as error:
            wanted = "psycopg, which the extra brings: `pip install 'oracle-core[postgres]'`"
            raise InputError([fault("settings", "checkpoints", "PostgreSQL", wanted)]) from error
        self._failed = psycopg.Error
        with _reported("PostgreSQL", (psycopg.Error,)):
            self._connection = psycopg.connect(
                url, autocommit=True, connect_timeout=3, options="-c statement_timeout=3000"
            )

    def run(self, statement: str, values: Sequence[Value] = ()) -> list[Row]:
        """One statement in a transaction of its own."""
        with _reported("PostgreSQL", (self._failed,)):
            done = self._connection.execute(statement.replace("?", "%s").encode(), values)
            return list(done.fetchall()) if done.description else []

    def close(self) -> None:
        """Let go of the connection."""
        self._connection.close()


def url_faults(url: str) -> list[Fault]:
    """What is wrong with the address of a database. It is not shown: it may hold a password."""
    sound = url.startswith(("postgresql://", "postgres://")) and url.isprintable()
    return [] if sound else [fault("settings", "checkpoints", "(not shown)", "a URL such as `postgresql://host/name`")]


def open_store(where: Path | str) -> Store:
    """A file for a path, PostgreSQL for a URL.

    Raises: InputError: the URL is not one, or needs a package that is not installed. CheckpointError: it cannot be
    opened.
    """
    if isinstance(where, Path):
        return SqliteStore(where)
    faults = url_faults(where)
    if faults:
        raise InputError(faults)
    return PostgresStore(where)


@contextmanager
def _reported(name: str, failures: tuple[type[Exception], ...]) -> Generator[None]:
    try:
        yield
    except failures as error:
        raise CheckpointError(f"{name}: {str(error).strip()}") from error
