"""Advice and the questions about it: advise, candidates, compare, explain, why-not."""

from collections.abc import Iterable

from oracle_core.desk.asking import advisor, decide_and_keep
from oracle_core.desk.claims import answer_to
from oracle_core.desk.decide import decide, face, question
from oracle_core.desk.desk import Desk
from oracle_core.desk.documents import (
    Document,
    candidate_document,
    rate_assumption,
    recommendation_document,
    verdict_document,
)
from oracle_core.desk.explaining import explained_limits, explained_terms, way, what_would_change
from oracle_core.desk.glossary import lookup, nearest_terms
from oracle_core.desk.requests import AdviseRequest, CandidateRequest, DecisionRequest, ExplainRequest
from oracle_core.domain.canonical import Json, to_json
from oracle_core.domain.hedge import INSTRUCTIONS, ActionKind, CandidateAction, Status
from oracle_core.domain.record import CycleRecord
from oracle_core.errors import InputError, fault
from oracle_core.hedging.candidates import propose
from oracle_core.journal.cycles import Found, find_cycle
from oracle_core.playbook.load import list_personas


def advise(desk: Desk, request: AdviseRequest) -> Document:
    """`oracle.recommendation/1`: decide, keep the cycle with everything it was decided from, and show it."""
    brief, warnings = desk.brief(request, notes=request.notes, watching=True)
    record, told = decide_and_keep(desk, brief, advisor(desk, request.advisor))
    return {**recommendation_document(record), "warnings": [*warnings, *told]}


def candidates(desk: Desk, request: DecisionRequest) -> Document:
    """`oracle.candidates/1`: everything weighed, screened and ranked; nothing is chosen or kept."""
    brief, warnings = desk.brief(request)
    proposal = propose(face(brief))
    screened = question(brief, proposal).screen(proposal.candidates)
    return {
        "schema": "oracle.candidates/1",
        "as_of": to_json(brief.market.as_of),
        "strategy": brief.strategy.name,
        "persona": brief.persona.name,
        "candidates": [candidate_document(action) for action in screened],
        "left_out": to_json(proposal.left_out),
        "assumptions": [rate_assumption(brief.market)],
        "warnings": list(warnings),
    }


def compare(desk: Desk, request: DecisionRequest) -> Document:
    """`oracle.comparison/1`: what each persona would do with the same book, market and strategy."""
    sources = desk.sources(request)
    rows: list[Json] = []
    warnings: dict[str, None] = dict.fromkeys(sources.warnings)
    for found in list_personas(desk.settings.personas):
        mine = request.model_copy(update={"persona": found.value.name})
        brief, told = desk.brief(mine, sources=sources)
        warnings |= dict.fromkeys(told)
        record = decide(brief)
        rows.append(_comparison_row(record))
    return {
        "schema": "oracle.comparison/1",
        "as_of": to_json(sources.market.as_of),
        "strategy": request.strategy or "each persona's own",
        "rows": rows,
        "warnings": list(warnings),
    }


def explain(desk: Desk, request: ExplainRequest) -> Document:
    """`oracle.explanation/1`: a term of the glossary, what is right of a saying, or a stored candidate term by term.

    Raises: InputError: neither a term nor a stored cycle is called that.
    """
    entry = lookup(request.subject) or answer_to(request.subject)
    if entry is not None:
        return {"schema": "oracle.explanation/1", "subject": request.subject, **_plain(entry)}
    found = find_stored(desk, request.subject)
    action = found.candidate or chosen_of(found.record)
    case = desk.stored_case(found.record)
    return {
        "schema": "oracle.explanation/1",
        "subject": request.subject,
        "cycle_id": found.record.cycle_id,
        "candidate": candidate_document(action),
        "chosen": action.id in found.record.recommendation.chosen,
        "occasions": to_json(found.record.recommendation.occasions),
        "way": way(found.record, action),
        "terms": explained_terms(case, action),
        "limits": explained_limits(case, action),
        "advisor": to_json(found.record.recommendation.advisor),
        "verdict": verdict_document(found.record.verdict),
        "assumptions": list(found.record.recommendation.assumptions),
    }


