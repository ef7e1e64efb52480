"""One line of the journal, and what a check of all of them says."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from oracle_core.domain.canonical import Json

GENESIS = "genesis"
"""What the first entry has as its previous hash."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing that happened. `body` is canonical JSON; `once` names what may stand in the journal only once;
    `hash` covers every other field and the entry before."""

    seq: int
    at: datetime
    kind: str
    once: str | None
    body: bytes
    prev: str
    hash: str

    @property
    def value(self) -> Json:
        """The body as plain JSON values."""
        found: Json = json.loads(self.body)
        return found


class Verified(NamedTuple):
    """Every entry and blob is as it was written. `head` is the hash of the last entry: note it elsewhere, and a
    journal that was cut short or swapped is known by it."""

    entries: int
    blobs: int
    head: str


class Broken(NamedTuple):
    """The first entry that is not as it was written, and why. What follows it cannot be trusted either."""

    seq: int
    why: str


def entry_hash(seq: int, at: str, kind: str, once: str | None, body: bytes, *, prev: str) -> str:
    """SHA-256 over the fields of an entry, each with its length, so that no two entries share a text.

    >>> entry_hash(1, "2026-01-02T00:00:00.000000Z", "note", None, b"{}", prev=GENESIS)[:12]
    'f3c08619e61c'
    """
    digest = hashlib.sha256()
    for part in (str(seq), at, kind, "" if once is None else f"={once}", prev):
        text = part.encode()
        digest.update(b"%d:%b," % (len(text), text))
    digest.update(body)
    return digest.hexdigest()
