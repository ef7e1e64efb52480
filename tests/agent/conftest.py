"""The marker of the agent's tests, in case they run without the others."""

import pytest


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "requirement(id): the row of the requirements this test is the check of")
