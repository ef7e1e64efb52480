"""Reading a whole journal again: every link, every hash, every blob, every trigger."""

import hashlib
import sqlite3
import zlib
from typing import TypeAlias

from oracle_core.journal.connection import schema_fault
from oracle_core.journal.entry import GENESIS, Broken, Verified, entry_hash

Row: TypeAlias = tuple[int, str, str, str | None, bytes, str, str]
COLUMNS = "seq, at, kind, once, body, prev, hash"
LARGEST_BLOB = 1 << 28
"""Bytes a blob may unpack to: a forged one must not fill the memory."""


def verify(connection: sqlite3.Connection) -> Verified | Broken:
    """The state of a journal, in one pass and in constant memory. It never raises on a broken file."""
    entries, head = 0, GENESIS
    try:
        wrong = schema_fault(connection)
        if wrong is not None:
            return Broken(1, f"the tables: {wrong}")
        for row in connection.execute(f"select {COLUMNS} from journal order by seq"):  # noqa: S608 - a constant
            why = broken_entry(row, entries + 1, head)
            if why is not None:
                return Broken(entries + 1, why)
            entries, head = entries + 1, row[6]
        blobs, why = _blobs(connection)
        damage = why or _damage(connection)
    except (sqlite3.Error, UnicodeDecodeError) as error:
        return Broken(entries + 1, f"the file cannot be read: {error}")
    return Verified(entries, blobs, head) if damage is None else Broken(entries + 1, damage)


def broken_entry(row: Row, seq: int, prev: str) -> str | None:
    """Why a row is not entry `seq` after the entry hashed `prev`, or None."""
    found, at, kind, once, body, linked, digest = row
    texts = (at, kind, linked, digest)
    if not (isinstance(body, bytes) and all(isinstance(text, str) for text in texts)):  # pyright: ignore[reportUnnecessaryIsInstance] - a damaged file holds anything
        return "a field has another type"
    if found != seq:
        return f"entry {seq} is missing: `{found}` follows"
    if linked != prev:
        return "it does not follow the entry before it"
    if entry_hash(seq, at, kind, once, body, prev=linked) != digest:
        return "its text does not have its hash"
    return None


def unpack(packed: object) -> bytes | None:
    """The content of a blob; None where it is damaged."""
    if not isinstance(packed, bytes):
        return None
    unpacker = zlib.decompressobj()
    try:
        content = unpacker.decompress(packed, LARGEST_BLOB)
    except zlib.error:
        return None
    return content if unpacker.eof and not unpacker.unused_data else None


def _blobs(connection: sqlite3.Connection) -> tuple[int, str | None]:
    count = 0
    for name, packed in connection.execute("select hash, bytes from blobs"):
        content = unpack(packed)
        if content is None or hashlib.sha256(content).hexdigest() != name:
            return count, f"blob `{name}` is not what was written"
        count += 1
    return count, None


def _damage(connection: sqlite3.Connection) -> str | None:
    (said,) = connection.execute("pragma integrity_check(1)").fetchone()
    return None if said == "ok" else f"the file is damaged: {said}"
