"""The next request to a model with the most it may cost, or the reason why none is made."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from oracle_core.agent.advisor import OpenAIAdvisor
from oracle_core.agent.budget import Price, Spend
from oracle_core.agent.ending import Ending
from oracle_core.agent.prompt import Prompt, complaint_about
from oracle_core.agent.reply import Reply
from oracle_core.agent.state import State, prompt_of, replies
from oracle_core.agent.tokens import Counter
from oracle_core.domain.canonical import Json

PAUSE_SECONDS: Final = 0.25
_PAUSE_AFTER: Final = frozenset({Ending.UNREACHABLE, Ending.HTTP_429, Ending.HTTP_5XX})


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One call: the prompt, what was wrong with the last reply, how long to wait before, and what it may cost."""

    url: str
    prompt: Prompt
    complaint: str | None
    prompt_tokens: int
    reply_tokens: int
    pause: float
    seconds: float
    price: Price
    schema: Mapping[str, Json] | None = None
    """Of the reply; that of advice on the prompt's labels where none is given."""

    def worst(self, samples: int) -> Spend:
        """The most that so many calls at once may cost."""
        return Spend(
            calls=samples,
            tokens=samples * (self.prompt_tokens + self.reply_tokens),
            seconds=self.seconds,
            usd=samples * self.price.usd(self.prompt_tokens, self.reply_tokens),
        )

    def spent(self, answered: Sequence[Reply], seconds: float) -> Spend:
        """What the calls did cost: as the server counted, and at the worst where it did not say."""
        used = [self._used(reply) for reply in answered]
        return Spend(
            calls=len(answered),
            tokens=sum(prompt + reply for prompt, reply in used),
            seconds=seconds,
            usd=sum(self.price.usd(prompt, reply) for prompt, reply in used),
        )

    def _used(self, reply: Reply) -> tuple[int, int]:
        prompt = self.prompt_tokens if reply.prompt_tokens is None else reply.prompt_tokens
        # No server bills more than the length it was asked to keep to, whatever it says.
        said = self.reply_tokens if reply.reply_tokens is None else reply.reply_tokens
        return prompt, min(said, self.reply_tokens)


def next_request(state: State, advisor: OpenAIAdvisor, seconds_left: float, counter: Counter) -> Request | Reply:
    """The next call, or the reply that stands in for it when none is to be made."""
    prompt, before = prompt_of(state), replies(state)
    last = before[-1] if before else None
    if advisor.url is None:
        return Reply(ending=Ending.NO_KEY)
    price = advisor.known_price
    if price is None:
        return Reply(ending=Ending.NO_PRICE)
    if prompt is None:
        return Reply(ending=Ending.BUDGET)
    if seconds_left <= 0.0:
        return Reply(ending=Ending.TIMEOUT)
    pause = _pause(last)
    if last is not None and pause >= seconds_left:
        return last
    complaint = None if state["fault"] is None or pause else complaint_about(Ending(state["fault"]))
    cut_off = last is not None and last.ending is Ending.LENGTH
    return Request(
        url=advisor.url,
        prompt=prompt,
        complaint=complaint,
        prompt_tokens=prompt.tokens + (counter.count(complaint) if complaint else 0),
        reply_tokens=advisor.budget.reply_tokens * (2 if cut_off else 1),
        pause=pause,
        seconds=seconds_left,
        price=price,
    )


def _pause(last: Reply | None) -> float:
    """Seconds to wait before asking again: what the server asked for, else a little."""
    if last is None or last.ending not in _PAUSE_AFTER:
        return 0.0
    return max(PAUSE_SECONDS, last.retry_after or 0.0)
