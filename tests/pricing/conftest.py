"""Reference cases of perpetuals, for the tests of this folder."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from reference_counts import READ, Read


@pytest.fixture
def perps(request: pytest.FixtureRequest, reference_dir: Path) -> Iterator[dict]:
    """The file's content; what a test that passes has read of its expected numbers is counted."""
    seen: set = set()
    yield Read(json.loads((reference_dir / "refs" / "perps.json").read_text(encoding="utf-8")), seen)
    READ.setdefault("perps.json", set()).update(seen)
