"""What asking a model may cost. A call is reserved before it is made, and not made when it does not fit."""

import re
from dataclasses import dataclass, field
from typing import Final

from oracle_core.domain.checks import finite, positive, refuse
from oracle_core.errors import fault

_PIECES: Final = re.compile(r"[A-Za-z]{1,7}|\d{1,3}|[^\sA-Za-z\d]")
MESSAGE_TOKENS: Final = 16
"""What roles and separators of a two-message conversation add, generously."""

_COMPLAINT_TOKENS: Final = 120
"""Room for saying what was wrong with the last reply."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spend:
    """What calls cost, or may: how many, tokens in and out together, seconds of waiting, USD."""

    calls: int
    tokens: int
    seconds: float
    usd: float

    def __post_init__(self) -> None:
        given = finite("model spend", calls=self.calls, tokens=self.tokens, seconds=self.seconds, usd=self.usd)
        refuse(given, [fault("model spend", "usd", self.usd, "0 or more")] if self.usd < 0.0 else [])

    def within(self, cap: "Spend") -> bool:
        """Whether no part of it is above the cap's.

        >>> Spend(calls=1, tokens=900, seconds=3.0, usd=0.0).within(Spend(calls=1, tokens=800, seconds=9.0, usd=1.0))
        False
        """
        return (
            self.calls <= cap.calls
            and self.tokens <= cap.tokens
            and self.seconds <= cap.seconds
            and self.usd <= cap.usd
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """What a provider bills, in USD per million tokens; 0 is free."""

    prompt_usd: float
    reply_usd: float

    def __post_init__(self) -> None:
        wrong = [
            fault("model price", name, value, "USD per million tokens, 0 or more")
            for name, value in {"prompt_usd": self.prompt_usd, "reply_usd": self.reply_usd}.items()
            if not 0.0 <= value < 1e6
        ]
        refuse(wrong)

    def usd(self, prompt_tokens: int, reply_tokens: int) -> float:
        """The price of one call.

        >>> Price(prompt_usd=2.0, reply_usd=8.0).usd(3_000, 1_000)
        0.014
        """
        return (prompt_tokens * self.prompt_usd + reply_tokens * self.reply_usd) / 1e6


FREE: Final = Price(prompt_usd=0.0, reply_usd=0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """The most one decision may spend over all its calls together, and the most of a day (UTC)."""

    calls: int = 2
    prompt_tokens: int = 12_000
    reply_tokens: int = 1_200
    """Of one reply; one that is asked for again because it was cut off may take twice as many."""
    seconds: float = 60.0
    usd: float = 0.25
    day: Spend = field(default=Spend(calls=1_000, tokens=5_000_000, seconds=14_400.0, usd=5.0))

    def __post_init__(self) -> None:
        given = {"calls": self.calls, "prompt_tokens": self.prompt_tokens, "reply_tokens": self.reply_tokens}
        refuse(positive("model budget", seconds=self.seconds, **given), finite("model budget", usd=self.usd))

    @property
    def prompt_tokens_each(self) -> int:
        """What one prompt may be long, so that asking again fits too."""
        return self.prompt_tokens // self.calls - _COMPLAINT_TOKENS

    @property
    def cycle(self) -> Spend:
        """The cap of one decision: every prompt it may send, and every reply at its longest."""
        tokens = self.prompt_tokens + 2 * self.calls * self.reply_tokens
        return Spend(calls=self.calls, tokens=tokens, seconds=self.seconds, usd=self.usd)


def estimated_tokens(*texts: str) -> int:
    """Tokens of a prompt, estimated from its words, digit groups and signs: a little above what is billed.

    >>> estimated_tokens("Hedge 3.554 ETH")
    21
    """
    return MESSAGE_TOKENS + sum(len(_PIECES.findall(text)) for text in texts)
