"""The words of the chat: how people ask, what carries no meaning, what says up and down."""

import re
from typing import Final

MORE_PHRASES: Final[dict[str, tuple[str, ...]]] = {
    "advise": (
        "what should we do", "what do you recommend", "recommendation", "should i hedge", "hedge now", "what to do",
        "what would you do", "hedge my book", "give me a plan", "should i buy or sell", "best hedge", "any advice",
        "what is the best hedge", "do i need to hedge", "what next",
    ),
    "exposures": (
        "am i long or short gamma", "am i long or short", "how much delta", "what is my gamma", "what is my vega",
        "what is my theta", "my greeks", "my book", "my portfolio", "show risk", "net delta", "my delta",
        "how am i positioned", "am i short vol", "am i long volatility", "show my portfolio", "how much theta",
    ),
    "candidates": (
        "all candidates", "what are my choices", "list hedges", "which hedges are there", "choices", "what else",
    ),
    "stress": (
        "worst case", "stress test", "stress grid", "how bad can it get", "what can go wrong", "how much can i lose",
        "what is my risk of loss", "what if it crashes", "shock", "what if the market crashes",
    ),
    "margin": (
        "am i close to liquidation", "how far is liquidation", "where is my liquidation price", "margin use",
        "how much margin do i use", "can they liquidate me",
    ),
    "why": (
        "why this hedge", "why that hedge", "why did you choose this", "why should i hedge now", "why this exchange",
        "why that venue", "why a market order", "why a limit order", "why taker", "why maker", "why this order",
        "what could go wrong with that hedge", "what could go wrong with the plan", "risks of that hedge",
        "why trade now",
    ),
    "wait": (
        "what if i wait", "how much does waiting cost", "what does waiting cost", "cost of doing nothing",
        "can i wait", "what happens if i do nothing", "should i wait", "what if we hold off",
    ),
    "changes": (
        "what has changed", "what moved", "what changed since last week", "difference to yesterday",
        "how did my book change","what happened since yesterday",
    ),
    "convexity": (
        "am i long convexity", "am i short convexity", "long or short convexity", "my convexity",
    ),
    "calendar": (
        "what is expiring", "when do my options expire", "next expiry", "next event", "upcoming events",
        "events this week", "when is expiry", "my expiries",
    ),
    "prices": ("show prices", "what are the prices", "market prices", "current price", "where is spot",
               "how old are the quotes"),
    "alerts": ("show alerts", "do i have alerts", "is anything wrong", "should i worry", "what is urgent"),
    "pnl": ("what drove my pnl", "what is my pnl", "how much did i make", "what did i lose", "did i make money"),
    "explain": ("explain it", "explain that hedge", "show the terms"),
    "why-not": ("why not the others", "what about the others", "why was it refused", "why not that one", "why not it"),
    "compare": ("compare the personas", "how would a cautious desk decide", "all personas", "other risk profiles"),
    "funding": (
        "next funding", "what is the funding rate", "funding cost", "do i pay funding", "am i paid funding",
        "what do i pay in funding", "when is funding paid", "how much funding do i pay",
    ),
    "positions": (
        "show my positions", "what am i holding", "show the account", "my account", "open orders", "holdings",
    ),
    "journal": ("show the journal", "recent events", "show the log"),
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
    "to today trader u us want was we were what when will with would you your "
    "until tomorrow day days hour hours week weeks usd dollars whole"
)
COINS: Final = {
    "btc": "BTC", "bitcoin": "BTC", "xbt": "BTC", "eth": "ETH", "ether": "ETH", "ethereum": "ETH",
    "sol": "SOL", "solana": "SOL",
}  # fmt: skip
DOWN: Final = _words(
    "down drop drops dropped fall falls fell crash crashes crashed dump dumps lose loses minus lower plunge plunges "
    "sink sinks tank tanks decline declines below crush crushes dip dips slide slides tumble tumbles "
    "slid slipped plunged tanked dumped sank tumbled declined"
)
UP: Final = _words(
    "up rise rises rose rally rallies rallied gain gains pump pumps plus higher jump jumps climb climbs spike spikes "
    "above increase increases soar soars moon moons surge surges jumped "
    "climbed spiked soared surged gained pumped"
)
VOLATILITY: Final = _words("vol vols iv ivs volatility implied dvol")
HELP: Final = frozenset({"help", "?", "commands", "what can you do", "what can i ask", "how does this work"})
LEAVE: Final = frozenset({"quit", "exit", "bye", "q", ":q", "goodbye", "leave", "logout"})
FORGET: Final = frozenset({"forget", "forget it", "forget everything", "forget that", "start over", "clear memory"})

LIFTS: Final = _words("approve approved approval execute execution resume unhalt reject restart")
"""Verbs that let something be sent."""
ORDERS: Final = LIFTS | _words("buy sell send submit place trade fill override bypass transfer withdraw deposit wire")
"""Verbs that move money or lift a halt. A sentence with one of them runs nothing that does."""
QUESTION: Final = _words(
    "should what why how which would is are am do does did when who can could will what's whats explain"
)

HALT: Final = re.compile(
    r"(?:(?:please|now|ok|okay|hey|oracle|just|quick|quickly|no|can\s+you|could\s+you|would\s+you|you\s+must|let\s+us|let's"
    r"|i\s+want\s+(?:you\s+)?to|i\s+need\s+(?:you\s+)?to|we\s+(?:must|need\s+to|have\s+to|should)|i\s+said)[\s,]+)*(?:"
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
