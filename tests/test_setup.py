"""What a newcomer and a packager rely on: the lock, the wheel, a light start, and the floors of the house."""

import os
import re
import shutil
import socket
import subprocess
import sys
import sysconfig
import tomllib
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
LOCK = (ROOT / "requirements.lock").read_text("utf-8")
SHIPPED = {"strategies": "oracle_core/_data/strategies", "personas": "oracle_core/_data/personas"}
SHIPPED |= {"examples": "oracle_core/_data/examples", "oracle_core/agent/prompts": "oracle_core/agent/prompts"}
HEAVY = {"ccxt", "langgraph", "matplotlib", "numba", "numpy", "openai", "pandas", "pyarrow", "scipy", "tiktoken"}


def names(requirements: list[str]) -> set[str]:
    return {re.split(r"[<>=~!;\[ ]", line, maxsplit=1)[0].lower() for line in requirements}


def wanted() -> list[str]:
    lines = (line.split("#")[0].strip() for line in (ROOT / "requirements.in").read_text("utf-8").splitlines())
    return [line for line in lines if line]


# --- the lock


def test_every_requirement_in_the_lock_is_pinned_by_hash_and_says_nothing_else() -> None:
    pin = re.compile(r"[a-z0-9][a-z0-9.-]*==[0-9][^\s;]*( ; [^\\]+)?( +--hash=sha256:[0-9a-f]{64})+")
    entries = LOCK.replace("\\\n", "").splitlines()
    assert len(entries) > len(wanted())
    assert [entry for entry in entries if not pin.fullmatch(entry)] == []


def test_the_lock_holds_everything_that_is_asked_for() -> None:
    locked = set(re.findall(r"^([a-z0-9.-]+)==", LOCK, re.MULTILINE))
    assert names(wanted()) <= locked
    assert names(PROJECT["project"]["dependencies"]) <= names(wanted())
    assert names(PROJECT["build-system"]["requires"]) <= names(wanted())


def test_what_is_installed_is_what_is_locked() -> None:
    freeze = run(sys.executable, "-m", "pip", "list", "--format=freeze", "--exclude-editable").stdout
    installed = dict(line.lower().replace("_", "-").split("==") for line in freeze.splitlines())
    locked = dict(re.findall(r"^([a-z0-9.-]+)==([^\s;]+)", LOCK, re.MULTILINE))
    assert {name: installed[name] for name in locked.keys() & installed.keys()} == {
        name: version for name, version in locked.items() if name in installed
    }


def test_no_committed_file_names_a_machine_or_an_index() -> None:
    listed = run("git", "ls-files", "-z", cwd=ROOT, check=False)
    if listed.returncode:
        pytest.skip(f"not a git checkout, so there are no committed files to read: {listed.stderr.strip()}")
    private = re.compile(
        rb"(?<![\w.~])/(?:work|Users|root|home/\w+)/\w|(?:index|find)-(?:url|links)|//pypi\.|/simple\b"
    )
    files = [ROOT / name for name in listed.stdout.split("\0") if name and name != "tests/test_setup.py"]
    assert [str(f) for f in files if f.is_file() and private.search(f.read_bytes())] == []