def why_not(desk: Desk, request: CandidateRequest) -> Document:
    """`oracle.why_not/1`: every refused or losing candidate of a cycle, and what would have to change."""
    found = find_stored(desk, request.subject)
    recommendation = found.record.recommendation
    wanted: Iterable[CandidateAction] = recommendation.candidates
    if found.candidate is not None:
        wanted = (found.candidate,)
    best = chosen_of(found.record)
    rows: list[Json] = [
        {
            "label": action.label,
            "id": action.id,
            "kind": action.kind.value,
            "legs": to_json(action.legs),
            "benefit": action.benefit,
            "breach": action.breach,
            "status": action.status.value,
            "chosen": action.id in recommendation.chosen,
            "instruction": to_json(action.instruction),
            "reasons": _why_lost(action, best),
            "would_need": what_would_change(action, best),
        }
        for action in wanted
    ]
    return {
        "schema": "oracle.why_not/1",
        "subject": request.subject,
        "cycle_id": found.record.cycle_id,
        "rows": rows,
        "left_out": to_json(recommendation.left_out),
    }


def find_stored(desk: Desk, subject: str) -> Found:
    """The stored cycle or candidate that a name stands for.

    Raises: InputError: nothing, or more than one cycle, is called that.
    """
    if not desk.journal_path.is_file():
        close = nearest_terms(subject)
        hint = f"a stored cycle; none is stored yet{', or did you mean ' + close[0] if close else ''}"
        raise InputError([fault("journal", "subject", subject, hint)])
    return find_cycle(desk.journal, subject)


def chosen_of(record: CycleRecord) -> CandidateAction:
    """What was chosen of a cycle; of several the first."""
    recommendation = record.recommendation
    first = recommendation.candidate(recommendation.chosen[0]) if recommendation.chosen else None
    return first or recommendation.candidates[0]


def _why_lost(action: CandidateAction, best: CandidateAction) -> list[Json]:
    """What refused an action, or why another stood before it; that it cures is no reason to have lost."""
    if action.reasons and (action.status is not Status.CURE or action.id == best.id):
        return list(action.reasons)
    return _lost(action, best)


def _lost(action: CandidateAction, best: CandidateAction) -> list[Json]:
    if action.id == best.id:
        return ["this is what was chosen"]
    if action.kind in INSTRUCTIONS:
        return ["a person does it: no order does, so no plan has it"]
    if action.breach > best.breach:
        return [f"it leaves a breach of {action.breach:.3f}, {best.label} leaves {best.breach:.3f}"]
    if action.kind is ActionKind.HOLD:
        return [f"{best.label} is worth {best.benefit - action.benefit:,.2f} USD more over the horizon"]
    return [f"its benefit of {action.benefit:,.2f} USD is below the {best.benefit:,.2f} USD of {best.label}"]


def _comparison_row(record: CycleRecord) -> Json:
    recommendation = record.recommendation
    action = chosen_of(record)
    hedges = [item for item in recommendation.candidates if item.kind is ActionKind.TO_EDGE]
    return {
        "persona": recommendation.persona,
        "strategy": recommendation.strategy,
        "chosen": [item.label for item in recommendation.candidates if item.id in recommendation.chosen],
        "kind": action.kind.value,
        "legs": to_json(action.legs),
        "orders": sum(len(leg.children) for leg in record.plan.legs) if record.plan else 0,
        "benefit": action.benefit,
        "cost": to_json(action.cost),
        "breach": action.breach,
        "cure": action.status is Status.CURE,
        "ruling": record.verdict.ruling.value,
        "reasons": list(action.reasons),
        "edge": [
            {"symbol": item.legs[0].symbol, "coins": item.legs[0].coins, "benefit": item.benefit, "status": item.status}
            for item in hedges
        ],
    }


def _plain(value: object) -> Document:
    plain = to_json(value)
    assert isinstance(plain, dict)
    return dict(plain)
