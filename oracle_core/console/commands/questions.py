"""A desk's questions as commands: why, wait, changes, convexity, calendar, prices, alerts."""

from enum import StrEnum
from typing import Annotated

import typer

from oracle_core.console.ask import ask
from oracle_core.console.options import (
    Book,
    Coin,
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


class About(StrEnum):
    """What is asked about a decision."""

    NOW = "now"
    VENUE = "venue"
    STYLE = "style"
    RISK = "risk"


def why(
    subject: Annotated[str, typer.Argument(metavar="CYCLE[:cN]", help="A cycle or one candidate of it.")],
    *,
    about: Annotated[About, typer.Option(help="What is asked about it.")] = About.NOW,
    form: FormOption = Form.TEXT,
    out: Out = None,
    state: State = None,
) -> None:
    """Why now, this venue, this order; what could go wrong."""
    ask("why", form, out, state, subject=subject, about=about)


def wait(
    *,
    hours: Annotated[float | None, typer.Option("--hours", metavar="N", help="How long [24].")] = None,
    book: Book = None,
    market: Market = None,
    equity: Equity = None,
    numeraire: Numeraire = None,
    strategy: Strategy = None,
    persona: Persona = None,
    form: FormOption = Form.TEXT,
    out: Out = None,
    state: State = None,
) -> None:
    """What doing nothing costs, over hours and the horizon.

    By the objective's own terms; nothing is kept or sent.
    """
    ask("wait", form, out, state, hours=hours, book=book, market=market, equity=equity, numeraire=numeraire,
        strategy=strategy, persona=persona)  # fmt: skip


def changes(
    *,
    hours: Annotated[float | None, typer.Option("--hours", metavar="N", help="How long ago [24].")] = None,
    since: Annotated[str | None, typer.Option("--since", metavar="CYCLE", help="The cycle to compare with.")] = None,
    book: Book = None,
    market: Market = None,
    equity: Equity = None,
    numeraire: Numeraire = None,
    form: FormOption = Form.TEXT,
    out: Out = None,
    state: State = None,
) -> None:
    """What changed since an earlier cycle, and its drivers."""
    ask("changes", form, out, state, hours=hours, since=since, book=book, market=market, equity=equity,
        numeraire=numeraire)  # fmt: skip


def convexity(
    *,
    coin: Coin = None,
    book: Book = None,
    market: Market = None,
    equity: Equity = None,
    numeraire: Numeraire = None,
    form: FormOption = Form.TEXT,
    out: Out = None,
    state: State = None,
) -> None:
    """Long or short convexity, coin by coin."""
    ask("convexity", form, out, state, coin=coin, book=book, market=market, equity=equity, numeraire=numeraire)


def calendar(
    *,
    book: Book = None,
    market: Market = None,
    equity: Equity = None,
    numeraire: Numeraire = None,
    form: FormOption = Form.TEXT,
    out: Out = None,
    state: State = None,
) -> None:
    """What expires, when funding is next, events."""
    ask("calendar", form, out, state, book=book, market=market, equity=equity, numeraire=numeraire)


def prices(
    *,
    coin: Coin = None,
    book: Book = None,
    market: Market = None,
    equity: Equity = None,
    numeraire: Numeraire = None,
    form: FormOption = Form.TEXT,
    out: Out = None,
    state: State = None,
) -> None:
    """Prices of the book's coins and of what hedges them."""
    ask("prices", form, out, state, coin=coin, book=book, market=market, equity=equity, numeraire=numeraire)


def alerts(
    *,
    book: Book = None,
    market: Market = None,
    equity: Equity = None,
    numeraire: Numeraire = None,
    persona: Persona = None,
    form: FormOption = Form.TEXT,
    out: Out = None,
    state: State = None,
) -> None:
    """What needs attention now, worst first."""
    ask("alerts", form, out, state, book=book, market=market, equity=equity, numeraire=numeraire, persona=persona)


def add(app: typer.Typer) -> None:
    """Put the commands on the command line."""
    for command in (why, wait, changes, convexity, calendar, prices, alerts):
        app.command()(command)
