"""A journal of its own for every test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from oracle_core.journal.store import Journal


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "journal.sqlite"


@pytest.fixture
def journal(path: Path) -> Iterator[Journal]:
    with Journal(path) as opened:
        yield opened
