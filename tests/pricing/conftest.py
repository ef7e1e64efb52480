"""Reference cases of perpetuals, for the tests of this folder."""

import json
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def perps(reference_dir: Path) -> dict:
    return json.loads((reference_dir / "refs" / "perps.json").read_text(encoding="utf-8"))
