"""One run of the graph from outside: what it carries beside its state, and the choice it leaves."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeAlias

from oracle_core.agent.advisor import Advisor, OpenAIAdvisor, ReplayAdvisor
from oracle_core.agent.ending import Ending
from oracle_core.agent.question import Choice, Question
from oracle_core.agent.reply import Reply, Transcript, read_transcript
from oracle_core.agent.state import State, advisor_note, picks, prompt_of, replies, screened

Ask: TypeAlias = Callable[[State], Awaitable[Reply]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """The question, who is asked and how, and the transcript of a replay."""

    question: Question
    advisor: Advisor
    ask: Ask
    transcript: Transcript | None = None

    @property
    def model(self) -> str | None:
        """The model that is asked, or was."""
        if isinstance(self.advisor, OpenAIAdvisor):
            return self.advisor.model
        return None if self.transcript is None else self.transcript.model

    @property
    def attempts(self) -> int:
        """How often may be asked."""
        if isinstance(self.advisor, OpenAIAdvisor):
            return self.advisor.attempts
        return 0 if self.transcript is None else len(self.transcript.attempts)


def open_session(question: Question, advisor: Advisor) -> Session:
    """A session whose time starts now; call it inside the running event loop.

    Raises: InputError: the stored reply of a `ReplayAdvisor` is not one.
    """
    if isinstance(advisor, OpenAIAdvisor):
        until = asyncio.get_running_loop().time() + advisor.seconds
        from oracle_core.agent.client import asker  # noqa: PLC0415 - openai is imported only where one is asked

        return Session(question=question, advisor=advisor, ask=asker(advisor, until))
    if isinstance(advisor, ReplayAdvisor):
        transcript = read_transcript(advisor.reply)
        return Session(question=question, advisor=advisor, ask=_stored(transcript), transcript=transcript)
    return Session(question=question, advisor=advisor, ask=_nobody)


def choice_of(final: State, session: Session) -> Choice:
    """What the finished run chose."""
    return Choice(
        candidates=screened(final, session.question.candidates),
        picks=picks(final["picks"]),
        advisor=advisor_note(final["note"]),
        reply=_reply_text(final, session),
    )


def _reply_text(final: State, session: Session) -> str | None:
    if session.transcript is not None:
        return session.transcript.text()
    if session.model is None:
        return None
    prompt = prompt_of(final)
    return Transcript(
        model=session.model,
        prompt=None if prompt is None else prompt.hash,
        offered=final["offered"],
        attempts=replies(final),
    ).text()


def _stored(transcript: Transcript) -> Ask:
    async def ask(state: State) -> Reply:
        return transcript.attempts[state["attempts"]]

    return ask


async def _nobody(_state: State) -> Reply:
    return Reply(ending=Ending.NO_KEY)
