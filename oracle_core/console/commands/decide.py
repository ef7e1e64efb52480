"""Commands that weigh hedges: advise, candidates, compare, explain, why-not."""

from typing import Annotated

import typer

from oracle_core.console.ask import ask
from oracle_core.console.options import (
    Advisor,
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

Note = Annotated[
    list[str] | None, typer.Option("--note", metavar="TEXT", help="What the model should know; never an instruction.")
]


def advise(
    *,
    book: Book = None,
    market: Market = None,
    equity: Equity = None,
    numeraire: Numeraire = None,
    strategy: Strategy = None,
    persona: Persona = None,
    advisor: Advisor = Chooser.ENGINE,
    note: Note = None,
    form: FormOption = Form.TEXT,
    out: Out = None,
    state: State = None,
) -> None:
    """What to do now, with its cost. Sends nothing.

    The cycle is kept in the journal: `approve`, `explain`, `why-not` and `replay` take its id.
    """
    ask("advise", form, out, state, book=book, market=market, equity=equity, numeraire=numeraire,
        strategy=strategy, persona=persona, advisor=advisor, notes=note)  # fmt: skip


def candidates(
    *,
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
    """Every hedge that was weighed, ranked or refused."""
    ask("candidates", form, out, state, book=book, market=market, equity=equity, numeraire=numeraire,
        strategy=strategy, persona=persona)  # fmt: skip


def compare(
    *,
    book: Book = None,
    market: Market = None,
    equity: Equity = None,
    numeraire: Numeraire = None,
    strategy: Strategy = None,
    form: FormOption = Form.TEXT,
    out: Out = None,
    state: State = None,
) -> None:
    """What each persona would do, side by side."""
    ask("compare", form, out, state, book=book, market=market, equity=equity, numeraire=numeraire, strategy=strategy)


def explain(
    subject: Annotated[list[str], typer.Argument(metavar="CYCLE[:cN]|TERM", help="A cycle, a candidate, or a term.")],
    *,
    form: FormOption = Form.TEXT,
    out: Out = None,
    state: State = None,
) -> None:
    """A stored candidate by its terms, or a word like gamma."""
    ask("explain", form, out, state, subject=" ".join(subject))


def why_not(
    subject: Annotated[str, typer.Argument(metavar="CYCLE[:cN]", help="A cycle or one candidate of it.")],
    *,
    form: FormOption = Form.TEXT,
    out: Out = None,
    state: State = None,
) -> None:
    """Why others were not chosen, and what would change it."""
    ask("why-not", form, out, state, subject=subject)


def add(app: typer.Typer) -> None:
    """Put the commands on the command line."""
    for name, command in {
        "advise": advise, "candidates": candidates, "compare": compare, "explain": explain, "why-not": why_not,
    }.items():  # fmt: skip
        app.command(name)(command)
