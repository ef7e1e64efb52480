"""Carrying out an approved plan so that every child order is sent once, whatever happens in between.

The journal is written before the venue is asked (`approved` with all orders, then `sending` for each) and after it
answered (`fill`, then `order`). Whoever finds an order that was being sent asks the venue what became of it, and
sends it, under the same client id, only when the venue never had it.
"""

from dataclasses import dataclass
from datetime import datetime

from oracle_core.domain.plan import Order
from oracle_core.domain.trading import OrderReport, OrderStatus, TradingState
from oracle_core.errors import RefusedError, UnreachableError
from oracle_core.execution.approve import Intent, load_intent
from oracle_core.execution.describe import Describe
from oracle_core.execution.gateway import Gateway
from oracle_core.execution.records import (
    Outcome,
    announce,
    finish,
    finished,
    record_report,
    recorded_report,
    was_announced,
)
from oracle_core.journal.states import halt, trading_state
from oracle_core.journal.store import Journal

STRICTNESS = (TradingState.ACTIVE, TradingState.REDUCING, TradingState.HALTED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One attempt at carrying a plan out."""

    journal: Journal
    intent: Intent
    gateway: Gateway
    describe: Describe
    now: datetime


class _Pause(Exception):  # noqa: N818 - not an error: the plan waits, and a later run goes on
    """Nothing more may be sent now. `open_order`: an order may stand at the venue and is not known to have ended."""

    def __init__(self, why: str, *, open_order: bool) -> None:
        self.open_order = open_order
        super().__init__(why)


def execute(journal: Journal, plan_hash: str, gateway: Gateway, describe: Describe, *, now: datetime) -> Outcome:
    """Carry out an approved plan, or go on where it was left. Running it again changes nothing.

    An order that does not fill stops the rest: what is left is decided again, from the new book. So does a desk that
    turned stricter than at the approval, an approval that expired, and a venue whose answer is not known; these last
    leave the plan open, and the next run asks the venue first.

    Raises: RefusedError: the plan was not approved. JournalError: the journal could not be read or written; nothing
        is lost, run it again when it can.
    """
    run = Run(journal=journal, intent=load_intent(journal, plan_hash), gateway=gateway, describe=describe, now=now)
    done = finished(journal, plan_hash)
    if done is not None:
        return done
    reports: list[OrderReport] = []
    stopped, paused, open_order = None, False, False
    for order in run.intent.orders:
        try:
            report = _report(run, order, may_send=stopped is None)
        except _Pause as pause:
            stopped, paused, open_order = stopped or str(pause), True, open_order or pause.open_order
            continue
        if report is None:
            continue
        reports.append(report)
        if stopped is None and report.status is not OrderStatus.FILLED:
            stopped = f"{order.symbol}: {report.status}: {report.why or 'not filled'}"
    final = not open_order and (not paused or now >= run.intent.approval.expires_at)
    outcome = Outcome(plan_hash=plan_hash, reports=tuple(reports), stopped=stopped, final=final)
    return finish(journal, outcome, now) if final else outcome


def _report(run: Run, order: Order, *, may_send: bool) -> OrderReport | None:
    """What became of an order; None where it was not sent and now is not to be."""
    known = recorded_report(run.journal, order.client_id)
    if known is not None:
        return known
    announced = was_announced(run.journal, order.client_id)
    if not announced and not may_send:
        return None
    try:
        found = run.gateway.lookup(order) if announced else None
        if found is None and not may_send:
            return None
        report = found if found is not None else _send(run, order, announced=announced)
    except UnreachableError as error:
        raise _Pause(f"{order.symbol}: the venue's answer is not known: {error}", open_order=True) from error
    return _recorded(run, order, report)


def _send(run: Run, order: Order, *, announced: bool) -> OrderReport:
    state, agreed = trading_state(run.journal), run.intent.trading_state
    if STRICTNESS.index(state) > STRICTNESS.index(agreed):
        raise _Pause(f"the desk is `{state}`, and was `{agreed}` when the plan was approved", open_order=False)
    if run.now >= run.intent.approval.expires_at:
        raise _Pause(f"the approval expired at {run.intent.approval.expires_at.isoformat()}", open_order=False)
    if not announced:
        try:
            announce(run.journal, order, run.now)
        except RefusedError as error:
            raise _Pause(f"{order.symbol}: another process is sending this order", open_order=True) from error
    return run.gateway.submit(order)


def _recorded(run: Run, order: Order, report: OrderReport) -> OrderReport:
    if report.status in (OrderStatus.WORKING, OrderStatus.UNKNOWN):
        raise _Pause(f"{order.symbol}: the order is `{report.status}` at the venue", open_order=True)
    lines = [run.describe(order.plan_hash, fill) for fill in report.fills]
    record_report(run.journal, report, lines, run.now)
    filled = sum(fill.contracts for fill in report.fills)
    if abs(filled) > abs(order.contracts) or filled * order.contracts < 0:
        why = f"order `{order.client_id}` of {order.contracts} was filled {filled}"
        halt(run.journal, run.now, actor="executor", reason=why)
        raise _Pause(f"{order.symbol}: {why}: the desk is halted", open_order=False)
    return report
