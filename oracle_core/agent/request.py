"""The next request to a model, or the reason why none is made: budget and time are counted before, not after."""

from dataclasses import dataclass
from typing import Final

from oracle_core.agent.advisor import OpenAIAdvisor
from oracle_core.agent.budget import estimated_tokens, fits
from oracle_core.agent.ending import Ending
from oracle_core.agent.prompt import Prompt, complaint_about
from oracle_core.agent.reply import Reply
from oracle_core.agent.state import State, prompt_of, replies

PAUSE_SECONDS: Final = 0.25
_PAUSE_AFTER: Final = frozenset({Ending.UNREACHABLE, Ending.HTTP_429, Ending.HTTP_5XX})


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One call: the prompt, what was wrong with the last reply, and how long to wait before."""

    url: str
    prompt: Prompt
    complaint: str | None
    reply_tokens: int
    pause: float


def next_request(state: State, advisor: OpenAIAdvisor, seconds_left: float) -> Request | Reply:
    """The next call, or the reply that stands in for it when none is to be made."""
    prompt, before = prompt_of(state), replies(state)
    last = before[-1] if before else None
    if advisor.url is None:
        return Reply(ending=Ending.NO_KEY)
    if prompt is None:
        return Reply(ending=Ending.BUDGET)
    if seconds_left <= 0.0:
        return Reply(ending=Ending.TIMEOUT)
    pause = _pause(last)
    if last is not None and pause >= seconds_left:
        return last
    complaint = None if state["fault"] is None or pause else complaint_about(Ending(state["fault"]))
    tokens = prompt.tokens + estimated_tokens(complaint or "")
    if not fits(advisor.budget, calls=len(before), spent_tokens=state["spent_tokens"], tokens=tokens):
        return Reply(ending=Ending.BUDGET)
    cut_off = last is not None and last.ending is Ending.LENGTH
    reply_tokens = advisor.budget.reply_tokens * (2 if cut_off else 1)
    return Request(url=advisor.url, prompt=prompt, complaint=complaint, reply_tokens=reply_tokens, pause=pause)


def _pause(last: Reply | None) -> float:
    """Seconds to wait before asking again: what the server asked for, else a little."""
    if last is None or last.ending not in _PAUSE_AFTER:
        return 0.0
    return max(PAUSE_SECONDS, last.retry_after or 0.0)
