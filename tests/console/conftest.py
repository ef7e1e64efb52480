"""Real documents of both examples, a desk of its own for each test, and the command: within this process, or as one."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from io import BytesIO, TextIOWrapper
from pathlib import Path
from unittest.mock import patch

import pytest

from oracle_core.console.chat import known_to
from oracle_core.console.chat_meaning import Known
from oracle_core.console.cli import main
from oracle_core.desk.desk import Desk
from oracle_core.desk.documents import Document
from oracle_core.desk.settings import Settings
from oracle_core.desk.use_cases import USE_CASES

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ("eth-straddle", "three-coins")
PERSONAS = ("cautious", "conservative", "balanced", "aggressive", "degen")

Asked = Callable[..., Document]
Ran = Callable[..., "subprocess.CompletedProcess[str]"]


def example(name: str) -> dict[str, Path]:
    return {kind: ROOT / "examples" / f"{name}.{kind}.json" for kind in ("book", "market")}


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(settings=Settings(state=tmp_path / "state"), environment={})


@pytest.fixture
def ask(desk: Desk) -> Asked:
    """Ask a use case of a desk with an empty state folder, on the ETH straddle unless told otherwise."""

    def asked(name: str, of: str = "eth-straddle", /, **given: object) -> Document:
        case = USE_CASES[name]
        files = {key: path for key, path in example(of).items() if key in case.request.model_fields}
        return case.handle(desk, case.request.model_validate({**files, **given}))

    return asked


@pytest.fixture(scope="session")
def advised(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], Document]:
    """A recommendation for each example and persona."""
    desk = Desk(settings=Settings(state=tmp_path_factory.mktemp("state")), environment={})
    case = USE_CASES["advise"]
    return {
        (of, persona): case.handle(desk, case.request.model_validate({**example(of), "persona": persona}))
        for of in EXAMPLES
        for persona in PERSONAS
    }


@pytest.fixture
def card(advised: dict[tuple[str, str], Document]) -> Document:
    """The balanced recommendation for the ETH straddle, as a copy that a test may bend."""
    copied: Document = json.loads(json.dumps(advised["eth-straddle", "balanced"]))
    return copied


@pytest.fixture(scope="session")
def known(tmp_path_factory: pytest.TempPathFactory) -> Known:
    return known_to(Desk(settings=Settings(state=tmp_path_factory.mktemp("state")), environment={}))


def _environment(home: Path, more: dict[str, str]) -> dict[str, str]:
    """Nothing of ours."""
    return {"PATH": os.environ["PATH"], "HOME": str(home), "PYTHONPATH": str(ROOT), **more}


@pytest.fixture
def oracle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ran:
    """The command as it is started, in an empty folder, with nothing of ours in the environment, but within this
    process: where the process itself is what a test is about, `process` runs the same in one."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str | Path, stdin: str | None = None, **environment: str) -> "subprocess.CompletedProcess[str]":
        typed, out, err = (
            TextIOWrapper(BytesIO(given), encoding="utf-8") for given in ((stdin or "").encode(), b"", b"")
        )
        variables = _environment(tmp_path, environment)
        with (
            patch.dict(os.environ, variables, clear=True), patch.object(sys, "stdin", typed),
            redirect_stdout(out), redirect_stderr(err),
        ):  # fmt: skip
            code = main([*map(str, arguments)])
        out.flush()
        err.flush()
        told = (stream.buffer.getvalue().decode() for stream in (out, err))  # type: ignore[attr-defined]
        return subprocess.CompletedProcess(arguments, code, *told)

    return run


@pytest.fixture
def process(tmp_path: Path) -> Ran:
    """The command in a process of its own, in an empty folder, with nothing of ours in the environment."""

    def run(*arguments: str | Path, stdin: str | None = None, **environment: str) -> "subprocess.CompletedProcess[str]":
        variables = _environment(tmp_path, environment)
        return subprocess.run(
            [sys.executable, "-m", "oracle_core", *map(str, arguments)],
            input=stdin, cwd=tmp_path, env=variables, capture_output=True, encoding="utf-8", timeout=60, check=False,
        )  # fmt: skip

    return run
