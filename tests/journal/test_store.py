"""The journal keeps what it was given, in order, and knows when it was touched."""

import os
import shutil
import signal
import sqlite3
import stat
import subprocess
import sys
import textwrap
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oracle_core.errors import JournalError, RefusedError
from oracle_core.journal import connection
from oracle_core.journal.entry import GENESIS, Broken, Verified, entry_hash
from oracle_core.journal.store import Journal

NOW = datetime(2026, 1, 2, tzinfo=UTC)


def filled(path: Path, count: int = 40) -> Verified:
    """A journal of some entries and blobs, closed, with everything in its main file."""
    with Journal(path) as journal:
        for number in range(count):
            journal.append("note", {"number": number, "text": "x" * 200}, NOW, once=f"n{number}")
            if number % 10 == 0:
                journal.put_blob(os.urandom(300) + b"y" * 1000)
        found = journal.verify()
    assert isinstance(found, Verified)
    return found


def contents(path: Path) -> tuple[object, ...]:
    with Journal(path, read_only=True) as journal:
        names = sqlite3.connect(path).execute("select hash from blobs order by hash").fetchall()
        return tuple(journal.entries()), {name: journal.blob(name) for (name,) in names}


def start(program: str, *arguments: object) -> subprocess.Popen[str]:
    code = "from pathlib import Path\nimport sys\n" + textwrap.dedent(program)
    command = [sys.executable, "-c", code, *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


APPENDS = """
    from datetime import UTC, datetime
    from oracle_core.journal.store import Journal
    with Journal(Path(sys.argv[1])) as journal:
        for number in range(int(sys.argv[3])):
            entry = journal.append("note", {"by": sys.argv[2], "n": number}, datetime(2026, 1, 2, tzinfo=UTC))
            print(entry.seq, entry.hash, flush=True)
"""


def test_entries_are_kept_in_order_and_linked(journal: Journal) -> None:
    first, second = journal.append("a", {"x": 1}, NOW), journal.append("b", [1.5, None], NOW)
    assert (first.seq, first.prev, second.seq, second.prev) == (1, GENESIS, 2, first.hash)
    assert tuple(journal.entries()) == (first, second)
    assert second.value == [1.5, None]
    assert journal.verify() == Verified(entries=2, blobs=0, head=second.hash)


def test_entries_are_found_by_kind_number_time_and_name(journal: Journal) -> None:
    entries = [journal.append("ab"[n % 2], n, NOW + timedelta(hours=n), once=f"n{n}") for n in range(6)]
    assert [entry.value for entry in journal.entries("a")] == [0, 2, 4]
    assert [entry.value for entry in journal.entries(after=4)] == [4, 5]
    assert [entry.value for entry in journal.entries("b", since=NOW + timedelta(hours=3))] == [3, 5]
    assert journal.last("b") == entries[5]
    assert journal.once("n3") == entries[3]
    assert journal.last("c") is None
    assert journal.once("n9") is None


def test_a_long_journal_is_read_page_by_page(journal: Journal) -> None:
    for number in range(1_100):
        journal.append("ab"[number % 2], number, NOW)
    assert [entry.value for entry in journal.entries()] == list(range(1_100))
    assert [entry.value for entry in journal.entries("b")] == list(range(1, 1_100, 2))


def test_a_time_is_kept_as_the_same_moment_in_utc(journal: Journal) -> None:
    east = datetime(2026, 1, 2, 5, 30, 0, 5, tzinfo=timezone(timedelta(hours=5, minutes=30)))
    assert journal.append("a", None, east) == journal.last("a")
    assert journal.last("a").at == datetime(2026, 1, 2, 0, 0, 0, 5, tzinfo=UTC)
    with pytest.raises(ValueError, match="has no zone"):
        journal.append("a", None, datetime(2026, 1, 2))  # noqa: DTZ001


def test_what_may_stand_once_stands_once(journal: Journal) -> None:
    journal.append("approved", 1, NOW, once="approved:p")
    with pytest.raises(RefusedError, match="`approved:p` is already in the journal, entry 1"):
        journal.append("approved", 2, NOW, once="approved:p")
    assert [entry.value for entry in journal.entries()] == [1]


def test_a_body_that_is_not_a_number_is_not_written(journal: Journal) -> None:
    with pytest.raises(ValueError, match="not finite"):
        journal.append("a", {"x": float("nan")}, NOW)
    assert journal.verify() == Verified(0, 0, GENESIS)


@given(content=st.binary(max_size=2_000))
def test_a_blob_comes_back_and_is_kept_once(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    with Journal(tmp_path_factory.mktemp("j") / "j") as journal:
        name = journal.put_blob(content)
        assert journal.put_blob(content) == name
        assert journal.blob(name) == content
        assert journal.verify() == Verified(0, 1, GENESIS)


def test_a_blob_that_is_not_there_is_said_to_be_absent(journal: Journal) -> None:
    with pytest.raises(JournalError, match="blob `beef` is absent"):
        journal.blob("beef")


def test_the_files_are_their_owners_alone(path: Path) -> None:
    path.parent.mkdir()
    path.touch(0o644)
    old = os.umask(0)
    try:
        with Journal(path) as journal:
            journal.append("a", 1, NOW)
            modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()}
    finally:
        os.umask(old)
    assert len(modes) == 3
    assert set(modes.values()) == {0o600}


@pytest.mark.parametrize(
    "statement",
    [
        "update journal set body = x'7b7d' where seq = 2",
        "delete from journal where seq = 3",
        "insert or replace into journal select seq, at, kind, once, x'7b7d', prev, hash from journal where seq = 2",
        "insert or replace into journal select 4, at, kind, once, body, prev, 'beef' from journal where seq = 3",
        "insert or replace into journal select 4, at, kind, 'n1', body, hash, 'beef' from journal where seq = 3",
        "insert into journal select 5, at, kind, null, body, hash, 'beef' from journal where seq = 3",
        "insert into journal select 4, at, kind, null, body, prev, 'beef' from journal where seq = 3",
        "update blobs set bytes = x'00'",
        "delete from blobs",
        "insert or replace into blobs select hash, x'00' from blobs",
    ],
)
def test_nothing_but_the_next_entry_is_accepted(path: Path, statement: str) -> None:
    filled(path, 3)
    raw = sqlite3.connect(path)
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        raw.execute(statement)
    raw.close()
    with Journal(path) as journal:
        assert isinstance(journal.verify(), Verified)


def _without_triggers(path: Path, *statements: str) -> None:
    raw = sqlite3.connect(path)
    triggers = raw.execute("select name, sql from sqlite_master where type = 'trigger'").fetchall()
    for name, _ in triggers:
        raw.execute(f"drop trigger {name}")
    for statement in statements:
        raw.execute(statement)
    for _, sql in triggers:
        raw.execute(sql)
    raw.commit()
    raw.close()


@pytest.mark.parametrize(
    ("statement", "seq", "why"),
    [
        ("update journal set body = x'7b7d' where seq = 7", 7, "its text does not have its hash"),
        ("update journal set at = '2026-01-02T00:00:00.000001Z' where seq = 7", 7, "its text does not have its hash"),
        ("update journal set kind = 'other' where seq = 7", 7, "its text does not have its hash"),
        ("update journal set once = null where seq = 7", 7, "its text does not have its hash"),
        ("update journal set hash = 'beef' where seq = 7", 7, "its text does not have its hash"),
        ("update journal set prev = 'beef' where seq = 7", 7, "it does not follow the entry before it"),
        ("delete from journal where seq = 7", 7, "entry 7 is missing: `8` follows"),
        ("delete from journal where seq = 1", 1, "entry 1 is missing: `2` follows"),
        ("update journal set body = 'text' where seq = 7", 7, "a field has another type"),
        ("update blobs set bytes = x'00'", 11, "is not what was written"),
    ],
)
def test_what_was_changed_behind_its_back_is_found(path: Path, statement: str, seq: int, why: str) -> None:
    filled(path, 10)
    statement = statement.replace("'text'", "cast('text' as blob)") if "'text'" in statement else statement
    _without_triggers(path, statement)
    with Journal(path) as journal:
        found = journal.verify()
        assert isinstance(found, Broken)
        assert found.seq == seq
        assert why in found.why or "hash" in found.why
        with pytest.raises(JournalError):
            journal.append("a", 1, NOW)


def test_an_entry_forged_with_its_own_hash_does_not_fit_the_next(path: Path) -> None:
    filled(path, 10)
    with Journal(path, read_only=True) as journal:
        entry = next(journal.entries(after=5))
    forged = entry_hash(6, "2026-01-02T00:00:00.000000Z", "note", "n5", b"{}", prev=entry.prev)
    _without_triggers(
        path,
        f"update journal set body = x'7b7d', hash = '{forged}' where seq = 6",
        f"update journal set prev = '{forged}' where seq = 7",
    )
    with Journal(path) as journal:
        assert journal.verify() == Broken(7, "its text does not have its hash")


def test_every_commit_is_on_the_disk_before_it_is_believed(path: Path) -> None:
    opened = connection.connect(path, read_only=False)
    assert opened.execute("pragma synchronous").fetchone() == (2,)
    assert opened.execute("pragma journal_mode").fetchone() == ("wal",)
    opened.close()


def test_a_removed_trigger_is_missed_when_the_file_is_opened(path: Path) -> None:
    filled(path, 2)
    raw = sqlite3.connect(path)
    raw.execute("drop trigger journal_keep")
    raw.close()
    with pytest.raises(JournalError, match="lacks `CREATE TRIGGER journal_keep"):
        Journal(path)


def test_a_journal_whose_last_entry_was_changed_takes_no_more(path: Path) -> None:
    filled(path, 5)
    _without_triggers(path, "update journal set body = x'7b7d' where seq = 5")
    with Journal(path) as journal, pytest.raises(JournalError, match="nothing is appended: entry 5"):
        journal.append("a", 1, NOW)


def test_a_changed_entry_is_never_handed_out(path: Path) -> None:
    filled(path, 5)
    _without_triggers(path, "update journal set body = x'7b7d' where seq = 3")
    with Journal(path) as journal, pytest.raises(JournalError, match="entry 3: its text does not have its hash"):
        list(journal.entries())


def test_a_flip_of_any_byte_is_found_or_changes_nothing_that_is_kept(path: Path, tmp_path: Path) -> None:
    whole = filled(path, 12)
    kept = contents(path)
    original = path.read_bytes()
    damaged = tmp_path / "damaged.sqlite"
    found = 0
    for place in range(0, len(original), 23):
        flipped = bytearray(original)
        flipped[place] ^= 0x41
        damaged.write_bytes(flipped)
        try:
            with Journal(damaged, read_only=True) as journal:
                verdict = journal.verify()
        except JournalError:
            verdict = Broken(1, "does not open")
        if isinstance(verdict, Broken):
            found += 1
        else:
            assert verdict == whole, place
            assert contents(damaged) == kept, place
        for rest in tmp_path.glob("damaged.sqlite-*"):
            rest.unlink()
    assert found > 300


def test_three_processes_make_and_append_to_one_chain(path: Path) -> None:
    running = [start(APPENDS, path, name, 150) for name in "abc"]
    said = [process.communicate(timeout=60) for process in running]
    assert [process.returncode for process in running] == [0, 0, 0], said
    with Journal(path, read_only=True) as journal:
        assert journal.verify()[0] == 450
        for name in "abc":
            assert [e.value["n"] for e in journal.entries() if e.value["by"] == name] == list(range(150))


@pytest.mark.requirement("OPS-01")
@pytest.mark.parametrize("lines", [1, 7, 40])
def test_what_was_acknowledged_survives_a_kill(path: Path, lines: int) -> None:
    process = start(APPENDS, path, "a", 100_000)
    assert process.stdout is not None
    acknowledged = [process.stdout.readline().split() for _ in range(lines)]
    process.send_signal(signal.SIGKILL)
    process.wait(timeout=10)
    process.stdout.close()
    assert process.stderr is not None
    process.stderr.close()
    with Journal(path) as journal:
        assert isinstance(journal.verify(), Verified)
        kept = {entry.seq: entry.hash for entry in journal.entries()}
        assert all(kept[int(seq)] == digest for seq, digest in acknowledged)
        assert journal.append("a", "goes on", NOW).seq == len(kept) + 1


def test_a_full_disk_writes_nothing_and_says_so(path: Path) -> None:
    program = """
        import resource, signal
        from datetime import UTC, datetime
        from oracle_core.errors import JournalError
        from oracle_core.journal.store import Journal
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        with Journal(Path(sys.argv[1])) as journal:
            resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))
            try:
                while True:
                    last = journal.append("note", "x" * 2_000, datetime(2026, 1, 2, tzinfo=UTC))
            except JournalError as error:
                print(last.seq, error, flush=True)
    """
    said, wrong = start(program, path).communicate(timeout=60)
    assert wrong == ""
    assert "cannot append note" in said
    assert str(path) in said
    with Journal(path) as journal:
        found = journal.verify()
        assert isinstance(found, Verified)
        assert found.entries == int(said.split()[0])
        journal.append("note", "there is room again", NOW)


def test_a_locked_file_is_waited_for_and_then_named(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    filled(path, 1)
    monkeypatch.setattr(connection, "BUSY_MILLISECONDS", 50)
    with Journal(path) as journal:
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("begin immediate")
        with pytest.raises(JournalError, match="cannot append a: database is locked"):
            journal.append("a", 1, NOW)
        other.execute("rollback")
        other.close()
        assert journal.append("a", 1, NOW).seq == 2


def _text(path: Path) -> None:
    path.write_text("not a journal " * 500)


def _half(path: Path) -> None:
    filled(path)
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])


