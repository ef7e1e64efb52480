"""The tables of a journal file, and the triggers that keep them append-only."""

from typing import Final

VERSION: Final = 1

JOURNAL: Final = """CREATE TABLE journal (
    seq integer primary key,
    at text not null,
    kind text not null,
    once text unique,
    body blob not null,
    prev text not null unique,
    hash text not null unique
) strict"""

BLOBS: Final = """CREATE TABLE blobs (
    hash text primary key,
    bytes blob not null
) strict"""

BY_KIND: Final = "CREATE INDEX journal_by_kind on journal (kind, seq)"

# `insert or replace` does not fire a delete trigger: the insert triggers refuse every place but the next one.
APPEND: Final = """CREATE TRIGGER journal_append before insert on journal
when new.seq is not (select coalesce(max(seq), 0) + 1 from journal)
  or new.prev is not coalesce((select hash from journal order by seq desc limit 1), 'genesis')
  or exists (select 1 from journal where hash = new.hash or (once is not null and once = new.once))
begin select raise(abort, 'the journal is append-only: not the next entry'); end"""

KEEP: Final = """CREATE TRIGGER journal_keep before update on journal
begin select raise(abort, 'the journal is append-only: no update'); end"""

STAY: Final = """CREATE TRIGGER journal_stay before delete on journal
begin select raise(abort, 'the journal is append-only: no delete'); end"""

BLOB_APPEND: Final = """CREATE TRIGGER blobs_append before insert on blobs
when exists (select 1 from blobs where hash = new.hash)
begin select raise(abort, 'the journal is append-only: a blob is written once'); end"""

BLOB_KEEP: Final = """CREATE TRIGGER blobs_keep before update on blobs
begin select raise(abort, 'the journal is append-only: no update'); end"""

BLOB_STAY: Final = """CREATE TRIGGER blobs_stay before delete on blobs
begin select raise(abort, 'the journal is append-only: no delete'); end"""

STATEMENTS: Final = (JOURNAL, BLOBS, BY_KIND, APPEND, KEEP, STAY, BLOB_APPEND, BLOB_KEEP, BLOB_STAY)
