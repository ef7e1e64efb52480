"""The words of the chat: how people ask, what carries no meaning, what says up and down."""

import re
from typing import Final

MORE_PHRASES: Final[dict[str, tuple[str, ...]]] = {
    "advise": (
        "what should we do", "what do you recommend", "recommendation", "should i hedge", "hedge now", "what to do",
        "what would you do", "hedge my book", "give me a plan", "should i buy or sell", "best hedge", "any advice",
    ),
    "exposures": (
        "am i long or short gamma", "am i long or short", "long or short convexity", "how much delta",
        "what is my gamma", "what is my vega", "what is my theta", "my greeks", "my book", "my portfolio", "show risk",
        "net delta", "my delta", "how am i positioned", "what expires", "prices", "am i short vol",
        "am i long volatility",
    ),
    "candidates": ("all candidates", "what are my choices", "list hedges", "which hedges are there", "choices"),
    "stress": (
        "worst case", "stress test", "stress grid", "how bad can it get", "what can go wrong", "how much can i lose",
        "what is my risk of loss", "what if it crashes", "shock",
    ),
    "explain": ("why hedge now", "why this hedge", "why that hedge", "explain it", "why did you choose this"),
    "why-not": ("why not the others", "what about the others", "why was it refused", "why not that one"),
    "compare": ("compare the personas", "how would a cautious desk decide", "all personas", "other risk profiles"),
    "funding": ("next funding", "what is the funding rate", "funding cost", "do i pay funding", "am i paid funding"),
    "positions": (
        "show my positions", "what am i holding", "show the account", "my account", "open orders", "holdings",
    ),
    "journal": ("show the journal", "recent events", "alerts"),
    "journal-verify": ("verify journal", "check the journal", "is the chain intact"),
    "strategies": ("which strategies are there", "show strategies"),
    "personas": ("which personas are there", "show personas", "risk profiles"),
    "doctor": ("is everything ok", "health check", "system status", "self test", "diagnose"),
    "simulate": ("run a simulation", "simulation", "backtest a straddle"),
    "replay": ("replay it", "replay the decision", "decide it again"),
}  # fmt: skip
"""Beside the phrases of the table of use cases."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


FILLER: Final = _words(
    "a about again an and any anything as at be been can could current currently desk did do does doing for from get "
    "give has have hey hi how i if in is it its just kindly let like look looking me more much my need now of on ok "
    "okay oracle our out please pls right see show so some something tell that thanks the their them there things this "
    "to today trader u us want was we were what when will with would you your"
)
COINS: Final = _words("btc eth sol bitcoin ether ethereum solana")
DOWN: Final = _words(
    "down drop drops dropped fall falls fell crash crashes crashed dump dumps lose loses minus lower plunge plunges "
    "sink sinks tank tanks decline declines below crush crushes"
)
UP: Final = _words(
    "up rise rises rose rally rallies rallied gain gains pump pumps plus higher jump jumps climb climbs spike spikes "
    "above increase increases soar soars moon moons"
)
VOLATILITY: Final = _words("vol vols iv ivs volatility implied dvol")
HELP: Final = frozenset({"help", "?", "commands", "what can you do", "what can i ask", "how does this work"})
LEAVE: Final = frozenset({"quit", "exit", "bye", "q", ":q", "goodbye", "leave", "logout"})

ORDERS: Final = _words(
    "approve approved approval execute execution reject resume unhalt restart buy sell send submit place trade fill "
    "override bypass transfer withdraw"
)
"""Verbs that move money or lift a halt. A sentence with one of them runs nothing."""
QUESTION: Final = _words("should what why how which would is are am do does did when who can could will")

HALT: Final = re.compile(
    r"(?:please\s+|now\s+|ok\s+)?(?:"
    r"halt\b.*"
    r"|(?:emergency|full)\s+stop\b.*"
    r"|(?:hit|pull|use|press|trigger|flip)?\s*(?:the\s+)?kill\s*-?\s*switch"
    r"|(?:stop|freeze|pause|cease|kill|shut\s+down)(?:\s+(?:it|all|everything|trading|orders?|now|the|desk|new|any|of"
    r"|at|once|immediately|please|sending|right|down))*"
    r"|pull\s+the\s+plug"
    r")",
    re.IGNORECASE,
)
"""Wordings that plainly mean halt. Halting is safe: it may be too eager, never too slow."""
