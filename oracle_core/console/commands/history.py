"""The simulator's command."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from oracle_core.console.ask import ask
from oracle_core.console.options import Form, FormOption, Out, Persona, State, Strategy


class Side(StrEnum):
    """Which side of the straddle."""

    LONG = "long"
    SHORT = "short"


def simulate(
    *,
    candles: Annotated[Path | None, typer.Option(metavar="FILE", help="CSV or Parquet [a bundled month].")] = None,
    funding: Annotated[Path | None, typer.Option(metavar="FILE", help="Funding history.")] = None,
    coin: Annotated[str | None, typer.Option(metavar="COIN", help="What the candles are of [ETH].")] = None,
    structure: Annotated[Side | None, typer.Option(help="Which side of the straddle [long].")] = None,
    contracts: Annotated[float | None, typer.Option(metavar="N", help="Straddles [10].")] = None,
    days: Annotated[float | None, typer.Option(metavar="N", help="Days to expiry at the start [30].")] = None,
    vol: Annotated[float | None, typer.Option(metavar="PCT", help="Implied volatility, per cent [60].")] = None,
    equity_usd: Annotated[float | None, typer.Option("--equity", metavar="USD", help="Equity [100000].")] = None,
    check_minutes: Annotated[int | None, typer.Option(metavar="N", help="Minutes between decisions [60].")] = None,
    fee: Annotated[float | None, typer.Option(metavar="RATE", help="Taker fee, a fraction [0.0004].")] = None,
    half_spread_bps: Annotated[float | None, typer.Option(metavar="BPS", help="Half-spread [1].")] = None,
    strategy: Strategy = None,
    persona: Persona = None,
    picture: Annotated[Path | None, typer.Option(metavar="FILE", help="Write a picture, .svg or .png.")] = None,
    steps: Annotated[Path | None, typer.Option(metavar="FILE", help="Write every check as CSV.")] = None,
    against: Annotated[
        Path | None, typer.Option(metavar="RESULT.json", help="What was expected: splits the gap to this run.")
    ] = None,
    form: FormOption = Form.TEXT,
    out: Out = None,
    state: State = None,
) -> None:
    """A straddle hedged with a perpetual over candles.

    Every check is decided as the desk decides.
    """
    ask("simulate", form, out, state, candles=candles, funding=funding, coin=coin, structure=structure,
        contracts=contracts, days=days, vol=vol, equity_usd=equity_usd, check_minutes=check_minutes, fee=fee,
        half_spread_bps=half_spread_bps, strategy=strategy, persona=persona, picture=picture, steps=steps,
        against=against)  # fmt: skip


def add(app: typer.Typer) -> None:
    """Put the command on the command line."""
    app.command()(simulate)
