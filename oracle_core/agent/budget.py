"""What asking a model may cost. A call is reserved before it is made, and not made when it does not fit."""

import re
from dataclasses import dataclass
from typing import Final

from oracle_core.domain.checks import positive, refuse

_PIECES: Final = re.compile(r"[A-Za-z]{1,7}|\d{1,3}|[^\sA-Za-z\d]")
_MESSAGE_TOKENS: Final = 16
"""What roles and separators of a two-message conversation add, generously."""

_COMPLAINT_TOKENS: Final = 120
"""Room for saying what was wrong with the last reply."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """The most one decision may spend, over all its calls together."""

    calls: int = 2
    prompt_tokens: int = 12_000
    reply_tokens: int = 1_200
    seconds: float = 60.0

    def __post_init__(self) -> None:
        given = {"calls": self.calls, "prompt_tokens": self.prompt_tokens, "reply_tokens": self.reply_tokens}
        refuse(positive("model budget", seconds=self.seconds, **given))

    @property
    def prompt_tokens_each(self) -> int:
        """What one prompt may be long, so that asking again fits too."""
        return self.prompt_tokens // self.calls - _COMPLAINT_TOKENS


def fits(budget: Budget, *, calls: int, spent_tokens: int, tokens: int) -> bool:
    """Whether one more call fits: its tokens are counted before it is made.

    >>> fits(Budget(calls=1), calls=0, spent_tokens=0, tokens=900)
    True
    >>> fits(Budget(calls=1), calls=1, spent_tokens=900, tokens=900)
    False
    >>> fits(Budget(prompt_tokens=2_000), calls=1, spent_tokens=1_500, tokens=900)
    False
    """
    return calls < budget.calls and spent_tokens + tokens <= budget.prompt_tokens


def estimated_tokens(*texts: str) -> int:
    """Tokens of a prompt, estimated from its words, digit groups and signs: a little above what is billed.

    >>> estimated_tokens("Hedge 3.554 ETH")
    21
    """
    return _MESSAGE_TOKENS + sum(len(_PIECES.findall(text)) for text in texts)
