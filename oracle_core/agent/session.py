"""One run of the graph from outside: what it carries beside its state, and the choice it leaves."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeAlias

from oracle_core.agent.advisor import Advisor, OpenAIAdvisor, ReplayAdvisor
from oracle_core.agent.ending import Ending
from oracle_core.agent.question import Choice, Question
from oracle_core.agent.reply import Reply, Transcript, read_transcript
from oracle_core.agent.run import Run
from oracle_core.agent.state import State, advisor_note, picks, prompt_of, replies, screened
from oracle_core.agent.tokens import ESTIMATOR, Counter, counter

Ask: TypeAlias = Callable[[State], Awaitable[list[Reply]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """The question, who is asked and how, and the transcript of a replay."""

    question: Question
    advisor: Advisor
    ask: Ask
    run: Run
    counter: Counter = ESTIMATOR
    transcript: Transcript | None = None

    @property
    def model(self) -> str | None:
        """The model that is asked, or was."""
        if isinstance(self.advisor, OpenAIAdvisor):
            return self.advisor.model
        return None if self.transcript is None else self.transcript.model

    @property
    def attempts(self) -> int:
        """How often may be asked, each time for all samples."""
        if isinstance(self.advisor, OpenAIAdvisor):
            return self.advisor.attempts
        return 0 if self.transcript is None else len(_rounds(self.transcript))

    @property
    def samples(self) -> int:
        """How many answers are asked for at once."""
        if isinstance(self.advisor, OpenAIAdvisor):
            return self.advisor.samples
        return 1 if self.transcript is None else self.transcript.samples

    @property
    def agreement(self) -> float:
        """The share of the samples that must agree."""
        if isinstance(self.advisor, OpenAIAdvisor):
            return self.advisor.agreement
        return 1.0 if self.transcript is None else self.transcript.agreement


def open_session(question: Question, advisor: Advisor, run: Run) -> Session:
    """A session whose time starts now; call it inside the running event loop.

    Raises: InputError: the stored reply of a `ReplayAdvisor` is not one.
    """
    if isinstance(advisor, OpenAIAdvisor):
        until = asyncio.get_running_loop().time() + advisor.seconds
        from oracle_core.agent.client import asker  # noqa: PLC0415 - openai is imported only where one is asked

        counts = counter(advisor.model)
        ask = asker(advisor, until, run, counts)
        return Session(question=question, advisor=advisor, ask=ask, run=run, counter=counts)
    if isinstance(advisor, ReplayAdvisor):
        transcript = read_transcript(advisor.reply)
        return Session(question=question, advisor=advisor, ask=_stored(transcript), run=run, transcript=transcript)
    return Session(question=question, advisor=advisor, ask=_nobody, run=run)


def choice_of(final: State, session: Session) -> Choice:
    """What the finished run chose."""
    return Choice(
        candidates=screened(final, session.question.candidates),
        picks=picks(final["picks"]),
        advisor=advisor_note(final["note"]),
        reply=_reply_text(final, session),
    )


def _reply_text(final: State, session: Session) -> str | None:
    if isinstance(session.advisor, ReplayAdvisor):
        return session.advisor.reply
    if not isinstance(session.advisor, OpenAIAdvisor):
        return None
    prompt = prompt_of(final)
    return Transcript(
        model=session.advisor.model,
        prompt=None if prompt is None else prompt.hash,
        offered=final["offered"],
        attempts=replies(final),
        rounds=final["rounds"],
        samples=session.samples,
        agreement=session.agreement,
        tokens=None if prompt is None else prompt.tokens,
        tokenizer=None if prompt is None else prompt.tokenizer,
    ).text()


def _rounds(transcript: Transcript) -> list[int]:
    """How many attempts each round had; what an edited transcript claims beyond its attempts is none."""
    return transcript.rounds or [1] * len(transcript.attempts)


def _stored(transcript: Transcript) -> Ask:
    rounds = _rounds(transcript)

    async def ask(state: State) -> list[Reply]:
        before, number = len(state["replies"]), len(state["rounds"])
        return transcript.attempts[before : before + rounds[number]] or transcript.attempts[-1:]

    return ask


async def _nobody(_state: State) -> list[Reply]:
    return [Reply(ending=Ending.NO_KEY)]
