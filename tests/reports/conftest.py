"""The marker of the reports' tests."""

import pytest

MARKER = "requirement(id): the test is the check of this row of the requirements"


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", MARKER)
