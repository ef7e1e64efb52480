"""From a command to its use case. The desk is loaded here, when a command runs, and not for `--help`."""

from pathlib import Path

import typer

from oracle_core.console.options import Form, Output


def ask(name: str, form: Form, out: Path | None, state: Path | None, /, **given: object) -> None:
    """Ask a use case and print its answer; what is None was not given."""
    from oracle_core.console.run import run  # noqa: PLC0415 - the desk takes most of a second to load

    code = run(name, given, Output(form=form, out=out, state=state))
    if code:
        raise typer.Exit(code)


def converse(given: dict[str, object], state: Path | None) -> None:
    """Talk with the desk, a line at a time."""
    from oracle_core.console.chat import chat  # noqa: PLC0415 - as above

    chat(given, state)
