"""The group `oracle eval`: score, record and report whoever chooses beside the engine."""

from pathlib import Path
from typing import Annotated

import typer

from oracle_core.console.ask import ask
from oracle_core.console.options import Form, FormOption, Out, State


def eval_run(
    *,
    live: Annotated[bool, typer.Option("--live", help="Ask a real model, with the key of the environment.")] = False,
    budget: Annotated[float | None, typer.Option(metavar="USD", help="The most a live run may spend [2.00].")] = None,
    model: Annotated[str | None, typer.Option(metavar="NAME", help="The live model [the settings'].")] = None,
    prompt_price: Annotated[float | None, typer.Option(metavar="USD", help="Per million tokens asked.")] = None,
    reply_price: Annotated[float | None, typer.Option(metavar="USD", help="Per million tokens answered.")] = None,
    form: FormOption = Form.TEXT,
    out: Out = None,
    state: State = None,
) -> None:
    """Score every recorded answer; ends with 2 when the gate fails.

    With --live a model is put to the same tasks, and its answers are kept beside the others.
    """
    ask("eval-run", form, out, state, live=live, budget=budget, model=model, prompt_price=prompt_price,
        reply_price=reply_price)  # fmt: skip


def eval_record(
    *,
    accept: Annotated[str | None, typer.Option(metavar="WHY", help="Why scores may have got worse.")] = None,
    check: Annotated[bool, typer.Option("--check", help="Only say what would change.")] = False,
    form: FormOption = Form.TEXT,
    out: Out = None,
    state: State = None,
) -> None:
    """Record the reference server's answers again.

    Shows first how what is asked differs from what was asked.
    """
    ask("eval-record", form, out, state, accept=accept, check=check)


def eval_report(
    *,
    folder: Annotated[Path | None, typer.Option(metavar="DIR", help="Where the files go.")] = None,
    form: FormOption = Form.TEXT,
    out: Out = None,
    state: State = None,
) -> None:
    """Write the scorecard as Markdown, as a page and as JSON."""
    ask("eval-report", form, out, state, folder=folder)


def add(app: typer.Typer) -> None:
    """Put the commands on the command line."""
    group = typer.Typer(rich_markup_mode=None, no_args_is_help=True, help="Score who answers beside the engine.")
    for command in (eval_run, eval_record, eval_report):
        group.command(command.__name__.partition("_")[2])(command)
    app.add_typer(group, name="eval")
