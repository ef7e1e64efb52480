"""From a sentence to a use case and its slots, without a model. What is not understood runs nothing.

The order: leaving, help and forgetting; exact commands; then, with short forms written out, whatever means halt; a
saying that has a right answer; words that would move money, which run nothing; what follows on the sentence before; a
term to explain; a what-if; then the phrases of the table, with typos forgiven. One close match runs, and only where
every word and number of the sentence is read; otherwise three suggestions are made.
"""

import re
from difflib import get_close_matches
from typing import Final

from oracle_core.console.chat_asked import USUAL, asked_with, put_right
from oracle_core.console.chat_context import follow
from oracle_core.console.chat_leads import of_named, shown, why_about
from oracle_core.console.chat_meaning import Ask, Forget, Help, Known, Leave, Meaning, Tell
from oracle_core.console.chat_phrases import Scored, best, vocabulary
from oracle_core.console.chat_shorthand import with_names, written_out
from oracle_core.console.chat_slots import CYCLE, DATE, LABEL, all_named, coins_in, move, plain_text, words
from oracle_core.console.chat_values import IT, SCENARIOS, what_if
from oracle_core.console.chat_words import (
    FORGET,
    HALT,
    HELP,
    LEAVE,
    LIFTS,
    ORDERS,
    QUESTION,
)
from oracle_core.desk.claims import answer_to
from oracle_core.desk.glossary import CLOSE, lookup

LONGEST: Final = 400
ID: Final = r"(?P<id>[0-9a-f]{8,64}(?::c\d{1,3})?)"
EXACT: Final = {
    "approve": re.compile(rf"(?:oracle\s+)?approve\s+{ID}"),
    "reject": re.compile(rf"(?:oracle\s+)?reject\s+{ID}(?:\s+(?:because\s+)?(?P<why>.+))?"),
    "resume": re.compile(r"(?:oracle\s+)?resume"),
}
"""Commands that change something run only when the whole line is the command."""
BETWEEN: Final = re.compile(r"\b(?:and|then|also|plus)\b|[;,&]")
"""What may stand between two questions."""
MOST_AT_ONCE: Final = 3
"""Questions of one sentence that are told apart."""
TERM: Final = re.compile(
    r"(?:explain|define|what\s+(?:is|are|does|do)|what's|whats|meaning of|tell me about)\s+"
    r"(?:an?\s+|the\s+|term\s+)?(?P<term>.+?)"
    r"(?:\s+(?:mean|means|again))?"
)
OWN: Final = frozenset(
    {"my", "our", "now", "current", "i", "we", "book", "rate", "rates", "next", "it", "that", "run", "use", "try"}
)
PLAIN: Final = frozenset(
    {"funding", "stress", "delta", "exposure", "risk", "limits", "margin", "convexity", "liquidation"}
)
"""Terms that, said alone, ask for the desk's own figures."""
ORDINARY: Final = frozenset({"why", "wait"})
"""Names of use cases that sentences begin with as well."""


def understand(sentence: str, known: Known) -> Meaning:
    """What a sentence means."""
    text = plain_text(sentence[:LONGEST])
    if text in LEAVE:
        return Leave()
    if text in FORGET:
        return Forget()
    if text in HELP or not text:
        return Help()
    return _command(text) or _spoken(written_out(text), known)


def _spoken(text: str, known: Known) -> Meaning:
    """What is no exact command. Two questions in one sentence are asked back, neither is answered for both."""
    first = _halt(text, known) or _saying(text) or _order(text, known)
    if first is not None:
        return first
    names = (*known.personas, *known.strategies)
    text = with_names(text, names, vocabulary(known.phrases))
    meaning = _question(text, known)
    if isinstance(meaning, Tell) and not meaning.understood:
        parts = [part for part in (item.strip() for item in BETWEEN.split(text)) if part]
        if 1 < len(parts) <= MOST_AT_ONCE and all(isinstance(_question(part, known), Ask) for part in parts):
            return Tell(text="one question at a time", suggestions=tuple(parts))
    return meaning


def _command(text: str) -> Meaning | None:
    for name, pattern in EXACT.items():
        found = pattern.fullmatch(text)
        if found is not None:
            given = {"subject": found.groupdict().get("id"), "why": found.groupdict().get("why")}
            return Ask(name=name, slots={key: value for key, value in given.items() if value})
    return None


