"""The one table of what can be asked. Commands, buttons and sentences all come through it."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeVar

from oracle_core.desk import (
    advice,
    alerting,
    approving,
    banding,
    calendar,
    changing,
    control,
    convexity,
    doctor,
    evaluating,
    history,
    importing,
    legacy_files,
    library,
    market_reading,
    profit,
    reasons,
    reporting,
    risk_views,
    simulating,
    surfacing,
    views,
    waiting,
)
from oracle_core.desk.desk import Desk
from oracle_core.desk.documents import Document
from oracle_core.desk.questions import (
    AlertsRequest,
    CalendarRequest,
    ChangesRequest,
    ConvexityRequest,
    PricesRequest,
    WaitRequest,
    WhyRequest,
)
from oracle_core.desk.requests import (
    AdviseRequest,
    ApproveRequest,
    BandsRequest,
    BookRequest,
    CandidateRequest,
    DecisionRequest,
    EvalRecordRequest,
    EvalReportRequest,
    EvalRunRequest,
    ExplainRequest,
    HaltRequest,
    ImportRequest,
    IndicatorsRequest,
    JournalRequest,
    NamedRequest,
    NothingRequest,
    OldFileRequest,
    PlaybookRequest,
    PnlRequest,
    RejectRequest,
    ReplayRequest,
    ReportRequest,
    RiskRequest,
    ScreenRequest,
    SimulateRequest,
    StressRequest,
    SurfaceRequest,
)
from oracle_core.strict_json import StrictModel

Request = TypeVar("Request", bound=StrictModel)


class Danger(StrEnum):
    """Read only looks; safe keeps a record or makes nothing riskier; change may trade or lift a halt."""

    READ = "read"
    SAFE = "safe"
    CHANGE = "change"


@dataclass(frozen=True, slots=True, kw_only=True)
class UseCase:
    """One thing that can be asked: what it needs, who answers, how people say it, and what it may do."""

    name: str
    request: type[StrictModel]
    handle: Callable[[Desk, StrictModel], Document]
    summary: str
    phrases: tuple[str, ...]
    danger: Danger


def _case(
    name: str, request: type[Request], handle: Callable[[Desk, Request], Document], summary: str, *phrases: str,
    danger: Danger = Danger.READ,
) -> UseCase:  # fmt: skip
    def ask(desk: Desk, given: StrictModel) -> Document:
        if not isinstance(given, request):
            raise TypeError(f"`{name}` takes a {request.__name__}, not a {type(given).__name__}")
        return handle(desk, given)

    return UseCase(name=name, request=request, handle=ask, summary=summary, phrases=phrases, danger=danger)


_CASES: Final = (
    _case("advise", AdviseRequest, advice.advise, "What to do now, with its cost.",
          "advise", "advice", "what should i do", "recommend", "hedge", "how do i hedge", "what now",
          danger=Danger.SAFE),
    _case("exposures", RiskRequest, views.show_exposures, "Delta, gamma, vega and theta of the book.",
          "exposures", "exposure", "greeks", "portfolio", "my risk", "what is my delta", "am i long or short gamma"),
    _case("candidates", DecisionRequest, advice.candidates, "Everything weighed, ranked and refused.",
          "candidates", "options to hedge", "alternatives", "what could i do"),
    _case("stress", StressRequest, views.stress, "What a move would cost, by full revaluation.",
          "stress", "what if", "what happens if", "scenario", "what could go wrong", "crash"),
    _case("margin", RiskRequest, risk_views.show_margin, "Margin, liquidation and survival of each pool and leg.",
          "margin", "liquidation", "liquidation price", "can i be liquidated", "do i survive", "am i near liquidation"),
    _case("pnl", PnlRequest, profit.show_pnl, "What the book made, and which Greek made it.",
          "pnl", "my pnl", "what did i make", "profit and loss", "attribution"),
    _case("explain", ExplainRequest, advice.explain, "A candidate term by term, or a term of the trade.",
          "explain", "what is", "why this", "define"),
    _case("why-not", CandidateRequest, advice.why_not, "Why a candidate was not chosen.",
          "why not", "why is it refused", "what would have to change"),
    _case("why", WhyRequest, reasons.why, "Why now, this venue, this order; what could go wrong.",
          "why now", "why hedge now", "why this venue", "why market order", "what could go wrong with it"),
    _case("wait", WaitRequest, waiting.wait, "What it costs to do nothing for some hours.",
          "wait", "what does it cost to wait", "cost of waiting", "what if i do nothing", "can it wait"),
    _case("changes", ChangesRequest, changing.changes, "What changed since an earlier cycle, and what drove it.",
          "changes", "what changed", "what changed since yesterday", "what is different"),
    _case("convexity", ConvexityRequest, convexity.show_convexity, "Long or short convexity, in each coin.",
          "convexity", "am i long or short convexity", "which side of gamma am i on"),
    _case("calendar", CalendarRequest, calendar.show_calendar, "What expires, next funding, events.",
          "calendar", "what expires", "expiries", "what is due", "which events are ahead"),
    _case("prices", PricesRequest, calendar.show_prices, "Prices of the book's coins and of what hedges them.",
          "prices", "price", "quotes", "what is the price", "spot price"),
    _case("alerts", AlertsRequest, alerting.alerts, "What needs attention now.",
          "alerts", "warnings", "anything wrong", "what needs attention", "any alerts", "problems"),
    _case("compare", DecisionRequest, advice.compare, "What each persona would do.",
          "compare", "compare personas", "what would the others do", "side by side"),
    _case("funding", BookRequest, views.funding, "Funding of every perpetual of the book's coins.",
          "funding", "funding rates", "when is funding", "what does funding cost"),
    _case("indicators", IndicatorsRequest, market_reading.show_indicators,
          "What the market says: volatility, funding, liquidity, regime.",
          "indicators", "read the market", "market indicators", "how is the market", "implied volatility now",
          "realised volatility", "volatility risk premium"),
    _case("screen", ScreenRequest, market_reading.show_screen, "Which coins suit: volatility, liquidity, cost, chop.",
          "screen", "which coin", "rank the coins", "which market is best"),
    _case("approve", ApproveRequest, approving.approve, "Say yes to a plan; it is judged again and filled on paper.",
          danger=Danger.CHANGE),
    _case("reject", RejectRequest, control.reject, "Say no to a cycle, and why.", danger=Danger.SAFE),
    _case("positions", NothingRequest, views.positions, "The paper account.",
          "positions", "my positions", "account", "paper account", "what do i hold"),
    _case("halt", HaltRequest, control.halt, "Stop all new orders at once.",
          "halt", "stop everything", "kill switch", "emergency stop", danger=Danger.SAFE),
    _case("resume", HaltRequest, control.resume, "Lift a halt.", danger=Danger.CHANGE),
    _case("replay", ReplayRequest, history.replay, "Decide a stored cycle again; it must come out the same.",
          "replay", "decide again"),
    _case("journal", JournalRequest, history.journal, "The newest entries of the journal.",
          "journal", "history", "what happened", "log"),
    _case("journal-verify", NothingRequest, history.verify, "Check the journal's hash chain.",
          "verify the journal", "is the journal intact"),
    _case("strategies", PlaybookRequest, library.strategies, "The strategies there are.",
          "strategies", "list strategies"),
    _case("strategy", NamedRequest, library.strategy, "One strategy as sentences.", "show strategy"),
    _case("strategy-validate", NamedRequest, library.validate_strategy, "Check a strategy file."),
    _case("personas", PlaybookRequest, library.personas, "The personas there are.", "personas", "list personas"),
    _case("persona", NamedRequest, library.persona, "One persona's limits.", "show persona", "limits of"),
    _case("persona-validate", NamedRequest, library.validate_persona, "Check a persona file."),
    _case("strategy-import", OldFileRequest, legacy_files.strategy_import, "An older strategy file in today's form.",
          danger=Danger.SAFE),
    _case("persona-import", OldFileRequest, legacy_files.persona_import, "An older persona file in today's form.",
          danger=Danger.SAFE),
    _case("schema", NamedRequest, library.schema, "The JSON Schema of a file."),
    _case("report", ReportRequest, reporting.report_daily, "The advisory report of a day.",
          "report", "daily report", "what happened today", danger=Danger.SAFE),
    _case("simulate", SimulateRequest, simulating.run_simulation, "The desk's decision over a history.", "simulate",
          "backtest", danger=Danger.SAFE),
    _case("data-import", ImportRequest, importing.import_data, "Recorded files to a market file.", danger=Danger.SAFE),
    _case("surface", SurfaceRequest, surfacing.show_surface, "Smile and term structure, and how well they fit.",
          "surface", "vol surface", "volatility surface", "smile", "volatility smile", "term structure",
          "skew", danger=Danger.SAFE),
    _case("eval-run", EvalRunRequest, evaluating.run, "Score who answers beside the engine.", danger=Danger.SAFE),
    _case("eval-record", EvalRecordRequest, evaluating.record, "Record the evals' answers again.", danger=Danger.SAFE),
    _case("eval-report", EvalReportRequest, evaluating.report, "Write the scorecard of the evals.", danger=Danger.SAFE),
    _case("bands", BandsRequest, banding.show_bands, "How far and how often to hedge: bands, break-even, frequency.",
          "bands", "hedge bands", "how often should i hedge", "break even", "breakeven", danger=Danger.SAFE),
    _case("doctor", NothingRequest, doctor.doctor, "Is the installation fit to work.", "doctor", "system", "status"),
)  # fmt: skip

USE_CASES: Final[dict[str, UseCase]] = {case.name: case for case in _CASES}
