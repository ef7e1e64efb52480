"""Commands about what happened: replay, journal list, journal verify."""

from typing import Annotated

import typer

from oracle_core.console.ask import ask
from oracle_core.console.options import Form, FormOption, Out, State


def replay(
    cycle: Annotated[str, typer.Argument(metavar="CYCLE", help="A stored cycle.")],
    form: FormOption = Form.TEXT,
    out: Out = None,
    state: State = None,
) -> None:
    """Decide a stored cycle again, to the same byte."""
    ask("replay", form, out, state, cycle=cycle)


def journal_list(
    limit: Annotated[int | None, typer.Option("--limit", metavar="N", help="How many entries [20].")] = None,
    kind: Annotated[str | None, typer.Option("--kind", metavar="KIND", help="Only entries of one kind.")] = None,
    form: FormOption = Form.TEXT,
    out: Out = None,
    state: State = None,
) -> None:
    """The newest entries."""
    ask("journal", form, out, state, limit=limit, kind=kind)


def journal_verify(form: FormOption = Form.TEXT, out: Out = None, state: State = None) -> None:
    """Read every entry again: is the chain as it was written?"""
    ask("journal-verify", form, out, state)


def add(app: typer.Typer) -> None:
    """Put the commands on the command line."""
    app.command()(replay)
    journal = typer.Typer(rich_markup_mode=None, no_args_is_help=True, help="What happened, and the proof of it.")
    journal.command("list")(journal_list)
    journal.command("verify")(journal_verify)
    app.add_typer(journal, name="journal")
