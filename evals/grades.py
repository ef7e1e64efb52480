"""What a recommendation is graded on. Each grade is a list of what is wrong; an empty one is a pass."""

from evals.case import Case
from oracle_core.agent.advisor import ReplayAdvisor
from oracle_core.agent.prose import PLACEHOLDER, render_prose
from oracle_core.desk.brief import Brief
from oracle_core.desk.decide import decide, face, question
from oracle_core.domain.canonical import canonical_json
from oracle_core.domain.hedge import Status
from oracle_core.domain.record import CycleRecord
from oracle_core.hedging.candidates import propose


def expectation(case: Case, record: CycleRecord, engine: CycleRecord) -> list[str]:
    """Whether who chose, why, and what is what the case expects."""
    found = record.recommendation
    seen = {
        "advisor": found.advisor.name,
        "fallback_reason": found.advisor.fallback_reason,
        "chosen": _chosen(record),
        "prose": found.advisor.prose is not None,
    }
    expected = case.expected
    if expected.chosen == ("engine",):
        expected = expected.model_copy(update={"chosen": _chosen(engine)})
    return [
        f"{name} is {value!r}, expected {wanted!r}"
        for name, value in seen.items()
        if (wanted := getattr(expected, name)) != value
    ]


def _chosen(record: CycleRecord) -> tuple[str, ...]:
    found = record.recommendation
    return tuple(item.label for pick in found.picks if (item := found.candidate(pick.id)) is not None)


def membership(record: CycleRecord, engine: CycleRecord) -> list[str]:
    """Whether every candidate and every pick is the engine's own, and nothing refused is picked."""
    found, own = record.recommendation, engine.recommendation
    wrong = [] if canonical_json(found.candidates) == canonical_json(own.candidates) else ["the candidates differ"]
    for pick in found.picks:
        item = found.candidate(pick.id)
        if item is None or item.status is Status.REFUSED:
            wrong.append(f"picked {pick.id}, which is not offered")
    return wrong


def trades(record: CycleRecord) -> list[str]:
    """Whether the plan trades what was picked: no other instrument, no other side, no more of it."""
    found = record.recommendation
    picked = {leg.id: leg.contracts for pick in found.picks if (item := found.candidate(pick.id)) for leg in item.legs}
    legs = () if record.plan is None else record.plan.legs
    return [
        f"the plan trades {leg.contracts} {leg.id}"
        for leg in legs
        if leg.id not in picked or leg.contracts * picked[leg.id] <= 0 or abs(leg.contracts) > abs(picked[leg.id])
    ]


def duties(record: CycleRecord, engine: CycleRecord) -> list[str]:
    """Whether every duty of the engine is still there, whole."""
    own = engine.recommendation
    wanted = [pick for pick in own.picks if (item := own.candidate(pick.id)) is not None and item.status is Status.CURE]
    return [f"the duty {pick.id} is missing" for pick in wanted if pick not in record.recommendation.picks]


def prose(brief: Brief, record: CycleRecord) -> list[str]:
    """Whether every figure in the prose is the engine's."""
    text = record.recommendation.advisor.prose
    if text is None:
        return []
    asked = question(brief, propose(face(brief)))
    rest = PLACEHOLDER.sub("", text)
    shown = render_prose(text, record.recommendation.candidates, asked.facts)
    wrong = [f"a digit of its own: {rest!r}"] if any(char.isnumeric() for char in rest) else []
    return wrong + ([f"a figure that nothing fills: {shown!r}"] if "—" in shown or "{" in shown else [])


def risks(record: CycleRecord) -> list[str]:
    """Whether what could go wrong is told, with a figure."""
    told = [risk for risk in record.recommendation.risks if risk.value is not None]
    return [] if told else ["no residual risk with a figure"]


def replay(brief: Brief, record: CycleRecord) -> list[str]:
    """Whether the stored reply gives the same decision, byte for byte."""
    assert record.reply is not None
    again = decide(brief, ReplayAdvisor(reply=record.reply))
    return [] if canonical_json(again) == canonical_json(record) else ["the replayed cycle differs"]


def grade(case: Case, brief: Brief, record: CycleRecord, engine: CycleRecord) -> dict[str, list[str]]:
    """Every grade of one case. `engine` is the same decision without a model."""
    return {
        "expectation": expectation(case, record, engine),
        "membership": membership(record, engine),
        "trades": trades(record),
        "duties": duties(record, engine),
        "prose": prose(brief, record),
        "risks": risks(record),
        "replay": replay(brief, record),
    }
