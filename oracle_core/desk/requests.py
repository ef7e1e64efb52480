"""What each use case needs: one closed model, built alike by a command, a button and a sentence."""

from pathlib import Path
from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from oracle_core.strict_json import StrictModel

Finite: TypeAlias = Annotated[float, Field(allow_inf_nan=False)]


class NothingRequest(StrictModel):
    """A use case that needs no more than its name."""


class BookRequest(StrictModel):
    """A book in a market. Without both the paper account or the bundled example is used, and the answer says so."""

    book: Path | None = None
    market: Path | None = None
    equity: dict[str, Finite] | None = None
    """Units per currency, for a CSV of positions."""
    numeraire: Literal["USD", "coin"] | None = None


class RiskRequest(BookRequest):
    """A book in a market, held against a persona's limits."""

    persona: str | None = None


class DecisionRequest(BookRequest):
    """A book in a market, seen by a strategy and a persona."""

    strategy: str | None = None
    persona: str | None = None


class AdviseRequest(DecisionRequest):
    """Ask for a recommendation."""

    advisor: Literal["engine", "openai"] = "engine"
    notes: tuple[str, ...] = ()
    """What the operator adds; text for the model, never an instruction to the desk."""


class PnlRequest(BookRequest):
    """What a book made until `market`: from a stored cycle (and until another), or a book from the market `since`."""

    start: str | None = None
    end: str | None = None
    since: Path | None = None


class StressRequest(BookRequest):
    """A move (spot in per cent, volatility in points), a named scenario, or days; without any, the instant grid.

    With `coin` the move is of that coin alone, and the others stand still.
    """

    coin: str | None = None

    spot: Annotated[float, Field(gt=-100.0, le=1_000.0)] | None = None
    vol: Annotated[float, Field(ge=-500.0, le=500.0)] | None = None
    scenario: (
        Literal["all", "gap", "cascade", "basis", "depeg", "venue_frozen", "correlation_break", "vol_spike"] | None
    ) = None
    days: (
        Annotated[tuple[Annotated[float, Field(ge=0.0, le=3_650.0)], ...], Field(min_length=1, max_length=5)] | None
    ) = None
    """Days that pass after the move; the grid is then spot by volatility for each of them."""


class ExplainRequest(StrictModel):
    """A stored cycle or candidate (`CYCLE`, `CYCLE:c3`, a candidate's hash), or a term of the glossary."""

    subject: str


class CandidateRequest(StrictModel):
    """A stored cycle or one candidate of it."""

    subject: str


class ApproveRequest(StrictModel):
    """A person's yes to a cycle's plan, or to one of its candidates; re-quoted against `market`, else the cycle's."""

    subject: str
    market: Path | None = None
    actor: str = "operator"


class RejectRequest(StrictModel):
    """A person's no."""

    subject: str
    why: str = ""
    actor: str = "operator"


class HaltRequest(StrictModel):
    """Stop all new orders; `resume` alone lifts it."""

    why: str = "operator"
    actor: str = "operator"


class ReplayRequest(StrictModel):
    """Decide a stored cycle again."""

    cycle: str


class JournalRequest(StrictModel):
    """Newest entries of the journal."""

    limit: Annotated[int, Field(ge=1, le=10_000)] = 20
    kind: str | None = None


class PlaybookRequest(StrictModel):
    """The strategies or personas there are."""

    everything: bool = False
    """Deprecated ones too."""


class NamedRequest(StrictModel):
    """One strategy, persona or schema, by name or path."""

    name: str


class OldFileRequest(StrictModel):
    """An older strategy or persona file, and where today's form of it goes."""

    old: Path
    to: Path | None = None
    accept_unmapped: bool = False
    """Leave out what cannot be mapped: the result is then for advice only."""


class ReportRequest(StrictModel):
    """The advisory report of a day; the newest day with a cycle unless one is named. Files go to `folder`."""

    day: Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$")] | None = None
    folder: Path | None = None


class SimulateRequest(StrictModel):
    """A straddle hedged with a perpetual over candles, decided as the desk decides. Candles: the bundled month."""

    candles: Path | None = None
    funding: Path | None = None
    coin: str = "ETH"
    structure: Literal["long", "short"] = "long"
    contracts: Annotated[float, Field(gt=0.0, le=1e6)] = 10.0
    days: Annotated[float, Field(gt=0.0, le=1_000.0)] = 30.0
    vol: Annotated[float, Field(gt=0.0, le=1_000.0)] = 60.0
    """Implied volatility in per cent, the same throughout."""
    equity_usd: Annotated[float, Field(gt=0.0, le=1e12)] = 100_000.0
    check_minutes: Annotated[int, Field(ge=1, le=100_000)] = 60
    fee: Annotated[float, Field(ge=-0.01, le=0.1)] = 0.0004
    half_spread_bps: Annotated[float, Field(ge=0.0, le=1_000.0)] = 1.0
    strategy: str | None = None
    persona: str | None = None
    picture: Path | None = None
    steps: Path | None = None
    against: Path | None = None
    """An earlier result as JSON: what was expected, to split the gap to this run."""


class ImportRequest(StrictModel):
    """Recorded files to one `oracle.market/1` file."""

    sources: Annotated[tuple[Path, ...], Field(min_length=1)]
    at: str | None = None
    out: Path


class ReadRequest(StrictModel):
    """A market to read, with histories from files of their own: `COIN=FILE`, or `FILE` where there is one coin."""

    market: Path | None = None
    candles: tuple[str, ...] = ()
    dvol: tuple[str, ...] = ()
    """Histories of the volatility index."""


class IndicatorsRequest(ReadRequest, BookRequest):
    """Every reading of a market; with a book those of its coins, its Greeks and its break-even."""


class ScreenRequest(ReadRequest):
    """Coins, or contracts, ranked for an order of `order` USD."""

    contracts: bool = False
    order: Annotated[float, Field(gt=0.0, le=1e10)] = 100_000.0


class EvalRunRequest(StrictModel):
    """Score what is recorded; with `live` a model of the environment too, for at most `budget` USD.

    Prices are USD per million tokens; without them a high price is reckoned with.
    """

    live: bool = False
    budget: Annotated[float, Field(gt=0.0, le=1_000.0)] = 2.0
    model: str | None = None
    prompt_price: Annotated[float, Field(ge=0.0, le=10_000.0)] | None = None
    reply_price: Annotated[float, Field(ge=0.0, le=10_000.0)] | None = None


class EvalRecordRequest(StrictModel):
    """Record the reference server's answers again. `accept` says why scores may have got worse."""

    accept: str | None = None
    check: bool = False
    """Only say what would change."""


class EvalReportRequest(StrictModel):
    """The scorecard as Markdown, page and JSON, in `folder`, else in the state folder."""

    folder: Path | None = None


class SurfaceRequest(StrictModel):
    """The volatility surface of a market's options. The picture goes to `picture` (PNG), else to the state folder."""

    market: Path | None = None
    coin: str | None = None
    picture: Path | None = None


class BandsRequest(StrictModel):
    """What hedging an at-the-money straddle is worth, in each coin of a market. The picture goes to `picture` (PNG)."""

    market: Path | None = None
    coin: str | None = None
    days: Annotated[float, Field(ge=0.1, le=1_000.0)] = 30.0
    contracts: Annotated[float, Field(gt=0.0, le=1e6)] = 10.0
    equity_usd: Annotated[float, Field(gt=0.0, le=1e12)] = 1_000_000.0
    latency_seconds: Annotated[float, Field(ge=0.0, le=86_400.0)] = 1.0
    persona: str | None = None
    picture: Path | None = None