def _halt(text: str, known: Known) -> Ask | None:
    first = text.split(maxsplit=1)[0].removeprefix("oracle")
    misspelt = len(text.split()) == 1 and sorted(set(first)) == sorted("halt") and len(first) <= 6
    said = text.removeprefix("oracle ")
    return Ask(name="halt") if misspelt or HALT.fullmatch(said) or said in known.phrases.get("halt", ()) else None


def _saying(text: str) -> Ask | None:
    """A common saying about hedging, right or wrong: the glossary answers it. A lone word or two is no saying."""
    if LIFTS & set(words(text)) or len(text.split()) < 3 or CYCLE.search(text):
        return None
    return None if answer_to(text) is None else Ask(name="explain", slots={"subject": text})


def _order(text: str, known: Known) -> Tell | None:
    said = words(text)
    wanted = sorted(ORDERS & set(said))
    if not wanted or (said[0] in QUESTION and not LIFTS & set(wanted)):
        return None
    cycle = known.last_cycle or "CYCLE"
    alone = f"`approve {cycle}`, `reject {cycle}` or `resume`"
    how = f"`{wanted[0]}` runs nothing from a sentence; say {alone} and nothing else"
    return Tell(text=how, suggestions=("advise", f"explain {cycle}"))


def _question(text: str, known: Known) -> Meaning:
    found = follow(text, known) or _term(text, known)
    if found is not None:
        return found
    dated, text = text, " ".join(DATE.sub(" ", text).split()) or text
    said = put_right(text, known)
    direct = text.removeprefix("oracle ").split(maxsplit=1)[0].removeprefix("/")
    if direct in known.phrases and direct != "halt" and _is_direct(direct, text):
        return _direct(direct, dated, known)
    moved = move(text)
    asks_to_simulate = {"simulate", "backtest", "simulation"} & set(said)
    if (moved.spot is not None or moved.vol is not None) and not asks_to_simulate:
        return what_if(text)
    if said[:2] == ["what", "if"] and SCENARIOS.keys() & set(said):
        return asked_with("stress", dated, said, known)
    return shown(text, said, known) or _by_phrase(dated, said, known)


def _is_direct(name: str, text: str) -> bool:
    """Whether a first word that is also ordinary English stands for its use case: only ids and spans of time follow."""
    return name not in ORDINARY or not set(words(text)) - {name, "oracle", *IT}


def _direct(name: str, text: str, known: Known) -> Meaning:
    """The name of a use case comes first: the rest are its slots."""
    moved = move(text)
    if name == "stress" and (moved.spot is not None or moved.vol is not None):
        return what_if(text)
    return asked_with(name, text, put_right(DATE.sub(" ", text), known), known)


def _term(text: str, known: Known) -> Ask | None:
    found = TERM.fullmatch(text)
    if any(text in phrases for phrases in known.phrases.values()):
        return None
    term = found["term"] if found else text
    if CYCLE.search(text) or LABEL.search(text) or (OWN | set(known.personas)) & set(words(term)) or coins_in(term):
        return None
    entry = lookup(term) if found or len(term.split()) <= 3 else None
    if entry is None or (found is None and get_close_matches(term, PLAIN, n=1, cutoff=CLOSE)):
        return None
    return Ask(name="explain", slots={"subject": term})


def _by_phrase(text: str, said: list[str], known: Known) -> Meaning:
    personas, strategies = all_named(text, known.personas), all_named(text, known.strategies)
    names = {word for name in (*personas, *strategies) for word in (name, *name.split("_"))}
    found = why_about(text, said, known) or (of_named(text, said, personas, strategies, known) if names else None)
    if found is not None:
        return found
    others = {name: phrases for name, phrases in known.phrases.items() if name != "halt"}
    scored = best(said, others, ignore=names)
    if scored and _clear(scored):
        return asked_with(scored[0].name, text, said, known)
    return _unclear(scored)


def asked_for(name: str, text: str, known: Known) -> Meaning:
    """A use case that is named already, with the slots that a text gives it."""
    return _direct(name, text, known)


def _clear(scored: list[Scored]) -> bool:
    """Whether the best match is close, and closer than any other."""
    return scored[0].score >= 0.7 and (len(scored) == 1 or scored[0].score - scored[1].score >= 0.05)


def _unclear(scored: list[Scored]) -> Tell:
    near = tuple(dict.fromkeys(item.phrase for item in scored[:3] if item.score > 0.3))
    usual = tuple(item for item in USUAL if item not in near)
    return Tell(text="I did not understand that. Did you mean", suggestions=(*near, *usual)[:3], understood=False)