# --- the wheel


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel that `pip install .` makes, built without an index."""
    assert all((ROOT / folder).is_dir() for folder in SHIPPED)
    source, built = tmp_path_factory.mktemp("source") / "oracle", tmp_path_factory.mktemp("wheel")
    ignored = shutil.ignore_patterns(".git", ".venv", ".oracle", "__pycache__", ".*_cache")
    shutil.copytree(ROOT, source, ignore=ignored)
    pip("wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", str(built), str(source))
    (found,) = built.glob("*.whl")
    return found


def test_the_wheel_carries_data_and_prompts_inside_the_package(wheel: Path) -> None:
    carried = set(zipfile.ZipFile(wheel).namelist())
    assert {name.split("/")[0] for name in carried if ".dist-info/" not in name} == {"oracle_core"}
    assert "oracle_core/py.typed" in carried
    for folder, place in SHIPPED.items():
        files = [f for f in (ROOT / folder).rglob("*") if f.is_file() and "__pycache__" not in f.parts]
        assert files, folder
        assert {f"{place}/{f.relative_to(ROOT / folder).as_posix()}" for f in files} <= carried


def test_oracle_works_from_the_wheel_outside_the_checkout(wheel: Path, tmp_path: Path) -> None:
    site, elsewhere = tmp_path / "site", tmp_path / "elsewhere"
    elsewhere.mkdir()
    pip("install", "--no-deps", "--target", str(site), str(wheel))
    path = os.pathsep.join((str(site), sysconfig.get_path("purelib")))  # no .pth file is read here: no checkout
    program = "import oracle_core, sys; print(oracle_core.__file__, file=sys.stderr);"
    program += "from oracle_core.console.cli import main; sys.argv = ['oracle', 'advise']; main()"
    environment = os.environ | {"PYTHONPATH": path}
    advised = run(sys.executable, "-S", "-c", program, cwd=elsewhere, env=environment, check=False)
    assert str(site) in advised.stderr
    assert advised.returncode == 0, advised.stderr
    assert "hold" in advised.stdout.lower()


# --- a light start


def test_help_imports_nothing_heavy() -> None:
    shown = run(sys.executable, "-X", "importtime", "-c", "from oracle_core.console.cli import main; main()", "--help")
    imported = {line.rsplit("|", 1)[-1].strip().split(".")[0] for line in shown.stderr.splitlines() if "|" in line}
    assert "oracle_core" in imported
    assert "advise" in shown.stdout
    assert imported & HEAVY == set()


# --- no network


def test_a_test_cannot_leave_this_machine() -> None:
    with pytest.raises(RuntimeError, match=r"may not reach '192\.0\.2\.1'"):
        socket.create_connection(("192.0.2.1", 443), timeout=1)
    with pytest.raises(RuntimeError, match=r"may not reach 'api\.example\.org'"):
        socket.create_connection(("api.example.org", 443), timeout=1)


def test_a_test_may_talk_to_this_machine() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname(), timeout=1).close()


# --- the floors

VIOLATIONS = [
    ("guardrails/wrong.py", "import oracle_core.agent", "Imports go down only"),
    ("maths/wrong.py", "import oracle_core.domain", "Imports go down only"),
    ("domain/wrong.py", "import oracle_core.pricing", "Imports go down only"),
    ("journal/wrong.py", "import oracle_core.reports", "Imports go down only"),
    ("new_room/__init__.py", "", "Imports go down only"),
    ("stray.py", "", "Imports go down only"),
    ("hedging/wrong.py", "import ccxt", "Only venues knows ccxt"),
    ("execution/wrong.py", "def late():\n    import ccxt.pro", "Only venues knows ccxt"),
    ("venues/wrong.py", "import openai", "Only agent knows openai and langgraph"),
    ("desk/wrong.py", "import typer", "Only console knows typer, textual and nicegui"),
    ("guardrails/wrong.py", "import httpx2", "The engine reaches no network and loads nothing heavy"),
    ("risk/wrong.py", "import pandas", "The engine reaches no network and loads nothing heavy"),
]
ALLOWED = {
    "agent/right.py": "import langgraph.graph, openai",
    "console/right.py": "import typer, oracle_core.desk",
    "desk/right.py": "import oracle_core.agent, oracle_core.guardrails",
    "reports/right.py": "import matplotlib",
    "venues/right.py": "import ccxt, oracle_core.domain",
}


@pytest.fixture
def house(tmp_path: Path) -> Callable[[dict[str, str]], subprocess.CompletedProcess[str]]:
    """Lints an empty house of every room, with the files given put into it."""
    layers = PROJECT["tool"]["importlinter"]["contracts"][0]["layers"]
    rooms = [room.strip(" ()") for floor in layers for room in floor.split("|")]
    for room in set(rooms) - {"__main__", "errors", "clock", "strict_json"}:
        (tmp_path / "oracle_core" / room).mkdir(parents=True)
        (tmp_path / "oracle_core" / room / "__init__.py").touch()
    (tmp_path / "oracle_core/__init__.py").touch()
    shutil.copy(ROOT / "pyproject.toml", tmp_path)

    def lint(files: dict[str, str]) -> subprocess.CompletedProcess[str]:
        for name, text in files.items():
            place = tmp_path / "oracle_core" / name
            place.parent.mkdir(exist_ok=True)
            place.write_text(text, "utf-8")
        return lint_imports(tmp_path)

    return lint


def test_the_house_as_it_stands_keeps_its_floors() -> None:
    linted = lint_imports(ROOT)
    assert linted.returncode == 0, linted.stdout


def test_every_room_is_a_package_so_that_the_linter_sees_it() -> None:
    folders = {f.parent for f in (ROOT / "oracle_core").rglob("*.py")}
    assert [str(f) for f in folders if not (f / "__init__.py").is_file()] == []


def test_what_the_layout_allows_is_kept(house: Callable[..., subprocess.CompletedProcess[str]]) -> None:
    linted = house(ALLOWED)
    assert linted.returncode == 0, linted.stdout


@pytest.mark.parametrize(("name", "text", "contract"), VIOLATIONS)
def test_a_violation_of_the_floors_breaks_the_check(
    name: str, text: str, contract: str, house: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    linted = house({name: text})
    assert linted.returncode == 1
    assert f"{contract} BROKEN" in linted.stdout


# --- running things


def run(*command: str, check: bool = True, **options: object) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL, **options)  # type: ignore[call-overload]
    assert not check or done.returncode == 0, done.stderr
    return done


def pip(verb: str, *arguments: str) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PIP_")}
    environment["PIP_CONFIG_FILE"] = os.devnull
    quiet = ("--quiet", "--disable-pip-version-check", "--no-index")
    run(sys.executable, "-m", "pip", verb, *quiet, *arguments, env=environment)


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    linter = Path(sys.executable).with_name("lint-imports")
    environment = os.environ | {"PYTHONPATH": str(folder), "COLUMNS": "200"}
    return run(str(linter), "--no-logo", "--no-cache", cwd=folder, env=environment, check=False)
