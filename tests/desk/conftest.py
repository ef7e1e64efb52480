"""A desk of its own for every test, with an empty environment."""

from collections.abc import Callable
from pathlib import Path

import pytest

from oracle_core.desk.desk import Desk
from oracle_core.desk.documents import Document
from oracle_core.desk.settings import load_settings
from oracle_core.desk.use_cases import USE_CASES

Ask = Callable[..., Document]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(settings=load_settings({}, files=(), options={"state": tmp_path / "state"}), environment={})


@pytest.fixture
def ask(desk: Desk) -> Ask:
    """Asks a use case by name, as a command would."""

    def put(name: str, **given: object) -> Document:
        case = USE_CASES[name]
        return case.handle(desk, case.request.model_validate(given, strict=False))

    return put


@pytest.fixture
def example(tmp_path: Path) -> Callable[[str, Callable[[dict], object]], Path]:
    """A file of the examples with something changed, written beside the test."""
    import json

    from oracle_core.desk.sources import bundled

    def changed(name: str, change: Callable[[dict], object]) -> Path:
        tree: dict = json.loads(bundled(name))
        change(tree)
        path = tmp_path / name
        path.write_text(json.dumps(tree))
        return path

    return changed
