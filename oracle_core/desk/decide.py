"""The one straight line: candidates, rank, choose, judge. Advice, replay, simulator and loop all come through here."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from oracle_core import __version__
from oracle_core.agent.advisor import Advisor, EngineAdvisor
from oracle_core.agent.graph import choose
from oracle_core.agent.prompt import prompt_versions
from oracle_core.agent.question import Choice, Question
from oracle_core.agent.run import Run
from oracle_core.desk.brief import Brief
from oracle_core.desk.docket import Bench, docket
from oracle_core.desk.documents import assumptions
from oracle_core.desk.wording import facts, situation_notes
from oracle_core.domain.canonical import content_hash
from oracle_core.domain.hedge import (
    HEDGES,
    ActionKind,
    CandidateAction,
    HeldExpiry,
    Leg,
    Pick,
    Recommendation,
    Status,
)
from oracle_core.domain.plan import Plan
from oracle_core.domain.record import CycleRecord
from oracle_core.domain.residual import ResidualRisk
from oracle_core.domain.verdict import Finding, Ruling, Verdict
from oracle_core.execution.plan import PlanRules, build_plan
from oracle_core.guardrails.judge import judge
from oracle_core.hedging.candidates import Proposal, measure, propose
from oracle_core.hedging.evaluate import UntradableError
from oracle_core.hedging.limits import cures, refusals
from oracle_core.hedging.screen import screen
from oracle_core.hedging.select import select, weigh_together
from oracle_core.hedging.situation import Situation
from oracle_core.hedging.triggers.watch import moment
from oracle_core.risk.residual import residual_risks
from oracle_core.risk.view import BookView


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruled:
    """A plan weighed as a whole, and what the guardrails left of it. `plan` is None where nothing may be sent."""

    action: CandidateAction
    verdict: Verdict
    plan: Plan | None


def decide(brief: Brief, advisor: Advisor | None = None, run: Run | None = None) -> CycleRecord:
    """Candidates of the engine, screened and chosen, judged, and the plan that is left.

    Raises: InputError, MarketDataError: the book or market cannot be measured.
    """
    proposal = propose(face(brief))
    return conclude(brief, proposal, advisor or EngineAdvisor(), run)


def face(brief: Brief) -> Situation:
    """The situation a brief puts the desk in.

    Raises: InputError, MarketDataError: the book or market cannot be measured.
    """
    return measure(brief.portfolio, brief.market, brief.strategy, brief.persona, past=brief.past)


def conclude(brief: Brief, proposal: Proposal, advisor: Advisor, run: Run | None = None) -> CycleRecord:
    """Choose and judge among candidates that are already weighed: fresh ones, or those of a stored cycle."""
    choice = choose(question(brief, proposal), advisor, run)
    cycle_id = _cycle_id(brief, choice)
    ruled = rule(brief.bench, proposal.case, cycle_id, choice.candidates, choice.picks)
    return CycleRecord(
        cycle_id=cycle_id, reason=brief.reason, as_of=brief.market.as_of, inputs=brief.inputs,
        recommendation=_recommendation(brief, proposal, choice, ruled), verdict=ruled.verdict, plan=ruled.plan,
        reply=choice.reply, versions={"oracle_core": __version__, **prompt_versions()},
    )  # fmt: skip


def trade(brief: Brief) -> tuple[Leg, ...]:
    """What the engine's own decision would send now: the same line, without a record. The simulator's decision."""
    proposal = propose(face(brief))
    choice = choose(question(brief, proposal), EngineAdvisor())
    ruled = rule(brief.bench, proposal.case, "simulated", choice.candidates, choice.picks)
    return ruled.action.legs if ruled.plan is not None else ()


def _cycle_id(brief: Brief, choice: Choice) -> str:
    """A name made of everything the decision rests on: the same inputs, advisor and desk give the same cycle."""
    asked = {"reason": brief.reason, "advisor": choice.advisor, "reply": choice.reply}
    return content_hash({"inputs": brief.inputs, "asked": asked, "version": __version__})[:12]


def question(brief: Brief, proposal: Proposal) -> Question:
    """What the advisor is asked: the candidates, with the engine's screen and choice bound to this situation."""
    case = proposal.case
    return Question(
        as_of=brief.market.as_of,
        candidates=proposal.candidates,
        screen=lambda actions: screen(case, actions),
        select=lambda actions: select(case, actions),
        strategy_name=brief.strategy.name,
        strategy_guidance="\n".join(member.strategy.guidance for member in brief.strategy.members),
        persona_name=brief.persona.name,
        persona_guidance=brief.persona.guidance,
        facts=facts(case.hold, case.hours),
        notes=brief.notes,
    )


