"""Shipped files as plain trees, to be changed by one value and read again."""

import copy
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from oracle_core.errors import Fault, InputError
from oracle_core.playbook.load import CHECKOUT

Tree = dict[str, object]
_DROP = object()


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "requirement(*ids): the test is the check of these requirements")


@pytest.fixture(scope="session")
def drop() -> object:
    """As a value: leave the key out."""
    return _DROP


@pytest.fixture
def edited(tmp_path: Path) -> Callable[..., Path]:
    """`edited("personas/balanced", {"gross_leverage": 4})` is a copy of that file with the change."""

    def write(shipped: str, changes: Tree, name: str | None = None) -> Path:
        tree = copy.deepcopy(json.loads((CHECKOUT / f"{shipped}.json").read_text(encoding="utf-8")))
        for dotted, value in changes.items():
            *outer, key = dotted.split(".")
            inside = tree
            for step in outer:
                inside = inside[step]
            inside[key] = value
            if value is _DROP:
                del inside[key]
        path = tmp_path / f"{name or Path(shipped).name}.json"
        path.write_text(json.dumps(tree), encoding="utf-8")
        return path

    return write


@pytest.fixture
def faults_of() -> Callable[[Callable[[], object]], tuple[Fault, ...]]:
    """The faults that a call raises."""

    def collect(call: Callable[[], object]) -> tuple[Fault, ...]:
        with pytest.raises(InputError) as raised:
            call()
        return raised.value.faults

    return collect