def _other_database(path: Path) -> None:
    other = sqlite3.connect(path)
    other.execute("create table t (x)")
    other.commit()
    other.close()


def _newer(path: Path) -> None:
    filled(path)
    other = sqlite3.connect(path)
    other.execute("pragma user_version = 2")
    other.close()


def _a_folder(path: Path) -> None:
    path.mkdir()


def _bad_text_in_its_tables(path: Path) -> None:
    filled(path)
    path.write_bytes(path.read_bytes().replace(b"CREATE TRIGGER journal_stay", b"CREATE TRIGGER journal_st\xf3y"))


@pytest.mark.parametrize("spoil", [_text, _half, _other_database, _newer, _a_folder, _bad_text_in_its_tables])
def test_a_file_that_is_no_journal_is_refused_and_left_alone(path: Path, spoil: Callable[[Path], None]) -> None:
    path.parent.mkdir()
    spoil(path)
    before = path.read_bytes() if path.is_file() else None
    with pytest.raises(JournalError, match=path.name), Journal(path) as journal:
        journal.append("a", 1, NOW)
    with pytest.raises(JournalError), Journal(path, read_only=True) as journal:
        raise JournalError(str(journal.verify()))
    assert before == (path.read_bytes() if path.is_file() else None)


def test_a_reader_writes_nothing(path: Path) -> None:
    with pytest.raises(JournalError, match="unable to open"):
        Journal(path, read_only=True)
    assert not path.exists()
    filled(path, 2)
    with Journal(path, read_only=True) as journal:
        with pytest.raises(JournalError, match="open for reading only"):
            journal.append("a", 1, NOW)
        with pytest.raises(JournalError, match="open for reading only"):
            journal.put_blob(b"a")
        assert len(list(journal.entries())) == 2


def test_a_reader_sees_what_a_writer_appends_meanwhile(path: Path) -> None:
    filled(path, 2)
    with Journal(path, read_only=True) as reader, Journal(path) as writer:
        writer.append("a", 1, NOW)
        assert reader.verify()[0] == 3


def test_a_copy_on_another_machine_verifies_to_the_same_head(path: Path, tmp_path: Path) -> None:
    whole = filled(path)
    with Journal(Path(shutil.copy(path, tmp_path / "copy.sqlite")), read_only=True) as copy:
        assert copy.verify() == whole
