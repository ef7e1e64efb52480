"""A person's yes: re-quote, re-judge, write down, send, and show what changed."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from oracle_core.desk.brief import Brief
from oracle_core.desk.control import REJECTION
from oracle_core.desk.decide import face, rule
from oracle_core.desk.desk import Desk, marks
from oracle_core.desk.docket import docket
from oracle_core.desk.documents import Document, exposure_row
from oracle_core.desk.requests import ApproveRequest
from oracle_core.domain.canonical import to_json
from oracle_core.domain.hedge import ActionKind, CandidateAction, Pick, Status
from oracle_core.domain.market import MarketSnapshot
from oracle_core.domain.plan import Fill, Plan
from oracle_core.domain.portfolio import Portfolio
from oracle_core.domain.record import CycleRecord
from oracle_core.domain.verdict import Ruling, Verdict
from oracle_core.errors import InputError, RefusedError, fault
from oracle_core.execution.approve import approval_name, commit
from oracle_core.execution.approve import approve as approve_plan
from oracle_core.execution.describe import describer
from oracle_core.execution.executor import execute
from oracle_core.execution.memory import JournalMemory
from oracle_core.execution.records import Outcome, finished
from oracle_core.guardrails.judge import judge
from oracle_core.hedging.candidates import Past, measure
from oracle_core.hedging.evaluate import UntradableError, evaluate
from oracle_core.hedging.situation import Situation
from oracle_core.journal.account import PaperAccount, open_account
from oracle_core.journal.cycles import Found, find_cycle
from oracle_core.journal.fold import Holding, Opening
from oracle_core.pricing.costs import gain_in_settle, settle_in_usd
from oracle_core.pricing.inputs import coin_index
from oracle_core.risk.exposures import held_exposures
from oracle_core.risk.view import BookView, view_book
from oracle_core.venues.market_file import read_market
from oracle_core.venues.paper import PaperVenue


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ready:
    """A plan in the market it would be sent to, with the book it would be sent from."""

    plan: Plan
    case: Situation
    account: PaperAccount
    verdict: Verdict


def approve(desk: Desk, request: ApproveRequest) -> Document:
    """`oracle.approval/1`: fill a cycle's plan, or one of its candidates, on the paper venue.

    The plan is judged again on the account's book in the market of now: `--market`, else the cycle's own. Expiry
    counts on that market's clock.

    Raises: RefusedError: the plan is void, refused, halted or used. InputError: no such cycle, or nothing to approve.
    """
    found = find_cycle(desk.journal, request.subject)
    brief = desk.stored_brief(found.record)
    if brief.strategy.advise_only or brief.persona.advise_only:
        raise RefusedError("The strategy or persona of this cycle is for advice only: its import left something out")
    _refuse_rejected(desk, found)
    plan = _plan(desk, found, brief)
    ready = _requote(desk, request, brief, plan)
    if _is_open(desk, plan):  # approved before, and interrupted: carry it on, nothing is sent twice
        return _document(desk, found.record, ready, _carry_out(desk, ready))
    if ready.verdict.ruling is not Ruling.ALLOW:
        raise RefusedError(_because(found.record, ready.verdict))
    market, rules = ready.case.view.market, desk.rules
    intent = approve_plan(
        plan, plan.hash, market, collar_bps=rules.collar_bps, option_collar_bps=rules.option_collar_bps,
        actor=request.actor, mode=desk.settings.mode, state=desk.trading_state(), now=market.as_of,
    )  # fmt: skip
    open_account(desk.journal, ready.account.opening, market.as_of)
    commit(desk.journal, intent, market.as_of)
    return _document(desk, found.record, ready, _carry_out(desk, ready))


def _is_open(desk: Desk, plan: Plan) -> bool:
    """Whether the plan was approved before and is not carried out yet.

    Raises: RefusedError: it was carried out: an approval is spent once.
    """
    known = desk.journal.once(approval_name(plan.hash))
    if known is not None and finished(desk.journal, plan.hash) is not None:
        raise RefusedError(f"Plan `{plan.hash[:12]}` was approved and carried out already, entry {known.seq}")
    return known is not None


def _carry_out(desk: Desk, ready: _Ready) -> Outcome:
    market = ready.case.view.market
    venue = PaperVenue(market=market, now=market.as_of, memory=JournalMemory(desk.journal))
    return execute(desk.journal, ready.plan.hash, venue, describer(market), now=market.as_of)


def _refuse_rejected(desk: Desk, found: Found) -> None:
    """A person's no to a cycle, or to the candidate named, stands: advice has to be asked for again.

    Raises: RefusedError: somebody said no.
    """
    wanted = (None, found.candidate.id if found.candidate is not None else None)
    for entry in desk.journal.entries(REJECTION):
        body = entry.value
        if (
            isinstance(body, Mapping)
            and body.get("cycle_id") == found.record.cycle_id
            and body.get("candidate") in wanted
        ):
            why = f": {body.get('why')}" if body.get("why") else ""
            raise RefusedError(f"Cycle `{found.record.cycle_id}` was rejected by {body.get('actor')}{why}")


def _plan(desk: Desk, found: Found, brief: Brief) -> Plan:
    """The plan of the cycle, or of the candidate that was named."""
    record = found.record
    if found.candidate is None or (record.plan is not None and record.plan.candidates == (found.candidate.id,)):
        if record.plan is None:
            ruling = record.verdict.ruling
            wanted = (
                "a cycle with a plan; this one holds" if ruling is Ruling.ALLOW else f"a plan; it was ruled {ruling}"
            )
            raise InputError([fault("journal", "cycle", record.cycle_id, wanted)])
        return record.plan
    action = found.candidate
    if action.status is Status.REFUSED:
        raise RefusedError(f"{action.label} of cycle `{record.cycle_id}` was refused: {'; '.join(action.reasons)}")
    if not action.legs:
        does = "holding" if action.kind is ActionKind.HOLD else "a person carries it out: approving it"
        raise InputError([fault("journal", "candidate", action.label, f"an action with legs; {does} sends nothing")])
    case = face(brief)
    bench = desk.bench(brief.persona, brief.market)
    ruled = rule(bench, case, record.cycle_id, record.recommendation.candidates, (Pick(id=action.id),))
    if ruled.plan is None:
        raise RefusedError(_because(record, ruled.verdict))
    return ruled.plan


def _requote(desk: Desk, request: ApproveRequest, brief: Brief, plan: Plan) -> _Ready:
    market = brief.market
    if request.market is not None:
        market = read_market(request.market).admit(desk.rules.quote_max_age)
    account = desk.paper() or PaperAccount(opening=_opening(brief.portfolio, brief.market), fills=())
    persona = desk.within_caps(brief.persona, "stored persona")
    book = account.portfolio(marks(market))
    if desk.paper() is not None:
        desk.watch(persona, book, market)
    past = Past(
        since=desk.since(book.name, market, paper=desk.paper() is not None), trading_state=desk.trading_state()
    )  # fmt: skip
    case = measure(book, market, brief.strategy, persona, also=[leg.id for leg in plan.legs], past=past)
    try:
        action = _weigh(case, plan)
    except UntradableError as error:
        raise RefusedError(f"The plan cannot be filled any more: {error}") from error
    bench = desk.bench(persona, market)
    return _Ready(
        plan=plan, case=case, account=account, verdict=judge(docket(bench, case, plan, action, market.as_of))
    )  # fmt: skip


def _weigh(case: Situation, plan: Plan) -> CandidateAction:
    weighed = evaluate(case, plan.kind, None, {leg.id: leg.contracts for leg in plan.legs})
    return replace(weighed, duty=plan.duty)


def _opening(book: Portfolio, market: MarketSnapshot) -> Opening:
    prices = marks(market)
    keys = dict.fromkeys(held.id for held in book.positions)
    return Opening(
        book=book, holdings=tuple(Holding(instrument=market.instrument(key), mark=prices[key]) for key in keys)
    )  # fmt: skip


def _because(record: CycleRecord, verdict: Verdict) -> str:
    reasons = "; ".join(f"{found.rail}: {found.why}" for found in verdict.binding) or "nobody judged it"
    return f"The plan of cycle `{record.cycle_id}` is ruled `{verdict.ruling}`: {reasons}"


def _document(desk: Desk, record: CycleRecord, ready: _Ready, outcome: Outcome) -> Document:
    view, account = ready.case.view, desk.paper()
    assert account is not None
    after = view_book(account.portfolio(marks(view.market)), view.market)
    fills = [fill for report in outcome.reports for fill in report.fills]
    costs = [_fill_cost(view, fill) for fill in fills]
    return {
        "schema": "oracle.approval/1",
        "mode": desk.settings.mode,
        "cycle_id": record.cycle_id,
        "plan_hash": ready.plan.hash,
        "approved": True,
        "complete": outcome.final and outcome.stopped is None,
        "stopped": outcome.stopped,
        "orders": [
            {"client_id": report.client_id, "status": report.status.value, "why": report.why}
            for report in outcome.reports
        ],
        "fills": to_json(fills),
        "expected_cost": {"total": ready.plan.cost_usd},
        "actual_cost": {
            "fee": sum(fee for fee, _ in costs),
            "spread_and_slippage": sum(spread for _, spread in costs),
            "total": sum(fee + spread for fee, spread in costs),
        },
        "exposures_before": {item.coin: exposure_row(item) for item in held_exposures(view)},
        "exposures_after": {item.coin: exposure_row(item) for item in held_exposures(after)},
    }


def _fill_cost(view: BookView, fill: Fill) -> tuple[float, float]:
    """(fee, spread and slippage) of a fill in USD, against the middle of its market, else the mark."""
    listed, quote = view.market.instrument(fill.id), view.market.quotes[fill.id]
    index = view.index.get(listed.base) or coin_index(view.market, listed.base)
    dollars = settle_in_usd(listed, index)
    fair = quote.mid if quote.mid is not None else quote.mark
    spread = 0.0 if fair is None else gain_in_settle(listed, float(fill.contracts), fair, fill.price)
    return fill.fee * dollars, spread * dollars