def rule(
    bench: Bench, case: Situation, cycle_id: str, candidates: Sequence[CandidateAction], picks: Sequence[Pick]
) -> Ruled:
    """Weigh the picks as one plan, judge it, shrink it where a rail clips, and judge what is left again.

    Several picks are held to the limits of the persona as one: what each may do alone they may not do together.
    """
    try:
        action = whole(case, candidates, picks)
        against = refusals(case, action) if len(picks) > 1 else ()
    except UntradableError as reason:
        action, against = resting(candidates), (str(reason),)
    if against:
        found = tuple(Finding(rail="together", ruling=Ruling.REFUSE, scale=0.0, why=why) for why in against)
        return Ruled(action=resting(candidates), verdict=Verdict(findings=found), plan=None)
    if not action.legs:
        nothing = Finding(rail="hold", ruling=Ruling.ALLOW, scale=1.0, why="nothing is sent")
        return Ruled(action=action, verdict=Verdict(findings=(nothing,)), plan=None)
    plan, verdict = _judged(bench, case, cycle_id, action, picks)
    if verdict.ruling is not Ruling.CLIP:
        return Ruled(action=action, verdict=verdict, plan=plan if verdict.ruling is Ruling.ALLOW else None)
    smaller = _clipped(case, action, verdict.scale)
    if smaller is None:
        return Ruled(action=resting(candidates), verdict=verdict, plan=None)
    plan, again = _judged(bench, case, cycle_id, smaller, picks)
    passed = again.ruling is Ruling.ALLOW
    return Ruled(action=smaller, verdict=verdict if passed else again, plan=plan if passed else None)


def _clipped(case: Situation, action: CandidateAction, scale: float) -> CandidateAction | None:
    """What a rail leaves of an action; None where that is below a grid."""
    try:
        smaller = weigh_together(case, action.kind, [action], {action.id: Decimal(repr(scale))})
    except UntradableError:
        return None
    return _labelled(case, smaller, [action]) if smaller.legs else None


def resting(candidates: Sequence[CandidateAction]) -> CandidateAction:
    """The candidate that does nothing: every cycle has one."""
    return next(item for item in candidates if item.kind is ActionKind.HOLD)


def whole(case: Situation, candidates: Sequence[CandidateAction], picks: Sequence[Pick]) -> CandidateAction:
    """The picks as one action: the candidate itself where one is picked in full, else all of them weighed together."""
    chosen = [next(item for item in candidates if item.id == pick.id) for pick in picks]
    if len(chosen) == 1 and picks[0].scale == 1.0:
        return chosen[0]
    scales = {pick.id: Decimal(repr(pick.scale)) for pick in picks}
    kind = next((item.kind for item in chosen if item.kind not in HEDGES), chosen[0].kind)
    together = weigh_together(case, kind, chosen, scales)
    return _labelled(case, together, chosen)


def _labelled(case: Situation, action: CandidateAction, parts: Sequence[CandidateAction]) -> CandidateAction:
    """The action as a cure, or a duty, where every part of it is one and the whole still cures."""
    duty = all(item.duty for item in parts)
    if not all(item.status is Status.CURE for item in parts) or not cures(case, action):
        return replace(action, duty=duty and case.equity_usd <= 0.0)
    return replace(action, status=Status.CURE, duty=duty)


def _judged(
    bench: Bench, case: Situation, cycle_id: str, action: CandidateAction, picks: Sequence[Pick]
) -> tuple[Plan, Verdict]:
    plan = build_plan(cycle_id, action, tuple(picks), case.view, plan_rules(bench, case))
    return plan, judge(docket(bench, case, plan, action, case.view.market.as_of))


def plan_rules(bench: Bench, case: Situation) -> PlanRules:
    """How a plan of this desk and persona is cut and collared."""
    share = min(case.persona.order_notional_pct_equity, bench.caps.flow.order_notional_pct_equity) / 100.0
    return PlanRules(
        collar_bps=bench.rules.collar_bps,
        option_collar_bps=bench.rules.option_collar_bps,
        time_to_live=bench.rules.approval_ttl,
        order_cap_usd=share * max(case.equity_usd, 0.0),
    )


def _recommendation(brief: Brief, proposal: Proposal, choice: Choice, ruled: Ruled) -> Recommendation:
    view = proposal.case.view
    used = {leg.id for action in choice.candidates for leg in action.legs} | {
        held.id for held in view.portfolio.positions
    }
    return Recommendation(
        as_of=brief.market.as_of, strategy=brief.strategy.name, persona=brief.persona.name, advisor=choice.advisor,
        picks=choice.picks, candidates=choice.candidates, outlook=ruled.action.after, cost=ruled.action.cost,
        account=view.portfolio.name, horizon_hours=proposal.case.hours, prices=dict(view.index),
        expiries=_expiries(view), assumptions=(*assumptions(view), *situation_notes(proposal.case)),
        left_out=proposal.left_out, risks=_risks(proposal, ruled),
        occasions=proposal.case.occasions, moment=moment(proposal.case),
        data_ages={str(key): view.market.age(key).total_seconds() for key in sorted(used)},
    )  # fmt: skip


def _risks(proposal: Proposal, ruled: Ruled) -> tuple[ResidualRisk, ...]:
    sent = ruled.plan is not None
    waiting = any(item.kind is ActionKind.HOLD for item in proposal.candidates) and bool(ruled.action.legs)
    return residual_risks(proposal.case.hold, ruled.action.after, sent=sent, waiting=waiting)


def _expiries(view: BookView) -> tuple[HeldExpiry, ...]:
    listed = [view.market.instruments[held.id] for held in view.portfolio.positions]
    found = {(item.expiry, item.base) for item in listed if item.is_option and item.expiry is not None}
    return tuple(HeldExpiry(coin=coin, expiry=expiry) for expiry, coin in sorted(found))
