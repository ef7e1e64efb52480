"""The `oracle` command: what it knows, and how it ends."""

import os
import sys
from collections.abc import Sequence
from io import TextIOWrapper
from typing import Annotated, Final

import typer
from typer.exceptions import TyperException

from oracle_core import __version__
from oracle_core.agent.untrusted import clean_text
from oracle_core.console.commands import act, decide, evals, history, look, playbook, questions, records, work
from oracle_core.errors import InputError, MarketDataError, OracleError

INTERRUPTED: Final = 130
BUG: Final = 1
MISUSED: Final = 2

app: Final = typer.Typer(
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
    no_args_is_help=True,
    help="Hedging advice for a crypto options desk. Paper only, and not financial advice.",
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"oracle {__version__}")
        raise typer.Exit


@app.callback()
def oracle(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Say which one.")
    ] = False,
) -> None:
    """Hedging advice for a crypto options desk. Paper only, and not financial advice."""


for kind in (decide, questions, look, act, records, playbook, history, evals, work):
    kind.add(app)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the number is what the process ends with."""
    # Threads of the linear algebra take longer to start than they save here, and their number moves last digits.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    _readable_streams()
    try:
        code: object = app(
            args=None if arguments is None else list(arguments), prog_name="oracle", standalone_mode=False
        )
        sys.stdout.flush()
    except BrokenPipeError:
        return _reader_gone()
    except (KeyboardInterrupt, EOFError):
        return INTERRUPTED
    except Exception as error:  # noqa: BLE001 - the outermost handler: nothing may end in a traceback
        return _failed(error)
    return code if isinstance(code, int) else 0


def _failed(error: Exception) -> int:
    """Every fault on a line of its own, and the exit code of the contract."""
    match error:
        case InputError() | MarketDataError():
            return _errors([str(found) for found in error.faults], error.exit_code)
        case OracleError():
            return _errors(str(error).splitlines(), error.exit_code)
        case TyperException():
            return _misused(error.format_message())
        case _:
            said = f"internal fault, {type(error).__name__}: {error}"
            hint = "please report it with the command line and the output of `oracle doctor`"
            return _errors([said], BUG, hint=hint)


def _misused(said: str) -> int:
    """A command line that is none: what is wrong with it, or, where nothing was asked, what can be."""
    if said.startswith("Usage:"):
        typer.echo(said, err=True)
        return MISUSED
    hint = "`oracle --help` lists the commands, `oracle COMMAND --help` their options"
    return _errors(said.splitlines(), MISUSED, hint=hint)


def _errors(lines: Sequence[str], code: int, *, hint: str | None = None) -> int:
    for line in lines:
        _say("error", line)
    if hint is not None:
        _say("hint", hint)
    return code


def _say(kind: str, line: str) -> None:
    """One line to a person: whatever a file or venue wrote into it cannot move the cursor."""
    typer.echo(f"{kind}: {clean_text(line, 1_000)}", err=True)


def _readable_streams() -> None:
    """A terminal that cannot show a sign shows another; it is no reason to fail."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")


def _reader_gone() -> int:
    """The reader of a pipe has left: nothing more to say, and nothing to complain of at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0
