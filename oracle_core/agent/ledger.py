"""What asking models has cost, and which endpoints fail: kept in the state folder across cycles and processes."""

import sqlite3
from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC
from pathlib import Path
from typing import Final

from oracle_core.agent.breaker import Breaker, BreakerRules
from oracle_core.agent.budget import Budget, Spend
from oracle_core.agent.ending import Ending
from oracle_core.clock import Clock, system_clock
from oracle_core.domain.canonical import content_hash
from oracle_core.errors import OracleError
from oracle_core.sqlite_file import make_private, write_ahead

_TABLES: Final = (
    """create table if not exists asks (
        id integer primary key, cycle text not null, day text not null, open integer not null, calls integer not null,
        tokens integer not null, seconds real not null, usd real not null) strict""",
    "create index if not exists asks_day on asks (day)",
    "create index if not exists asks_cycle on asks (cycle) where open",
    """create table if not exists breakers (
        endpoint text primary key, failures integer not null, until real not null) strict""",
)
_SUM: Final = """select coalesce(sum(calls), 0), coalesce(sum(tokens), 0), coalesce(sum(seconds), 0.0),
    coalesce(sum(usd), 0.0) from asks"""
BUSY_SECONDS: Final = 2.0


class UnaccountedError(OracleError):
    """The ledger cannot be read or written: what is not written down is not spent."""


class Ledger:
    """Calls reserved before they are made, and the breakers of endpoints. Opened when first used; without a path it
    lives as long as the object.

    A reservation that is never settled, because its process was killed, stays counted at its worst.
    """

    def __init__(self, path: Path | None = None, clock: Clock = system_clock) -> None:
        self._path = path
        self._clock = clock
        self._opened: sqlite3.Connection | None = None

    def reserve(self, cycle: str, worst: Spend, budget: Budget) -> int | None:
        """Write down the most an ask may cost; None where the cycle's or the day's cap does not hold it.

        Raises: UnaccountedError: the ledger cannot be written.
        """
        with self._writing() as file:
            day = self._day()
            of_cycle, of_day = self._sum(file, "cycle = ? and open", cycle), self._sum(file, "day = ?", day)
            if not (_plus(of_cycle, worst).within(budget.cycle) and _plus(of_day, worst).within(budget.day)):
                return None
            row = (cycle, day, worst.calls, worst.tokens, worst.seconds, worst.usd)
            done = file.execute(
                "insert into asks (cycle, day, open, calls, tokens, seconds, usd) values (?, ?, 1, ?, ?, ?, ?)", row
            )
            return done.lastrowid

    def settle(self, ask: int, spent: Spend) -> None:
        """Replace a reservation by what the ask did cost.

        Raises: UnaccountedError: the ledger cannot be written; the reservation stays.
        """
        with self._writing() as file:
            values = (spent.calls, spent.tokens, spent.seconds, spent.usd, ask)
            file.execute("update asks set calls = ?, tokens = ?, seconds = ?, usd = ? where id = ?", values)

    def close(self, cycle: str) -> None:
        """The cycle is decided: asking the same again is a new one.

        Raises: UnaccountedError: the ledger cannot be written.
        """
        if self._opened is None and (self._path is None or not self._path.is_file()):
            return
        with self._writing() as file:
            file.execute("update asks set open = 0 where cycle = ? and open", (cycle,))

    def spent(self, cycle: str | None = None) -> Spend:
        """What an undecided cycle has spent, or the day so far.

        Raises: UnaccountedError: the ledger cannot be read.
        """
        with self._writing() as file:
            return self._sum(file, "cycle = ? and open", cycle) if cycle else self._sum(file, "day = ?", self._day())

    def admits(self, url: str, model: str, rules: BreakerRules) -> bool:
        """Whether the endpoint's breaker lets a call through; the one that tries a failed endpoint shuts it behind it.

        Raises: UnaccountedError: the ledger cannot be written.
        """
        endpoint, now = _endpoint(url, model), self._clock().timestamp()
        with self._writing() as file:
            found = _breaker(file, endpoint)
            if not found.admits(now, rules):
                return False
            _put(file, endpoint, found.probing(now, rules))
            return True

    def heard(self, url: str, model: str, ending: Ending, rules: BreakerRules) -> None:
        """Tell the endpoint's breaker how a call ended.

        Raises: UnaccountedError: the ledger cannot be written.
        """
        endpoint = _endpoint(url, model)
        with self._writing() as file:
            _put(file, endpoint, _breaker(file, endpoint).after(ending, self._clock().timestamp(), rules))

    def _day(self) -> str:
        return f"{self._clock().astimezone(UTC):%Y-%m-%d}"

    def _sum(self, file: sqlite3.Connection, which: str, value: str) -> Spend:
        calls, tokens, seconds, usd = file.execute(f"{_SUM} where {which}", (value,)).fetchone()
        return Spend(calls=calls, tokens=tokens, seconds=seconds, usd=usd)

    @contextmanager
    def _writing(self) -> Generator[sqlite3.Connection]:
        """One transaction that holds the write lock from its start."""
        try:
            file = self._open()
            file.execute("begin immediate")
            try:
                yield file
                file.execute("commit")
            except BaseException:
                file.execute("rollback")
                raise
        except (sqlite3.Error, OSError) as error:
            raise UnaccountedError(str(error)) from error

    def _open(self) -> sqlite3.Connection:
        if self._opened is None:
            if self._path is not None:
                make_private(self._path)
            name = ":memory:" if self._path is None else str(self._path)
            file = sqlite3.connect(name, isolation_level=None, timeout=BUSY_SECONDS, check_same_thread=False)
            write_ahead(file)
            for statement in _TABLES:
                file.execute(statement)
            self._opened = file
        return self._opened


def _plus(one: Spend, other: Spend) -> Spend:
    return Spend(
        calls=one.calls + other.calls, tokens=one.tokens + other.tokens,
        seconds=one.seconds + other.seconds, usd=one.usd + other.usd,
    )  # fmt: skip


def _endpoint(url: str, model: str) -> str:
    return content_hash([url, model])[:16]


def _breaker(file: sqlite3.Connection, endpoint: str) -> Breaker:
    row = file.execute("select failures, until from breakers where endpoint = ?", (endpoint,)).fetchone()
    return Breaker() if row is None else Breaker(failures=int(row[0]), until=float(row[1]))


def _put(file: sqlite3.Connection, endpoint: str, breaker: Breaker) -> None:
    file.execute(
        "insert into breakers values (?, ?, ?) on conflict do update set failures = excluded.failures, until ="
        " excluded.until",
        (endpoint, breaker.failures, breaker.until),
    )
