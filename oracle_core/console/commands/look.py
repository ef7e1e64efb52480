"""Commands that look at a book and its market: what it is exposed to, what it made, what a move would cost."""

from pathlib import Path
from typing import Annotated

import typer

from oracle_core.console.ask import ask
from oracle_core.console.options import (
    Book,
    Candles,
    Coin,
    Dvol,
    Equity,
    Form,
    FormOption,
    Market,
    Numeraire,
    Out,
    Persona,
    State,
)


def exposures(
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
    """Greeks and funding of the book.

    Per coin, venue, pool, expiry, tenor and position, with the stress grid, pairs, tails and heat.
    """
    given = {"book": book, "market": market, "equity": equity, "numeraire": numeraire, "persona": persona}
    ask("exposures", form, out, state, **given)


def margin(
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
    """Margin, liquidation and survival of each pool.

    By each venue's rule, with a 30 % move of everything, and every leg in its pool and alone.
    """
    given = {"book": book, "market": market, "equity": equity, "numeraire": numeraire, "persona": persona}
    ask("margin", form, out, state, **given)


def stress(
    *,
    spot: Annotated[
        float | None, typer.Option("--spot", metavar="PCT", help="Per cent; every coin unless one is named.")
    ] = None,
    vol: Annotated[float | None, typer.Option("--vol", metavar="POINTS", help="Implied volatility.")] = None,
    coin: Coin = None,
    scenario: Annotated[
        str | None, typer.Option("--scenario", metavar="NAME|all", help="A named scenario, or all of them.")
    ] = None,
    days: Annotated[
        list[float] | None, typer.Option("--days", metavar="DAYS", help="Days that pass; repeat for more.")
    ] = None,
    book: Book = None,
    market: Market = None,
    equity: Equity = None,
    numeraire: Numeraire = None,
    form: FormOption = Form.TEXT,
    out: Out = None,
    state: State = None,
) -> None:
    """What a move would cost: one, a grid, scenarios, or days.

    One move, the instant grid, named scenarios, or the grid once days have passed.

    By full revaluation at marks.
    """
    given = {"book": book, "market": market, "equity": equity, "numeraire": numeraire}
    ask("stress", form, out, state, spot=spot, vol=vol, coin=coin, scenario=scenario, days=days, **given)


def pnl(
    start: Annotated[str | None, typer.Argument(metavar="[CYCLE]", help="A stored cycle to start from.")] = None,
    end: Annotated[str | None, typer.Argument(metavar="[CYCLE]", help="A later one, instead of --market.")] = None,
    *,
    since: Annotated[Path | None, typer.Option("--since", metavar="FILE", help="The market to start from.")] = None,
    book: Book = None,
    market: Market = None,
    equity: Equity = None,
    numeraire: Numeraire = None,
    form: FormOption = Form.TEXT,
    out: Out = None,
    state: State = None,
) -> None:
    """What the book made, and which Greek made it.

    From a stored cycle until another or until a market; or a book from one market to the next.
    """
    given = {"book": book, "market": market, "equity": equity, "numeraire": numeraire}
    ask("pnl", form, out, state, start=start, end=end, since=since, **given)


def funding(
    *,
    book: Book = None,
    market: Market = None,
    equity: Equity = None,
    numeraire: Numeraire = None,
    form: FormOption = Form.TEXT,
    out: Out = None,
    state: State = None,
) -> None:
    """Funding rates, and what the book earns or pays."""
    ask("funding", form, out, state, book=book, market=market, equity=equity, numeraire=numeraire)


def positions(form: FormOption = Form.TEXT, out: Out = None, state: State = None) -> None:
    """The paper account: positions, working orders, equity."""
    ask("positions", form, out, state)


def surface(
    *,
    market: Market = None,
    coin: Annotated[str | None, typer.Option("--coin", metavar="COIN", help="Only this coin.")] = None,
    picture: Annotated[Path | None, typer.Option("--picture", metavar="FILE", help="Where the PNG goes.")] = None,
    form: FormOption = Form.TEXT,
    out: Out = None,
    state: State = None,
) -> None:
    """Smile and term structure of a market's options."""
    ask("surface", form, out, state, market=market, coin=coin, picture=picture)


def bands(
    *,
    market: Market = None,
    coin: Annotated[str | None, typer.Option("--coin", metavar="COIN", help="Only this coin.")] = None,
    days: Annotated[float, typer.Option("--days", metavar="DAYS", help="Life of the straddle.")] = 30.0,
    contracts: Annotated[float, typer.Option("--contracts", metavar="N", help="Straddles of one coin.")] = 10.0,
    equity_usd: Annotated[float, typer.Option("--equity-usd", metavar="USD", help="What it is held on.")] = 1_000_000.0,
    latency_seconds: Annotated[float, typer.Option("--latency", metavar="SECONDS", help="Until a hedge works.")] = 1.0,
    persona: Persona = None,
    picture: Annotated[Path | None, typer.Option("--picture", metavar="FILE", help="Where the PNG goes.")] = None,
    form: FormOption = Form.TEXT,
    out: Out = None,
    state: State = None,
) -> None:
    """How far and how often to hedge.

    Bands by volatility and cost, break-even, and the most useful frequency.
    """
    ask(
        "bands", form, out, state, market=market, coin=coin, days=days, contracts=contracts, equity_usd=equity_usd,
        latency_seconds=latency_seconds, persona=persona, picture=picture,
    )  # fmt: skip


def indicators(
    *,
    candles: Candles = None,
    dvol: Dvol = None,
    book: Book = None,
    market: Market = None,
    equity: Equity = None,
    numeraire: Numeraire = None,
    form: FormOption = Form.TEXT,
    out: Out = None,
    state: State = None,
) -> None:
    """What the market says: volatility, funding, liquidity, regime.

    With a book only its coins, and its Greeks and break-even.
    """
    given = {"candles": candles or (), "dvol": dvol or (), "book": book, "market": market}
    ask("indicators", form, out, state, **given, equity=equity, numeraire=numeraire)


def screen(
    *,
    contracts: Annotated[bool, typer.Option("--contracts", help="Every contract, not the best of each coin.")] = False,
    order: Annotated[float, typer.Option("--order", metavar="USD", help="The order costs are stated for.")] = 100_000.0,
    candles: Candles = None,
    dvol: Dvol = None,
    market: Market = None,
    form: FormOption = Form.TEXT,
    out: Out = None,
    state: State = None,
) -> None:
    """Rank coins by volatility, liquidity, cost and choppiness."""
    given = {"candles": candles or (), "dvol": dvol or (), "market": market}
    ask("screen", form, out, state, **given, contracts=contracts, order=order)


def add(app: typer.Typer) -> None:
    """Put the commands on the command line."""
    for command in (exposures, margin, pnl, stress, funding, positions, surface, bands, indicators, screen):
        app.command()(command)
