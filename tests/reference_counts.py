"""Reference cases: read where they lie, compared one number at a time, counted file by file at the end of every run."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest


@dataclass(slots=True)
class Tally:
    """Compares numbers with their references; the worst error is in units of the tolerance."""

    name: str
    files: set[str] = field(default_factory=set)
    compared: int = 0
    worst: float = 0.0
    misses: list[str] = field(default_factory=list)

    def compare(self, case: str, actual: object, expected: object, tolerance: float) -> None:
        """Count one number; `expected` may be a decimal string."""
        error = abs(float(actual) - float(expected)) / tolerance  # type: ignore[arg-type]
        self.compared += 1
        self.worst = max(self.worst, error)
        if not error <= 1.0:
            self.misses.append(f"{case}: {actual} instead of {expected}, {error:.3g} tolerances off")

    def settle(self) -> None:
        """Fail with every miss, or add the count to the summary."""
        assert self.compared, f"{self.name}: no reference was compared"
        assert not self.misses, f"{len(self.misses)} of {self.compared}:\n" + "\n".join(self.misses[:20])
        SETTLED[self.name] = self


class Read(dict):
    """A reference file's content that remembers which expected numbers a test has looked at."""

    def __init__(self, content: Mapping, seen: set, path: tuple = ()) -> None:
        super().__init__(
            {
                key: _remembering(value, seen, (*path, key)) if "expected" not in path else value
                for key, value in content.items()
            }
        )
        self._seen, self._path = seen, path

    def __getitem__(self, key: str) -> object:
        value = super().__getitem__(key)
        if "expected" in (*self._path, key) and isinstance(value, (int, float, str)):
            self._seen.add((*self._path, key))
        return value


def _remembering(value: object, seen: set, path: tuple) -> object:
    if isinstance(value, dict):
        return Read(value, seen, path)
    if isinstance(value, list):
        return [_remembering(item, seen, (*path, number)) for number, item in enumerate(value)]
    return value


SETTLED: dict[str, Tally] = {}
READ: dict[str, set] = {}
REMARKS: list[str] = []


@pytest.fixture
def tally(request: pytest.FixtureRequest) -> Iterator[Tally]:
    """A tally for one test, settled when the test ends without an error of its own."""
    node = request.node
    counted = Tally(f"{node.path.stem}::{node.name}", request.getfixturevalue("reference_files"))
    yield counted
    counted.settle()


@pytest.fixture
def reference_files() -> set[str]:
    """The files a test has read."""
    return set()


@pytest.fixture
def references(reference_dir: Path, reference_files: set[str]) -> Callable[[str], dict]:
    """`references("svi.json")` is that file's content."""

    def read(name: str) -> dict:
        reference_files.add(name)
        return json.loads((reference_dir / "refs" / name).read_text(encoding="utf-8"))

    return read


@pytest.fixture
def remark() -> Callable[[str], None]:
    """Says a measured figure at the end of the run, whatever becomes of the output."""
    return REMARKS.append


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A worker of a run on several cores hands its counts over."""
    output = getattr(session.config, "workeroutput", None)
    if output is not None:
        tallies = [(one.name, sorted(one.files), one.compared, float(one.worst)) for one in SETTLED.values()]
        output["counts"] = (tallies, READ, REMARKS)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """The counts of a worker that has finished are added to those of the others."""
    tallies, read, remarks = getattr(node, "workeroutput", {}).get("counts", ((), {}, ()))
    for name, files, compared, worst in tallies:
        SETTLED[name] = Tally(name, set(files), compared, worst)
    for name, seen in read.items():
        READ.setdefault(name, set()).update(seen)
    REMARKS.extend(remarks)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Counts by file, then by test, and what was measured."""
    if SETTLED or READ:
        terminalreporter.section("reference numbers")
    compared: dict[str, list[Tally]] = {}
    for counted in SETTLED.values():
        for name in counted.files:
            compared.setdefault(name, []).append(counted)
    for name in sorted({*compared, *READ}):
        tallies = compared.get(name, [])
        number = sum(one.compared for one in tallies) + len(READ.get(name, ()))
        worst = f", worst {max(one.worst for one in tallies):.2e} of its tolerance" if tallies else ""
        terminalreporter.write_line(f"{number:6d} in {name}{worst}")
    for name, counted in sorted(SETTLED.items()):
        terminalreporter.write_line(f"    {counted.compared:6d}, worst {counted.worst:9.2e} of tolerance  {name}")
    if REMARKS:
        terminalreporter.section("measured")
    for line in REMARKS:
        terminalreporter.write_line(line)
