"""Replaying: what was recorded, and nothing else; the network is shut."""

from pathlib import Path
from typing import Any

import pytest
from vcr import VCR

from evals import scorecard
from evals.manifest import CASSETTES
from evals.tape import configuration, register


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "requirement(id): the test is the check of this row of the requirements")


def pytest_recording_configure(config: pytest.Config, vcr: VCR) -> None:
    register(vcr)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    table = list(scorecard.lines())
    if table:
        terminalreporter.section("cases, answered by the reference server (no model was asked)")
    for line in table:
        terminalreporter.write_line(line)


@pytest.fixture(scope="session")
def vcr_config() -> dict[str, Any]:
    return configuration()


@pytest.fixture(scope="session")
def vcr_cassette_dir() -> str:
    return str(CASSETTES)


@pytest.fixture
def state(tmp_path: Path) -> Path:
    """A state folder without a journal."""
    return tmp_path / "state"
