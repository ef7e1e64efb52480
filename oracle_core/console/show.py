"""An answer on its way out: data to stdout or a file, talk to stderr."""

import json
import os
import shutil
import sys
from collections.abc import Mapping

from oracle_core.console.options import Form, Output
from oracle_core.console.paint import paint
from oracle_core.console.render import WIDTH, render
from oracle_core.console.render.fields import rows, texts
from oracle_core.desk.documents import Document
from oracle_core.desk.output import write_file

NOT_HELD = 2
"""What a command ends with when what it checked does not hold."""

NOT_CARRIED_OUT = 3
"""What an approval ends with that was refused, stopped or not filled."""


def show(document: Document, output: Output) -> None:
    """Print a document, or write it to the file asked for."""
    for warning in texts(document, "warnings"):
        talk(f"warning: {warning}")
    if output.out is not None:
        as_json = output.form is Form.JSON or output.out.suffix == ".json"
        written = write_file(output.out, (pretty(document) if as_json else render(document)).encode())
        talk(f"wrote {written}")
    elif output.form is Form.JSON:
        sys.stdout.flush()
        sys.stdout.buffer.write(pretty(document).encode())
        sys.stdout.buffer.flush()
    else:
        say(render(document, screen_width()))


def say(page: str) -> None:
    """A page on the screen, with colour where a person looks and wants it."""
    sys.stdout.write(paint(page) if coloured() else page)
    sys.stdout.flush()


def talk(line: str) -> None:
    """A remark beside the data."""
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


def pretty(document: Document) -> str:
    """Sorted keys, two spaces, shortest floats: the same text for the same document, everywhere.

    >>> print(pretty({"schema": "x/1", "a": [1.5]}), end="")
    {
      "a": [
        1.5
      ],
      "schema": "x/1"
    }
    """
    return json.dumps(document, sort_keys=True, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def exit_code(document: Document) -> int:
    """0, unless the answer is that something does not hold, or that an approval was not carried out.

    >>> exit_code({"schema": "oracle.approval/1", "complete": False})
    3
    """
    if document.get("schema") == "oracle.approval/1" and document.get("complete") is False:
        return NOT_CARRIED_OUT
    checks = [document.get("ok"), document.get("same_decision"), *(row.get("ok") for row in rows(document, "checks"))]
    return NOT_HELD if False in checks else 0


def coloured(environment: Mapping[str, str] | None = None) -> bool:
    """Colour only on a terminal, and not against the reader's wish (NO_COLOR)."""
    variables = os.environ if environment is None else environment
    return sys.stdout.isatty() and not variables.get("NO_COLOR") and variables.get("TERM") != "dumb"


def screen_width() -> int:
    """As wide as the screen, within what reads well."""
    return min(max(shutil.get_terminal_size((WIDTH, 40)).columns, 60), WIDTH) if sys.stdout.isatty() else WIDTH
