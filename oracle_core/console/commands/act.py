"""Commands that change something: approve, reject, halt, resume."""

from typing import Annotated

import typer

from oracle_core.console.ask import ask
from oracle_core.console.options import Form, FormOption, Market, Out, State

Why = Annotated[str | None, typer.Option("--why", metavar="TEXT", help="The reason, kept in the journal.")]
Actor = Annotated[str | None, typer.Option("--actor", metavar="NAME", help="Who says so, kept in the journal.")]


def approve(
    subject: Annotated[str, typer.Argument(metavar="CYCLE[:cN]", help="The cycle whose plan is sent.")],
    *,
    market: Market = None,
    actor: Actor = None,
    form: FormOption = Form.TEXT,
    out: Out = None,
    state: State = None,
) -> None:
    """Say yes to this plan, now, on the paper venue.

    It is quoted and judged again first, against --market or the market of the cycle.
    """
    ask("approve", form, out, state, subject=subject, market=market, actor=actor)


def reject(
    subject: Annotated[str, typer.Argument(metavar="CYCLE[:cN]", help="The cycle that is refused.")],
    *,
    why: Why = None,
    actor: Actor = None,
    form: FormOption = Form.TEXT,
    out: Out = None,
    state: State = None,
) -> None:
    """Say no to a cycle, and why."""
    ask("reject", form, out, state, subject=subject, why=why, actor=actor)


def halt(
    why: Why = None, actor: Actor = None, form: FormOption = Form.TEXT, out: Out = None, state: State = None
) -> None:
    """Stop all new orders at once, until a person resumes."""
    ask("halt", form, out, state, why=why, actor=actor)


def resume(
    why: Why = None, actor: Actor = None, form: FormOption = Form.TEXT, out: Out = None, state: State = None
) -> None:
    """Lift a halt."""
    ask("resume", form, out, state, why=why, actor=actor)


def add(app: typer.Typer) -> None:
    """Put the commands on the command line."""
    for command in (approve, reject, halt, resume):
        app.command()(command)
