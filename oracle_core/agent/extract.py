"""Asking a model what a sentence means: one call within the same deadline, budget and breaker as any other."""

import asyncio
from collections.abc import Mapping

from oracle_core.agent.advisor import OpenAIAdvisor
from oracle_core.agent.client import ask_once
from oracle_core.agent.ending import Ending
from oracle_core.agent.event_loop import PatientLoop
from oracle_core.agent.extraction import (
    Extraction,
    Question,
    extraction_messages,
    extraction_schema,
    read_extraction,
)
from oracle_core.agent.prompt import Prompt
from oracle_core.agent.reply import Reply
from oracle_core.agent.request import Request
from oracle_core.agent.run import Run
from oracle_core.agent.tokens import counter
from oracle_core.domain.canonical import canonical_json

REPLY_TOKENS = 300


def extract(advisor: OpenAIAdvisor, sentence: str, offered: Mapping[str, Question], run: Run) -> Extraction | Ending:
    """What the sentence asks, by its own words; else how the ask ended. Nothing a server does raises."""
    request = _request(advisor, sentence, offered)
    if isinstance(request, Ending):
        return request
    with asyncio.Runner(loop_factory=PatientLoop) as runner:
        reply: Reply = runner.run(ask_once(advisor, request, run))
    if reply.ending is not Ending.OK:
        return reply.ending
    return read_extraction(reply.content or "", sentence, offered) or Ending.MALFORMED


def _request(advisor: OpenAIAdvisor, sentence: str, offered: Mapping[str, Question]) -> Request | Ending:
    if advisor.url is None:
        return Ending.NO_KEY
    price = advisor.known_price
    if price is None:
        return Ending.NO_PRICE
    system, user = extraction_messages(sentence, offered)
    schema, counts = extraction_schema(offered), counter(advisor.model)
    tokens = counts.count(system, user, canonical_json(schema).decode())
    if tokens > advisor.budget.prompt_tokens:
        return Ending.BUDGET
    prompt = Prompt(system=system, user=user, labels=(), tokens=tokens, tokenizer=counts.name)
    return Request(
        url=advisor.url, prompt=prompt, complaint=None, prompt_tokens=tokens,
        reply_tokens=min(REPLY_TOKENS, advisor.budget.reply_tokens), pause=0.0, seconds=advisor.seconds, price=price,
        schema=schema,
    )  # fmt: skip
