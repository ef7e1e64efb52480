"""The steps of the graph: each takes the state and returns what changes in it. Only `ask` waits for anybody."""

from collections.abc import Sequence
from dataclasses import replace

from oracle_core.agent.advice import Advice, Rejection, check
from oracle_core.agent.advisor import EngineAdvisor, OpenAIAdvisor
from oracle_core.agent.agreement import vote
from oracle_core.agent.ending import ASK_AGAIN, MEANING, NOT_ASKED, Ending
from oracle_core.agent.offer import Offer, exclude_each_other, is_duty
from oracle_core.agent.prompt import offer_of, write_prompt
from oracle_core.agent.reply import Reply
from oracle_core.agent.session import Session
from oracle_core.agent.state import (
    State,
    Update,
    note_state,
    pick_states,
    picks,
    prompt_of,
    prompt_state,
    replies,
    screened,
    screened_state,
)
from oracle_core.domain.canonical import Json
from oracle_core.domain.hedge import AdvisorNote, CandidateAction, Pick


def screen(_state: State, session: Session) -> Update:
    """Strategy and persona, in code: every candidate gets its status and reasons, and the engine chooses."""
    question = session.question
    session.run.tell({"event": "facts", "as_of": question.as_of.isoformat(), "facts": dict(question.facts)})
    found = question.screen(question.candidates)
    for item in found:
        session.run.tell(
            {"event": "candidate", "id": item.id, "label": item.label, "kind": item.kind.value,
             "status": item.status.value, "reasons": list(item.reasons)}
        )  # fmt: skip
    return Update(screened=screened_state(found), engine=pick_states(question.select(found)))


def brief(state: State, session: Session) -> Update:
    """The prompt and the closed list of what may be chosen."""
    if session.transcript is not None:
        return Update(offered=list(session.transcript.offered))
    if not isinstance(session.advisor, OpenAIAdvisor):
        return Update()
    candidates = screened(state, session.question.candidates)
    limit = session.advisor.budget.prompt_tokens_each
    prompt = write_prompt(session.question, candidates, picks(state["engine"]), limit, session.counter)
    if prompt is None:
        return Update()
    return Update(prompt=prompt_state(prompt), offered=list(prompt.labels))


async def ask(state: State, session: Session) -> Update:
    """One round of replies: the only step that waits."""
    found = await session.ask(state)
    texts = [reply.model_dump_json() for reply in found]
    return Update(rounds=[*state["rounds"], len(found)], replies=[*state["replies"], *texts])


def judge(state: State, session: Session) -> Update:
    """What the last round of replies is worth: no fault, or its name; and which reply's choice stands."""
    offer, size = _offer(state, session), state["rounds"][-1]
    first = len(state["replies"]) - size
    found = vote([_read(reply, offer) for reply in replies(state)[first:]], session.samples, session.agreement)
    kept = state["kept"] if found.stands is None else first + found.stands
    fault = None if found.fault is None else found.fault.value
    meaning = MEANING[found.fault or Ending.OK]
    session.run.tell({"event": "checked", "round": len(state["rounds"]), "fault": fault, "meaning": meaning})
    return Update(fault=fault, kept=kept, share=state["share"] if found.stands is None else found.share)


def choose(state: State, session: Session) -> Update:
    """The picks: a valid advice's, with every duty of the engine; else the engine's own."""
    engine = picks(state["engine"])
    advice = _advice(state, session)
    if advice is None or advice.abstained:
        reason = state["fault"] if advice is None else Ending.ABSTAINED.value
        chosen, note = tuple(engine), _note(advice, session, name=EngineAdvisor.name, reason=reason)
    else:
        chosen = with_duties(advice.picks, engine, screened(state, session.question.candidates))
        note = _advice_note(advice, chosen, session, faulty=state["fault"] is not None)
    note = _counted(note, state, session)
    picked: list[Json] = [pick.id for pick in chosen]
    session.run.tell(
        {"event": "chosen", "picks": picked, "advisor": note.name, "fallback_reason": note.fallback_reason}
    )
    return Update(picks=pick_states(chosen), note=note_state(note))


def after_brief(_state: State, session: Session) -> str:
    return "choose" if isinstance(session.advisor, EngineAdvisor) else "ask"


def after_check(state: State, session: Session) -> str:
    fault = state["fault"]
    settled = session.samples > 1 and state["kept"] is not None  # many are not asked again for the sake of words
    again = fault is not None and Ending(fault) in ASK_AGAIN and len(state["rounds"]) < session.attempts
    return "ask" if again and not settled else "choose"


def with_duties(
    advised: Sequence[Pick], engine: Sequence[Pick], candidates: Sequence[CandidateAction]
) -> tuple[Pick, ...]:
    """The advised picks under the engine's duties: a duty stays as the engine chose it, whole, and an advised
    pick that it excludes gives way."""
    by_id = {item.id: item for item in candidates}
    duties = [pick for pick in engine if is_duty(by_id[pick.id])]
    free = [pick for pick in advised if not any(exclude_each_other(by_id[pick.id], by_id[duty.id]) for duty in duties)]
    return (*duties, *free)


def _offer(state: State, session: Session) -> Offer:
    candidates = screened(state, session.question.candidates)
    return offer_of(candidates, state["offered"], session.question.facts)


def _read(reply: Reply, offer: Offer) -> Advice | Rejection:
    if reply.ending is not Ending.OK or reply.content is None:
        return Rejection(ending=reply.ending)
    return check(reply.content, offer)


def _advice(state: State, session: Session) -> Advice | None:
    """The choice that stands, read again from the reply that made it."""
    if state["kept"] is None:
        return None
    found = _read(replies(state)[state["kept"]], _offer(state, session))
    return found.kept if isinstance(found, Rejection) else found


def _advice_note(advice: Advice, chosen: Sequence[Pick], session: Session, *, faulty: bool) -> AdvisorNote:
    """Who chose: the model as far as its picks are left. Prose for a choice that is not made is not shown."""
    advised = {(pick.id, pick.scale) for pick in advice.picks}
    made = {(pick.id, pick.scale) for pick in chosen}
    if made != advised:
        name = OpenAIAdvisor.name if made & advised else EngineAdvisor.name
        return _note(replace(advice, prose=None), session, name=name, reason=Ending.DUTY.value)
    # A choice that stands in spite of a fault has lost its prose to it.
    return _note(advice, session, name=OpenAIAdvisor.name, reason=Ending.PROSE.value if faulty else None)


def _note(advice: Advice | None, session: Session, *, name: str, reason: str | None) -> AdvisorNote:
    if advice is None:
        return AdvisorNote(name=name, fallback_reason=reason, model=session.model)
    return AdvisorNote(
        name=name,
        fallback_reason=reason,
        model=session.model,
        prose=advice.prose,
        reason_codes=tuple(code.value for code in advice.reason_codes),
        adjustments=tuple(code.value for code in advice.adjustments),
        confidence=advice.confidence.value,
        abstained=advice.abstained,
    )


def _counted(note: AdvisorNote, state: State, session: Session) -> AdvisorNote:
    """The note with what asking took: calls made, and what a prompt counts by whose count."""
    if isinstance(session.advisor, EngineAdvisor):
        return note
    prompt, stored = prompt_of(state), session.transcript
    return replace(
        note,
        calls=sum(reply.ending not in NOT_ASKED for reply in replies(state)),
        tokens=prompt.tokens if prompt else stored.tokens if stored else None,
        tokenizer=prompt.tokenizer if prompt else stored.tokenizer if stored else None,
        agreement=state["share"] if session.samples > 1 else None,
    )
