"""Commands about the desk's work: report, data import, doctor, chat."""

from pathlib import Path
from typing import Annotated

import typer

from oracle_core.console.ask import ask, converse
from oracle_core.console.options import (
    Book,
    Chooser,
    Equity,
    Form,
    FormOption,
    Market,
    Numeraire,
    Out,
    Persona,
    State,
    Strategy,
)


def report_daily(
    *,
    day: Annotated[str | None, typer.Option("--day", metavar="YYYY-MM-DD", help="Which day [the newest].")] = None,
    folder: Annotated[Path | None, typer.Option("--folder", metavar="DIR", help="Where the files go.")] = None,
    form: FormOption = Form.TEXT,
    out: Out = None,
    state: State = None,
) -> None:
    """The advisory report of a day, from the journal.

    As Markdown, as a page for a browser, and as JSON; the same bytes on a second run.
    """
    ask("report", form, out, state, day=day, folder=folder)


def doctor(form: FormOption = Form.TEXT, out: Out = None, state: State = None) -> None:
    """Is this installation fit to work?"""
    ask("doctor", form, out, state)


def chat(
    *,
    book: Book = None,
    market: Market = None,
    equity: Equity = None,
    numeraire: Numeraire = None,
    strategy: Strategy = None,
    persona: Persona = None,
    advisor: Annotated[
        Chooser, typer.Option("--advisor", help="`openai`: a model reads what the grammar does not.")
    ] = Chooser.ENGINE,
    state: State = None,
) -> None:
    """Talk with the desk in plain words.

    A line at a time; no model is needed. Ctrl-D or `quit` ends it.
    """
    converse(
        {"book": book, "market": market, "equity": equity, "numeraire": numeraire, "strategy": strategy,
         "persona": persona, "advisor": advisor}, state,
    )  # fmt: skip


def data_import(
    sources: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Recorded answers or a chain table.")],
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="The market file to write.")],
    at: Annotated[str | None, typer.Option("--at", metavar="TIME", help="Which moment of a table, UTC.")] = None,
    form: FormOption = Form.TEXT,
    state: State = None,
) -> None:
    """Recorded answers or a chain table to a market file."""
    ask("data-import", form, None, state, sources=sources, at=at, out=out)


def add(app: typer.Typer) -> None:
    """Put the commands on the command line."""
    app.command()(doctor)
    app.command()(chat)
    data = typer.Typer(rich_markup_mode=None, no_args_is_help=True, help="Recorded data to market files.")
    data.command("import")(data_import)
    app.add_typer(data, name="data")
    report = typer.Typer(rich_markup_mode=None, no_args_is_help=True, help="Reports made from the journal.")
    report.command("daily")(report_daily)
    app.add_typer(report, name="report")
