"""Reference cases: read where they lie, compared one number at a time, counted in the summary of the run."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

# What this folder's tests are marked with; the same line may stand in pyproject.toml.
MARKER = "requirement(id): the test is the check of this row of the requirements"
COUNTS: dict[str, tuple[int, float]] = {}


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", MARKER)


@dataclass(slots=True)
class Tally:
    """Compares numbers with their references; the worst error is in units of the tolerance."""

    name: str
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
        COUNTS[self.name] = (self.compared, self.worst)


@pytest.fixture
def tally(request: pytest.FixtureRequest) -> Iterator[Tally]:
    """A tally for one test, settled when the test ends without an error of its own."""
    node = request.node
    counted = Tally(f"{node.path.stem}::{node.originalname}")
    yield counted
    counted.settle()


@pytest.fixture
def references(reference_dir: Path) -> Callable[[str], dict]:
    """`references("svi.json")` is that file's content."""
    return lambda name: json.loads((reference_dir / "refs" / name).read_text(encoding="utf-8"))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if COUNTS:
        terminalreporter.section("reference numbers")
    for name, (compared, worst) in sorted(COUNTS.items()):
        terminalreporter.write_line(f"{compared:6d} compared, worst {worst:9.2e} of tolerance  {name}")
