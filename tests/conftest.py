"""What every test shares: the reference data, no network beyond this machine, an environment of its own."""

import ipaddress
import os
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from reference_counts import (
    pytest_sessionfinish,
    pytest_terminal_summary,
    pytest_testnodedown,
    reference_files,
    references,
    remark,
    tally,
)

__all__ = [
    "pytest_sessionfinish",
    "pytest_terminal_summary",
    "pytest_testnodedown",
    "reference_files",
    "references",
    "remark",
    "tally",
]

ROOT = Path(__file__).resolve().parents[1]
REFERENCE_DIR = Path(os.environ.get("ORACLE_REFERENCE_DIR") or ROOT.parent / "shared").resolve()

# The same examples on every machine and every run. `HYPOTHESIS_PROFILE=explore make test` looks further.
settings.register_profile("repeatable", derandomize=True, deadline=None, database=None)
settings.register_profile("explore", deadline=None, max_examples=2_000, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "repeatable"))


def _is_this_machine(host: object) -> bool:
    if isinstance(host, bytes):
        host = host.decode()
    if host in (None, "", "localhost", socket.gethostname()):
        return True
    try:
        return ipaddress.ip_address(str(host)).is_loopback
    except ValueError:
        return False


def _refuse_the_network(event: str, arguments: tuple[object, ...]) -> None:
    if event in ("socket.connect", "socket.sendto"):
        address = arguments[1]
        host = address[0] if isinstance(address, tuple) else None  # not a tuple: a Unix socket
    elif event == "socket.getaddrinfo":
        host = arguments[0]
    else:
        return
    if not _is_this_machine(host):
        raise RuntimeError(f"A test may not reach {host!r}; only this machine (127.0.0.1, ::1, localhost)")


sys.addaudithook(_refuse_the_network)  # cannot be taken off again, by a test or by a library


@pytest.fixture(scope="session", autouse=True)
def own_environment() -> Iterator[None]:
    """Takes the developer's settings and keys out of the environment, for the tests and for what they start."""
    with pytest.MonkeyPatch.context() as patch:
        for name in list(os.environ):
            if name.startswith(("ORACLE_", "OPENAI_", "LANGSMITH_", "LANGCHAIN_")):
                patch.delenv(name)
        yield


@pytest.fixture(scope="session")
def reference_dir() -> Path:
    """The folder of reference data: `ORACLE_REFERENCE_DIR`, by default `../shared` beside the checkout."""
    if not REFERENCE_DIR.is_dir():
        pytest.skip("reference data is absent: set ORACLE_REFERENCE_DIR to its folder (default ../shared)")
    return REFERENCE_DIR
