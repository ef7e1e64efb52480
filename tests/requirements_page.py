"""Writes docs/reference/requirements.md from the markers of the tests and the decision records that answer a row."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "reference" / "requirements.md"
GROUPS = {
    "PRI": ("Pricing", 12), "ENG": ("Engine", 21), "HED": ("Hedging", 36), "SIM": ("Simulation", 47),
    "MKT": ("Market data", 19), "RSK": ("Risk", 21), "EXE": ("Execution", 14), "AGT": ("Agent", 9),
    "PST": ("Persona and strategy", 9), "GRD": ("Guardrails", 8), "CON": ("Console", 5), "REP": ("Reports", 7),
    "EVL": ("Evals", 3), "OPS": ("Operations", 10), "W": ("Worked examples", 21),
}  # fmt: skip
"""How many rows each group has; `W` are the worked examples."""

_ID = re.compile(r"\b([A-Z]{1,3})-?(\d{1,2})\b")
HEAD = """# Requirements and their checks

Every row with the tests that run its check, made from the tests' own markers by `make reference`; a test compares this
page with them. A row without a test is not there yet, or a decision record says why it is answered otherwise.
"""


def identifiers() -> list[str]:
    """Every id, in the order of its group."""
    return [name(group, number) for group, (_, count) in GROUPS.items() for number in range(1, count + 1)]


def name(group: str, number: int) -> str:
    """An id as it is written: `ENG-01`, `W1`.

    >>> name("ENG", 1), name("W", 3)
    ('ENG-01', 'W3')
    """
    return f"W{number}" if group == "W" else f"{group}-{number:02d}"


def marked() -> dict[str, list[str]]:
    """The tests of every id that some test is marked with: `file::test`."""
    found: dict[str, list[str]] = {}
    for folder in ("tests", "evals"):
        for path in sorted((ROOT / folder).rglob("test_*.py")):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            whole = [item for node in tree.body if isinstance(node, ast.Assign) for item in _ids(node.value)]
            for node in ast.walk(tree):
                if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) or not node.name.startswith("test_"):
                    continue
                place = f"{path.relative_to(ROOT).as_posix()}::{node.name}"
                for row in dict.fromkeys([*(item for part in node.decorator_list for item in _ids(part)), *whole]):
                    found.setdefault(row, []).append(place)
            for row, place in _parametrized(tree, path):
                found.setdefault(row, []).append(place)
    return found


def decided() -> dict[str, list[str]]:
    """The decision records that name an id."""
    found: dict[str, list[str]] = {}
    known = set(identifiers())
    for path in sorted((ROOT / "docs" / "decisions").glob("*.md")):
        for row in sorted({m.group(0) for m in _ID.finditer(path.read_text(encoding="utf-8"))} & known):
            found.setdefault(row, []).append(path.name)
    return found


def page() -> str:
    """The whole page."""
    tests, records = marked(), decided()
    done = sum(1 for row in identifiers() if row in tests)
    lines = [HEAD, f"{done} of {len(identifiers())} rows have a test.\n"]
    for group, (title, count) in GROUPS.items():
        lines.append(f"## {title}\n\n| id | status | test |\n|-|-|-|")
        lines += [_row(name(group, number), tests, records) for number in range(1, count + 1)]
        lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def _row(row: str, tests: dict[str, list[str]], records: dict[str, list[str]]) -> str:
    links = [f"[{record}](../decisions/{record})" for record in records.get(row, [])]
    shown = [f"`{test}`" for test in tests.get(row, [])[:3]]
    more = len(tests.get(row, [])) - len(shown)
    status = "tested" if shown else "decided" if links else "not there yet"
    return f"| {row} | {status} | {'<br>'.join([*shown, *([f'and {more} more'] if more > 0 else []), *links])} |"


def _ids(node: ast.AST) -> Iterator[str]:
    """The ids in every `pytest.mark.requirement("…")` below a node."""
    for call in ast.walk(node):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "requirement":
            yield from (arg.value for arg in call.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str))


def _parametrized(tree: ast.Module, path: Path) -> Iterator[tuple[str, str]]:
    """Ids on single parameters: `pytest.param(..., marks=pytest.mark.requirement("…"))` in a table of the module."""
    for node in tree.body:
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            calls = [call for call in ast.walk(node.value) if isinstance(call, ast.Call)]
            for call in calls:
                for keyword in call.keywords:
                    if keyword.arg == "marks":
                        for row in _ids(keyword.value):
                            yield row, f"{path.relative_to(ROOT).as_posix()}"


if __name__ == "__main__":
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    PAGE.write_text(page(), encoding="utf-8")
