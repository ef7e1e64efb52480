"""The command: what goes where, what it ends with, and that it is the same everywhere."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from oracle_core import __version__
from oracle_core.console.cli import main
from oracle_core.console.show import exit_code
from oracle_core.desk.documents import Document
from oracle_core.desk.use_cases import USE_CASES

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples"
STRADDLE = ("--book", EXAMPLES / "eth-straddle.book.json", "--market", EXAMPLES / "eth-straddle.market.json")
HEAVY = ("numpy", "scipy", "pandas", "pydantic", "openai", "langgraph", "ccxt", "matplotlib", "rich", "jinja2")


def test_help_loads_neither_the_desk_nor_anything_heavy() -> None:
    code = "import sys; from oracle_core.console.cli import main; main(['--help']); print(sorted(sys.modules))"
    found = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    loaded = set(json.loads(found.stdout.splitlines()[-1].replace("'", '"')))
    assert not loaded & set(HEAVY)
    assert not [name for name in loaded if name.startswith(("oracle_core.desk", "oracle_core.domain"))]


def test_help_names_every_command(oracle) -> None:
    found = oracle("--help")
    assert found.returncode == 0
    for name in ("advise", "exposures", "candidates", "stress", "explain", "why-not", "compare", "approve", "reject",
                 "positions", "halt", "resume", "replay", "journal", "strategy", "persona", "schema", "data", "doctor",
                 "chat", "report", "simulate", "surface", "bands"):  # fmt: skip
        assert f"\n  {name} " in found.stdout
    assert not [line for line in found.stdout.splitlines() if line.startswith("  ") and line.endswith("...")]


@pytest.mark.requirement("PST-02")
def test_the_deprecated_strategy_is_listed_with_its_mark_only_on_request_and_warns_on_stderr(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert main(["strategy", "list"]) == 0
    assert "dynamic_hedging" not in capsys.readouterr().out
    assert main(["strategy", "list", "--all"]) == 0
    assert "dynamic_hedging (deprecated)" in capsys.readouterr().out
    sources = [str(word) for word in STRADDLE]
    assert main(["candidates", *sources, "--strategy", "dynamic_hedging", "--state", str(tmp_path)]) == 0
    told = capsys.readouterr()
    assert "warning: Strategy `dynamic_hedging` is deprecated; use `delta_neutral` instead" in told.err
    assert "is deprecated" not in told.out


def test_asking_nothing_shows_what_can_be_asked(oracle) -> None:
    for words in ((), ("journal",)):
        found = oracle(*words)
        assert (found.returncode, found.stdout) == (2, "")
        assert found.stderr.startswith("Usage: oracle ")
        assert "Commands:\n" in found.stderr


def test_a_fault_of_our_own_is_one_line_that_asks_to_be_reported(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: object) -> int:
        raise ZeroDivisionError("division by zero")

    monkeypatch.setattr("oracle_core.console.run.run", broken)
    assert main(["doctor"]) == 1
    shown = capsys.readouterr().err.splitlines()
    assert shown[0] == "error: internal fault, ZeroDivisionError: division by zero"
    assert shown[1].startswith("hint: please report it")


def test_every_use_case_has_a_command_and_every_command_a_use_case() -> None:
    texts = [path.read_text() for path in (ROOT / "oracle_core" / "console" / "commands").glob("*.py")]
    asked = {name for text in texts for name in re.findall(r'ask\(\s*"([^"]+)"', text)}
    assert asked == set(USE_CASES)


def test_the_version_is_said(process) -> None:
    assert process("--version").stdout == f"oracle {__version__}\n"


def test_the_bundled_example_is_used_and_said_to_be(process) -> None:
    found = process("advise")
    assert found.returncode == 0
    assert "BUY 1.3546 ETH/USDC:USDC" in found.stdout
    assert "warning: no --book: using the bundled example `eth-straddle`" in found.stderr
    assert "\x1b" not in found.stdout + found.stderr


def test_json_is_the_same_twice_and_under_another_clock_tongue_and_hash_seed(oracle, process, tmp_path: Path) -> None:
    first = oracle("advise", *STRADDLE, "--format", "json", "--state", tmp_path / "a")
    again = oracle("advise", *STRADDLE, "--format", "json", "--state", tmp_path / "a")
    other = process(
        "advise", *STRADDLE, "--format", "json", "--state", tmp_path / "b",
        TZ="Asia/Kolkata", LC_ALL="tr_TR.UTF-8", PYTHONHASHSEED="1",
    )  # fmt: skip
    assert first.stdout == again.stdout == other.stdout
    assert json.loads(first.stdout)["schema"] == "oracle.recommendation/1"
    assert first.stderr == ""


def test_text_prints_where_the_screen_knows_only_ascii(process) -> None:
    found = process("advise", *STRADDLE, PYTHONIOENCODING="ascii")
    assert found.returncode == 0
    assert "BUY 1.3546 ETH/USDC:USDC" in found.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("frobnicate",), "frobnicate"),
        (("advise", "--mood", "calm"), "--mood"),
        (("advise", "--persona", "balancd"), "did you mean `balanced`?"),
        (("advise", "--book", "none.json"), "none.json"),
        (("advise", "--equity", "USD=lots"), "`USD=lots`"),
        (("stress", "--spot", "-200"), "a number above -100"),
        (("stress", "--spot", "abc"), "valid number"),
        (("explain", "zzz"), "zzz"),
        (("schema", "bok"), "did you mean `book`?"),
        (("journal", "list", "--limit", "0"), "limit"),
        (("advise", "--advisor", "oracle"), "oracle"),
    ],
)
def test_bad_input_ends_with_2_one_line_a_fault_and_nothing_on_stdout(oracle, arguments, said: str) -> None:
    found = oracle(*arguments)
    assert found.returncode == 2
    assert found.stdout == ""
    assert said in found.stderr
    for line in found.stderr.splitlines():
        assert line.startswith(("error: ", "hint: ", "warning: ")), line


def test_a_refused_input_ends_the_process_with_2_and_nothing_on_stdout(process) -> None:
    found = process("advise", "--persona", "balancd")
    assert (found.returncode, found.stdout) == (2, "")
    assert "did you mean `balanced`?" in found.stderr


def test_every_fault_of_a_book_and_a_market_is_named_at_once(oracle, tmp_path: Path) -> None:
    book = json.loads((EXAMPLES / "eth-straddle.book.json").read_text())
    book["positions"][0]["contracts"] = "ten"
    book["mood"] = "calm"
    (tmp_path / "b.json").write_text(json.dumps(book))
    (tmp_path / "m.json").write_text("{")
    found = oracle("advise", "--book", "b.json", "--market", "m.json")
    assert found.returncode == 2
    errors = [line for line in found.stderr.splitlines() if line.startswith("error: ")]
    assert len(errors) == 3
    assert not (tmp_path / ".oracle" / "journal.db").exists()


def test_a_stale_quote_ends_with_4(process, tmp_path: Path) -> None:
    market = json.loads((EXAMPLES / "eth-straddle.market.json").read_text())
    for quote in market["quotes"]:
        quote["as_of"] = "2026-11-06T08:00:00Z"
    (tmp_path / "m.json").write_text(json.dumps(market))
    found = process("advise", "--book", STRADDLE[1], "--market", "m.json")
    assert found.returncode == 4
    assert "error: " in found.stderr
    assert "Traceback" not in found.stderr


def test_a_halted_desk_refuses_an_approval_with_3(oracle, process) -> None:
    cycle = json.loads(oracle("advise", *STRADDLE, "--format", "json").stdout)["cycle_id"]
    assert oracle("halt", "--why", "test").returncode == 0
    found = process("approve", cycle)
    assert found.returncode == 3
    assert found.stdout == ""
    assert found.stderr.startswith("error: ")


@pytest.mark.parametrize(
    ("toml", "environment", "told", "state"),
    [
        ("", {"ORACLE_STAET": "x"}, (), ".oracle"),
        ("mood = 1\n", {}, (), ".oracle"),
        ("mood = 1\n", {"ORACLE_STATE": "mine"}, (), "mine"),
        ("[[[", {"ORACLE_STATE": "mine"}, ("--state", "yours"), "yours"),
        ('state = "theirs"\n', {"ORACLE_COLLAR_BPS": "-1"}, (), "theirs"),
    ],
)
def test_halt_halts_whatever_is_wrong_with_the_settings(
    oracle, tmp_path: Path, toml: str, environment: dict[str, str], told: tuple[str, ...], state: str
) -> None:
    (tmp_path / "oracle.toml").write_text(toml)
    assert oracle("positions", *told, **environment).returncode == 2
    assert not (tmp_path / state).exists()
    found = oracle("halt", *told, **environment)
    assert (found.returncode, found.stdout) == (2, "")
    assert (tmp_path / state / "halted").is_file()
    assert found.stderr.startswith(f"the desk of `{state}` is halted by its flag")
    assert "error: " in found.stderr
    (tmp_path / "oracle.toml").unlink()
    assert "the desk is halted" in oracle("positions", "--state", state).stdout


def test_halt_halts_where_the_journal_is_damaged(process, tmp_path: Path) -> None:
    process("advise", *STRADDLE)
    (tmp_path / ".oracle" / "journal.db").write_bytes(b"not a journal" * 1_000)
    found = process("halt")
    assert found.returncode == 2
    assert (tmp_path / ".oracle" / "halted").is_file()
    assert "the desk of `.oracle` is halted by its flag" in found.stderr


@pytest.mark.parametrize(
    ("document", "code"),
    [
        ({"schema": "oracle.approval/1", "complete": False, "refused_because": "the desk is halted"}, 3),
        ({"schema": "oracle.approval/1", "complete": True}, 0),
        ({"schema": "oracle.import/1", "complete": False}, 0),
        ({"schema": "oracle.replay/1", "same_decision": False}, 2),
    ],
)
def test_an_approval_that_was_not_carried_out_ends_with_3(document: Document, code: int) -> None:
    assert exit_code(document) == code


def test_a_cycle_is_approved_shown_and_replayed(oracle, process) -> None:
    cycle = json.loads(process("advise", *STRADDLE, "--format", "json").stdout)["cycle_id"]
    assert "approved and filled" in oracle("approve", cycle).stdout
    assert "+2.3095" in oracle("positions").stdout
    assert "same decision, to the byte" in process("replay", cycle).stdout
    assert "intact" in oracle("journal", "verify").stdout
    assert oracle("approve", cycle).returncode == 3


def test_out_writes_whole_files_and_leaves_stdout_empty(oracle, tmp_path: Path) -> None:
    found = oracle("exposures", *STRADDLE, "--out", "e.json")
    assert (found.returncode, found.stdout) == (0, "")
    assert json.loads((tmp_path / "e.json").read_text())["schema"] == "oracle.exposures/1"
    assert oracle("exposures", *STRADDLE, "--out", "e.txt").returncode == 0
    assert "Delta in coins" in (tmp_path / "e.txt").read_text()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["e.json", "e.txt"]


def test_out_where_nothing_can_be_written_is_a_clear_error(oracle) -> None:
    found = oracle("exposures", *STRADDLE, "--out", "missing/e.json")
    assert found.returncode == 2
    assert "missing/e.json" in found.stderr
    assert "Traceback" not in found.stderr


def test_a_file_cannot_write_escape_codes_into_an_error(oracle, tmp_path: Path) -> None:
    book = json.loads((EXAMPLES / "eth-straddle.book.json").read_text())
    book["account"]["numeraire"] = "\x1b[31mred\x07\nerror: forged"
    (tmp_path / "b.json").write_text(json.dumps(book))
    found = oracle("advise", "--book", "b.json", "--market", STRADDLE[3])
    assert found.returncode == 2
    assert "\x1b" not in found.stderr
    assert len(found.stderr.splitlines()) == 1


def test_a_reader_that_leaves_early_is_no_error(tmp_path: Path) -> None:
    command = f"{sys.executable} -m oracle_core advise --state {tmp_path} | head -1"
    variables = {**os.environ, "PYTHONPATH": str(ROOT)}
    found = subprocess.run(["bash", "-c", command], env=variables, capture_output=True, text=True, check=True)
    assert found.stdout == "ORACLE CORE · PAPER · not financial advice\n"
    assert "Broken" not in found.stderr
    assert "Traceback" not in found.stderr


@pytest.fixture
def interruptible() -> Iterator[None]:
    """A suite started in the background inherits an ignored SIGINT, and so would the commands that it starts."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("interruptible")
def test_an_interrupted_command_ends_with_130_and_no_traceback(tmp_path: Path) -> None:
    variables = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "oracle_core", "chat", "--state", str(tmp_path)]
    with subprocess.Popen(
        command,
        env=variables,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as running:
        assert running.stdout is not None
        assert running.stdout.readline().startswith("ORACLE CORE")
        time.sleep(0.2)
        running.send_signal(signal.SIGINT)
        _, talk = running.communicate(timeout=20)
    assert running.returncode == 130
    assert "Traceback" not in talk


@pytest.mark.parametrize("name", ["book", "market", "strategy", "persona"])
def test_a_schema_is_json_on_stdout(oracle, name: str) -> None:
    assert json.loads(oracle("schema", name).stdout)["type"] == "object"
