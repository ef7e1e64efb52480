"""How asking a model can end: a closed list, because a person and a program react to each differently."""

from enum import StrEnum
from typing import Final


class Ending(StrEnum):
    """One word for what came of an ask. After `ok` and `prose` the model's choice stands, after `duty` as much of
    it as the duties leave; every other delivers the engine's own."""

    OK = "ok"
    PROSE = "prose"
    DUTY = "duty"
    ABSTAINED = "abstained"
    REFUSAL = "refusal"
    LENGTH = "length"
    FILTER = "filter"
    MALFORMED = "malformed"
    OVERSIZE = "oversize"
    NO_CHOICE = "no_choice"
    UNKNOWN_ID = "unknown_id"
    REFUSED_ID = "refused_id"
    DUPLICATE_ID = "duplicate_id"
    CONFLICTING_IDS = "conflicting_ids"
    TIMEOUT = "timeout"
    UNREACHABLE = "unreachable"
    HTTP_429 = "http_429"
    HTTP_4XX = "http_4xx"
    HTTP_5XX = "http_5xx"
    DISAGREEMENT = "disagreement"
    BUDGET = "budget"
    BREAKER = "breaker"
    UNACCOUNTED = "unaccounted"
    NO_PRICE = "no_price"
    NO_KEY = "no_key"


MEANING: Final[dict[Ending, str]] = {
    Ending.OK: "the model chose",
    Ending.PROSE: "the model's prose held a figure, an unknown placeholder, markup, a deed or a promise",
    Ending.DUTY: "a duty of the engine stands before the model's choice",
    Ending.ABSTAINED: "the model abstained",
    Ending.REFUSAL: "the model refused to answer",
    Ending.LENGTH: "the reply was cut off at its length limit",
    Ending.FILTER: "the provider's content filter stopped the reply",
    Ending.MALFORMED: "the reply was not the JSON that was asked for",
    Ending.OVERSIZE: "the reply was larger than is read",
    Ending.NO_CHOICE: "the reply chose nothing and did not abstain",
    Ending.UNKNOWN_ID: "the reply named a candidate that was not offered",
    Ending.REFUSED_ID: "the reply named a candidate that is refused",
    Ending.DUPLICATE_ID: "the reply named a candidate twice",
    Ending.CONFLICTING_IDS: "the reply named candidates that exclude each other",
    Ending.TIMEOUT: "the model did not answer within the deadline",
    Ending.UNREACHABLE: "the model's server could not be reached",
    Ending.HTTP_429: "the model's server asked to be called less often",
    Ending.HTTP_4XX: "the model's server did not accept the request",
    Ending.HTTP_5XX: "the model's server failed",
    Ending.DISAGREEMENT: "the model's answers to the same question differ too much",
    Ending.BUDGET: "asking would have gone over the budget",
    Ending.BREAKER: "the model's server failed too often lately, and is left alone for a while",
    Ending.UNACCOUNTED: "what asking costs could not be written down",
    Ending.NO_PRICE: "its price is not set (`model.usd_per_million_prompt_tokens`, …), so no cap on cost would hold",
    Ending.NO_KEY: "no key and no server address were given (`OPENAI_API_KEY`, `OPENAI_BASE_URL`)",
}
"""What each ending means, in words for the card."""

NOT_ASKED: Final = frozenset({Ending.BUDGET, Ending.BREAKER, Ending.UNACCOUNTED, Ending.NO_PRICE, Ending.NO_KEY})
"""The endings of an ask that was never sent."""

ASK_AGAIN: Final = frozenset(
    {
        Ending.PROSE,
        Ending.LENGTH,
        Ending.MALFORMED,
        Ending.OVERSIZE,
        Ending.NO_CHOICE,
        Ending.UNKNOWN_ID,
        Ending.REFUSED_ID,
        Ending.DUPLICATE_ID,
        Ending.CONFLICTING_IDS,
        Ending.UNREACHABLE,
        Ending.HTTP_429,
        Ending.HTTP_5XX,
    }
)
"""The endings a second ask may mend. The others would end the same way, or have no time left."""
