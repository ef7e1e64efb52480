"""The words of the chat: how people ask, what carries no meaning, what says up and down."""

import re
from typing import Final


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


FILLER: Final = _words(
    "a about again an and any anything as at be been can could current currently desk did do does doing for from get "
    "give has have hey hi how i if in is it its just kindly let like look looking me more much my need now of on ok "
    "okay oracle our out please pls right see show so some something tell that thanks the their them there things this "
    "to today trader u us want was we were what when will with would you your "
    "until tomorrow day days hour hours week weeks usd dollars whole every each total entire going am",
)
TIME_WORDS: Final = _words("until till tomorrow yesterday day days hour hours week weeks next last past since")
"""Without meaning for the verb; read only where the use case takes a span of time."""
SPICE: Final = _words(
    "actually are asap bro buddy btw cheers crap damn detail details dude exactly fast folks fren fucking "
    "guys hell help here honestly imo just kinda list literally lol lot lots ltd man maybe mate moment "
    "overall present pretty quick quickly real really run say ser seriously shit simple simply sir still sup "
    "table thx though tho ugh uh um very view well which who whose yeah yes yo also anyway so then too full "
    "complete entire only even such these those exact he she it's there's that's i'll we'll display print "
    "open check see work works working think have having got make made making want wanting wanted should may "
    "might must shall were has he'd your yours mine"
)
"""Words that sentences are seasoned with: they change nothing of what is asked."""
ORDINALS: Final = {"first": "c1", "1st": "c1", "top": "c1", "second": "c2", "2nd": "c2", "third": "c3", "3rd": "c3"}
"""A candidate by its rank."""
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
WHOLE: Final = {"halves": -50.0, "halve": -50.0, "halved": -50.0, "doubles": 100.0, "double": 100.0, "doubled": 100.0}
"""Moves of spot in per cent that a word says by itself."""
HELP: Final = frozenset({"help", "?", "commands", "what can you do", "what can i ask", "how does this work"})
LEAVE: Final = frozenset({"quit", "exit", "bye", "q", ":q", "goodbye", "leave", "logout"})
FORGET: Final = frozenset({"forget", "forget it", "forget everything", "forget that", "start over", "clear memory"})

LIFTS: Final = _words("approve approved approval execute execution resume unhalt reject restart")
"""Verbs that let something be sent."""
ORDERS: Final = LIFTS | _words("buy sell send submit place trade fill override bypass transfer withdraw deposit wire")
"""Verbs that move money or lift a halt. A sentence with one of them runs nothing that does."""
QUESTION: Final = _words(
    "best cheapest should what why how which would is are am do does did when who can could will what's whats explain"
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
