"""The daily report: what the journal has of a day, told for a reader, a browser and a program."""

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from oracle_core.desk.control import REJECTION
from oracle_core.desk.decide import decide
from oracle_core.desk.desk import Desk, marks
from oracle_core.desk.documents import Document
from oracle_core.desk.output import write_file
from oracle_core.desk.requests import DecisionRequest, ReportRequest
from oracle_core.desk.wording import spoken
from oracle_core.domain.record import CycleRecord
from oracle_core.errors import InputError, fault
from oracle_core.execution.approve import approval_name, load_intent
from oracle_core.journal.cycles import cycles, load_cycle
from oracle_core.journal.fills import fills
from oracle_core.reports.daily import Report, daily
from oracle_core.reports.inputs import DailyInputs, DayFill
from oracle_core.risk.outlook import outlook
from oracle_core.risk.view import view_book
from oracle_core.risk.volatility import horizon_volatilities


def report_daily(desk: Desk, request: ReportRequest) -> Document:
    """`oracle.report/1`, and the same as Markdown and as a self-contained page in the folder.

    Speaks of the newest day with a cycle, unless one is named. A desk without any cycle decides one first.

    Raises: InputError: the day named has no cycle, or the folder cannot be written.
    """
    records = _records(desk, request.day)
    report = daily(_inputs(desk, records))
    written = _write(desk, request.folder, f"daily-{records[0].as_of:%Y-%m-%d}", report)
    return {**_document(report), "files": [str(path) for path in written], "markdown": report.markdown}


def _records(desk: Desk, day: str | None) -> tuple[CycleRecord, ...]:
    """The cycles of a day, newest first."""
    lines = list(cycles(desk.journal)) if desk.journal_path.is_file() else []
    if not lines and day is None:
        brief, _ = desk.brief(DecisionRequest(), reason="report")
        return (desk.keep(brief, decide(brief)),)
    wanted = day or max(line.as_of for line in lines).date().isoformat()
    found = [line for line in lines if line.as_of.date().isoformat() == wanted]
    if not found:
        days = sorted({line.as_of.date().isoformat() for line in lines})
        raise InputError([fault("report", "day", wanted, f"a day with a cycle: {', '.join(days) or 'none yet'}")])
    newest = sorted(enumerate(found), key=lambda item: (item[1].as_of, item[0]), reverse=True)
    return tuple(load_cycle(desk.journal, line) for _, line in newest)


def _inputs(desk: Desk, records: tuple[CycleRecord, ...]) -> DailyInputs:
    latest = records[0]
    brief = desk.stored_brief(latest)
    account = desk.paper()
    book = brief.portfolio if account is None else account.portfolio(marks(brief.market))
    view = view_book(book, brief.market)
    vols = horizon_volatilities(view.market, view.coins, max(brief.strategy.horizon_hours, 1.0), view.forwards)
    plans = [record.plan.hash for record in records if record.plan is not None]
    return DailyInputs(
        as_of=latest.as_of, account=book.name, trading_state=desk.trading_state(), records=tuple(map(_spoken, records)),
        current=outlook(view, vols=vols), market=brief.market, limits=brief.persona.state_limits(),
        fills=tuple(
            DayFill(plan_hash=line.plan_hash, fill=line.fill, notional_usd=line.notional_usd)
            for line in fills(desk.journal)
            if line.fill.filled_at.date() == latest.as_of.date()
        ),
        approvals=tuple(
            load_intent(desk.journal, plan).approval
            for plan in plans
            if desk.journal.once(approval_name(plan)) is not None
        ),
        rejected=_rejected(desk), zone=desk.settings.time_zone, mode=desk.settings.mode,
    )  # fmt: skip


def _spoken(record: CycleRecord) -> CycleRecord:
    """A cycle whose model's words have their figures in them."""
    advised = record.recommendation
    note = replace(advised.advisor, prose=spoken(advised))
    return replace(record, recommendation=replace(advised, advisor=note))


def _rejected(desk: Desk) -> frozenset[str]:
    bodies = [entry.value for entry in desk.journal.entries(REJECTION)]
    return frozenset(str(body["cycle_id"]) for body in bodies if isinstance(body, Mapping))


def _write(desk: Desk, folder: Path | None, name: str, report: Report) -> list[Path]:
    place = folder or desk.settings.state / "reports"
    try:
        place.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError([fault(str(place), "", error.strerror or str(error), "a folder to write to")]) from error
    texts = {"md": report.markdown, "html": report.html, "json": report.json}
    return [write_file(place / f"{name}.{ending}", text.encode()) for ending, text in texts.items()]


def _document(report: Report) -> Document:
    found: Document = json.loads(report.json)
    return found
