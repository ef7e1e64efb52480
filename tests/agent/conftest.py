"""What the agent's tests share: the libraries are loaded before anything is timed."""

import pytest

from oracle_core.agent import client
from oracle_core.agent.graph import compiled


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "requirement(id): the test is the check of this row of the requirements")


@pytest.fixture(scope="session", autouse=True)
def loaded_libraries() -> None:
    """A command loads them once, in less than the second it has beside its deadline."""
    assert client.BODY_BYTES
    assert compiled().name == "advise"
