"""The journal: an append-only SQLite file whose entries are chained by hash, with content-addressed blobs."""

import hashlib
import threading
import zlib
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from oracle_core.domain.canonical import canonical_json
from oracle_core.errors import JournalError, RefusedError
from oracle_core.journal.connection import connect, reported, writing
from oracle_core.journal.entry import GENESIS, Broken, Entry, Verified, entry_hash
from oracle_core.journal.verify import COLUMNS, Row, broken_entry, unpack, verify

PAGE = 500


class Journal:
    """One journal file. Safe for several threads and several processes at once; a writer waits for its turn.

    Raises: JournalError: from every method, when the file is locked, full, unreadable or cannot be trusted.
    """

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        self.path = path
        self.read_only = read_only
        self._lock = threading.RLock()
        self._broken: Broken | None = None
        self._connection = connect(path, read_only=read_only)

    def append(self, kind: str, body: object, at: datetime, *, once: str | None = None) -> Entry:
        """Add one entry, on the disk when this returns. `once` is a name that may stand in the journal only once.

        Raises: RefusedError: `once` stands there already. JournalError: nothing was written, or the last entry is
            not as it was written. ValueError: the body holds a number that is not finite, or a time without a zone.
        """
        text, moment = canonical_json(body), _moment(at)
        with self._writing(f"append {kind}"):
            taken = self._seq_of(once)
            if taken is not None:
                raise RefusedError(f"{kind}: `{once}` is already in the journal, entry {taken}")
            seq, prev = self._head()
            seq += 1
            digest = entry_hash(seq, moment, kind, once, text, prev=prev)
            row = (seq, moment, kind, once, text, prev, digest)
            self._connection.execute(f"insert into journal ({COLUMNS}) values (?, ?, ?, ?, ?, ?, ?)", row)  # noqa: S608 - a constant
        return Entry(
            seq=seq, at=at.astimezone(UTC), kind=kind, once=once, body=text, prev=prev, hash=digest
        )  # fmt: skip

    def put_blob(self, content: bytes) -> str:
        """Keep bytes under their SHA-256, which is returned; the same bytes are kept once."""
        name = hashlib.sha256(content).hexdigest()
        packed = zlib.compress(content, 6)
        with self._writing("keep a blob"):
            if self._connection.execute("select 1 from blobs where hash = ?", (name,)).fetchone() is None:
                self._connection.execute("insert into blobs (hash, bytes) values (?, ?)", (name, packed))
        return name

    def blob(self, name: str) -> bytes:
        """The bytes kept under a hash.

        Raises: JournalError: there are none, or they are not what the hash names.
        """
        with self._reading(f"read blob {name[:12]}"):
            row = self._connection.execute("select bytes from blobs where hash = ?", (name,)).fetchone()
        content = None if row is None else unpack(row[0])
        if content is None or hashlib.sha256(content).hexdigest() != name:
            raise JournalError(f"{self.path}: blob `{name}` is {'absent' if row is None else 'not what was written'}")
        return content

    def entries(self, kind: str | None = None, after: int = 0, *, since: datetime | None = None) -> Iterator[Entry]:
        """Entries in order, of one kind or all, from the entry after number `after`, not before the time `since`."""
        earliest = "" if since is None else _moment(since)
        query = f"select {COLUMNS} from journal where seq > ? and at >= ?{_of_kind(kind)} order by seq limit {PAGE}"  # noqa: S608 - constants
        while True:
            with self._reading("read entries"):
                parameters = (after, earliest) if kind is None else (after, earliest, kind)
                rows: list[Row] = self._connection.execute(query, parameters).fetchall()
            yield from (self._entry(row) for row in rows)
            if len(rows) < PAGE:
                return
            after = rows[-1][0]

    def newest(self, kind: str, limit: int) -> list[Entry]:
        """The last entries of a kind, oldest first."""
        query = f"select {COLUMNS} from journal where kind = ? order by seq desc limit ?"  # noqa: S608 - constants
        with self._reading("read entries"):
            rows: list[Row] = self._connection.execute(query, (kind, limit)).fetchall()
        return [self._entry(row) for row in reversed(rows)]

    def last(self, kind: str) -> Entry | None:
        """The newest entry of a kind."""
        query = f"select {COLUMNS} from journal where kind = ? order by seq desc limit 1"  # noqa: S608 - constants
        with self._reading("read entries"):
            row: Row | None = self._connection.execute(query, (kind,)).fetchone()
        return None if row is None else self._entry(row)

    def once(self, name: str) -> Entry | None:
        """The entry that took a name that may be taken only once."""
        query = f"select {COLUMNS} from journal where once = ?"  # noqa: S608 - constants
        with self._reading("read entries"):
            row: Row | None = self._connection.execute(query, (name,)).fetchone()
        return None if row is None else self._entry(row)

    def verify(self) -> Verified | Broken:
        """Read every entry and blob again. A journal that is found broken takes no more entries from here."""
        with self._lock:
            found = verify(self._connection)
            self._broken = found if isinstance(found, Broken) else None
            return found

    def close(self) -> None:
        """Close the file; what was appended is on the disk already."""
        with self._lock:
            self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:  # fmt: skip
        self.close()

    @contextmanager
    def _writing(self, doing: str) -> Generator[None]:
        if self.read_only:
            raise JournalError(f"{self.path}: cannot {doing}: the journal is open for reading only")
        if self._broken is not None:
            raise JournalError(f"{self.path}: cannot {doing}: entry {self._broken.seq}: {self._broken.why}")
        with self._lock, reported(self.path, doing), writing(self._connection):
            yield

    @contextmanager
    def _reading(self, doing: str) -> Generator[None]:
        with self._lock, reported(self.path, doing):
            yield

    def _head(self) -> tuple[int, str]:
        """Number and hash of the last entry, which must be what it was when it was written."""
        query = f"select {COLUMNS} from journal order by seq desc limit 2"  # noqa: S608 - a constant
        rows: list[Row] = self._connection.execute(query).fetchall()
        if not rows:
            return 0, GENESIS
        before = rows[1][6] if len(rows) > 1 else GENESIS
        why = broken_entry(rows[0], rows[1][0] + 1 if len(rows) > 1 else 1, before)
        if why is not None:
            raise JournalError(f"{self.path}: nothing is appended: entry {rows[0][0]}: {why}")
        return rows[0][0], rows[0][6]

    def _seq_of(self, once: str | None) -> int | None:
        if once is None:
            return None
        row: tuple[int] | None = self._connection.execute("select seq from journal where once = ?", (once,)).fetchone()
        return None if row is None else row[0]

    def _entry(self, row: Row) -> Entry:
        seq, at, kind, once, body, prev, digest = row
        why = broken_entry(row, seq, prev)
        if why is not None:
            raise JournalError(f"{self.path}: entry {seq}: {why}")
        try:
            moment = datetime.fromisoformat(at)
        except (TypeError, ValueError) as error:
            raise JournalError(f"{self.path}: entry {seq}: time {at!r} is not one: {error}") from error
        return Entry(seq=seq, at=moment, kind=kind, once=once, body=body, prev=prev, hash=digest)


def _moment(at: datetime) -> str:
    # Always with microseconds, so that times sort as text.
    if at.tzinfo is None:
        raise ValueError(f"Time {at!r} has no zone; expected an aware UTC time")
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _of_kind(kind: str | None) -> str:
    return "" if kind is None else " and kind = ?"
