"""Cases for the guardrails: a hedge of some coins, shaped so that the limits bite."""

import pytest


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "requirement(id): the row of REQUIREMENTS.md that a test checks")
