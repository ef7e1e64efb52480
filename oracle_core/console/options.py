"""The options that commands share. Nothing here loads the desk: `--help` must answer at once."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated, TypeAlias

import typer


class Form(StrEnum):
    """How an answer is printed."""

    TEXT = "text"
    JSON = "json"


class Counted(StrEnum):
    """What a desk counts its wealth in."""

    USD = "USD"
    COIN = "coin"


class Chooser(StrEnum):
    """Who chooses among the engine's candidates."""

    ENGINE = "engine"
    OPENAI = "openai"


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """Where an answer goes, and where the desk keeps its state."""

    form: Form = Form.TEXT
    out: Path | None = None
    state: Path | None = None


Book: TypeAlias = Annotated[
    Path | None, typer.Option("--book", metavar="FILE", help="Book: oracle.book/1 JSON, or CSV of positions.")
]
Market: TypeAlias = Annotated[Path | None, typer.Option("--market", metavar="FILE", help="Market: oracle.market/1.")]
Equity: TypeAlias = Annotated[
    list[str] | None, typer.Option("--equity", metavar="USD=25000", help="Equity for a CSV book; repeat per currency.")
]
Numeraire: TypeAlias = Annotated[
    Counted | None, typer.Option("--numeraire", help="For a CSV book: does coin equity count as delta?")
]
Strategy: TypeAlias = Annotated[
    str | None, typer.Option("--strategy", metavar="NAME|FILE", help="Strategy; by default the persona's own.")
]
Persona: TypeAlias = Annotated[
    str | None, typer.Option("--persona", metavar="NAME|FILE", help="Risk profile; by default balanced.")
]
Advisor: TypeAlias = Annotated[Chooser, typer.Option("--advisor", help="Who chooses among the candidates.")]
Coin: TypeAlias = Annotated[str | None, typer.Option("--coin", metavar="COIN", help="Only this coin.")]
Candles: TypeAlias = Annotated[
    list[str] | None, typer.Option("--candles", metavar="COIN=FILE", help="Candles, CSV or Parquet; repeat per coin.")
]
Dvol: TypeAlias = Annotated[
    list[str] | None, typer.Option("--dvol", metavar="COIN=FILE", help="History of the volatility index (`dvol`).")
]
FormOption: TypeAlias = Annotated[Form, typer.Option("--format", help="Text for people, JSON for programs.")]
Out: TypeAlias = Annotated[
    Path | None, typer.Option("--out", metavar="FILE", help="Write the answer there instead; whole or not at all.")
]
State: TypeAlias = Annotated[
    Path | None, typer.Option("--state", metavar="DIR", help="Folder of the journal and paper account [.oracle].")
]
