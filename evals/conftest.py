"""Replaying: what was recorded, and nothing else; the network is shut."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from pytest_recording.network import blocking_context
from vcr import VCR

from evals import case_table, scorecard
from evals.history import Scored, read_history, scored
from evals.manifest import CASSETTES
from evals.play import replay_all
from evals.scores.score import Measured, Sat
from evals.tape import configuration, register

_SATS: list[Sat] = []
_FIGURES: dict[str, Mapping[str, Measured | None]] = {}


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "requirement(id): the test is the check of this row of the requirements")


def pytest_recording_configure(config: pytest.Config, vcr: VCR) -> None:
    register(vcr)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    table = list(case_table.lines())
    if table:
        terminalreporter.section("cases, answered by the reference server (no model was asked)")
    for line in table:
        terminalreporter.write_line(line)
    if _SATS:
        terminalreporter.section("scorecard")
        for line in scorecard.lines(_SATS, read_history(), _FIGURES or None):
            terminalreporter.write_line(line)


@pytest.fixture(scope="session")
def figures(sats: tuple[Sat, ...]) -> Scored:
    """Every figure of the card."""
    _FIGURES.update(scored(sats))
    return _FIGURES


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


@pytest.fixture(scope="session")
def sats(tmp_path_factory: pytest.TempPathFactory) -> tuple[Sat, ...]:
    """Every subject's answers, replayed with the network shut."""
    with blocking_context():
        _SATS.extend(replay_all(tmp_path_factory.mktemp("state")))
    return tuple(_SATS)
