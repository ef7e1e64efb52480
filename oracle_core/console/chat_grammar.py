"""From a sentence to a use case and its slots, without a model. What is not understood runs nothing.

The order: leaving and help; exact commands; whatever means halt; words that would move money, which run nothing;
a term to explain; a what-if; then the phrases of the table, with typos forgiven. One close match runs, otherwise
three suggestions are made.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from oracle_core.console.chat_phrases import Scored, best, corrected
from oracle_core.console.chat_slots import CYCLE, LABEL, move, named, plain_text, quantity, words
from oracle_core.console.chat_words import COINS, HALT, HELP, LEAVE, ORDERS, QUESTION
from oracle_core.desk.glossary import lookup

LONGEST: Final = 400
ID: Final = r"(?P<id>[0-9a-f]{8,64}(?::c\d{1,3})?)"
EXACT: Final = {
    "approve": re.compile(rf"(?:oracle\s+)?approve\s+{ID}"),
    "reject": re.compile(rf"(?:oracle\s+)?reject\s+{ID}(?:\s+(?:because\s+)?(?P<why>.+))?"),
    "resume": re.compile(r"(?:oracle\s+)?resume"),
}
"""Commands that change something run only when the whole line is the command."""
TERM: Final = re.compile(
    r"(?:explain|define|what\s+(?:is|are|does|do)|what's|whats|meaning of|tell me about)\s+"
    r"(?:an?\s+|the\s+|term\s+)?(?P<term>.+?)"
    r"(?:\s+(?:mean|means|again))?"
)
OWN: Final = frozenset({"my", "our", "now", "current", "i", "we", "book", "rate", "rates", "next"})
TOPICS: Final = {
    "gamma": "gamma",
    "convexity": "gamma",
    "delta": "delta",
    "vega": "vega",
    "vol": "vega",
    "volatility": "vega",
    "theta": "theta",
    "decay": "theta",
}
"""Words that ask about one Greek, with the one they ask about."""
CASES_WITH_SUBJECT: Final = frozenset({"explain", "why-not", "replay"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the grammar may recognise: names there are, phrases of the table, and the cycle last shown."""

    phrases: Mapping[str, tuple[str, ...]]
    personas: tuple[str, ...] = ()
    strategies: tuple[str, ...] = ()
    last_cycle: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """A use case with its slots, each taken from the sentence. `topic` is the word a short answer is about."""

    name: str
    slots: Mapping[str, object] = field(default_factory=dict[str, object])
    topic: str | None = None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tell:
    """Words back, and nothing run."""

    text: str
    suggestions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Help:
    """What can be asked."""


@dataclass(frozen=True, slots=True)
class Leave:
    """The conversation is over."""


Meaning: TypeAlias = Ask | Tell | Help | Leave


def understand(sentence: str, known: Known) -> Meaning:
    """What a sentence means."""
    text = plain_text(sentence[:LONGEST])
    if text in LEAVE:
        return Leave()
    if text in HELP or not text:
        return Help()
    return _command(text) or _halt(text, known) or _order(text, known) or _question(text, known)


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


def _order(text: str, known: Known) -> Tell | None:
    said = words(text)
    wanted = sorted(ORDERS & set(said))
    if not wanted or (said[0] in QUESTION and not {"approve", "execute", "resume"} & set(wanted)):
        return None
    cycle = known.last_cycle or "CYCLE"
    alone = f"`approve {cycle}`, `reject {cycle}` or `resume`"
    how = f"`{wanted[0]}` runs nothing from a sentence; say {alone} and nothing else"
    return Tell(text=how, suggestions=("advise", f"explain {cycle}"))


def _question(text: str, known: Known) -> Meaning:
    term = _term(text, known)
    if term is not None:
        return term
    said = [corrected(word, known.phrases) for word in words(text)]
    direct = text.split(maxsplit=1)[0].removeprefix("/")
    if direct in known.phrases:
        return _direct(direct, text, known)
    moved = move(text)
    asks_to_simulate = "simulate" in said or "backtest" in said or "simulation" in said
    if (moved.spot is not None or moved.vol is not None) and not asks_to_simulate:
        return _what_if(text)
    return _by_phrase(text, said, known)


def _direct(name: str, text: str, known: Known) -> Meaning:
    """The name of a use case comes first: the rest are its slots."""
    if name == "stress":
        return _what_if(text)
    return _asked(name, text, words(text), known)


def _term(text: str, known: Known) -> Ask | None:
    found = TERM.fullmatch(text)
    if found is None and any(text in phrases for phrases in known.phrases.values()):
        return None
    term = found["term"] if found else text
    if CYCLE.search(text) or LABEL.search(text) or OWN & set(words(term)):
        return None
    entry = lookup(term) if found or len(term.split()) <= 3 else None
    if entry is None or (found is None and term in ("funding", "stress", "delta", "exposure", "risk", "limits")):
        return None
    return Ask(name="explain", slots={"subject": term})


def _what_if(text: str) -> Meaning:
    moved = move(text)
    if not moved.signed:
        size = abs(moved.spot if moved.spot is not None else moved.vol or 0.0)
        option = "what if spot" if moved.spot is not None else "what if vol"
        return Tell(text="up or down?", suggestions=(f"{option} -{size:g}", f"{option} +{size:g}"))
    slots = {"spot": moved.spot, "vol": moved.vol}
    coins = sorted(COINS & set(words(text)))
    note = "the move is applied to every coin of the book" if coins and moved.spot is not None else ""
    return Ask(name="stress", slots={key: value for key, value in slots.items() if value is not None}, note=note)


def _by_phrase(text: str, said: list[str], known: Known) -> Meaning:
    names = {*named_words(known.personas), *named_words(known.strategies)}
    others = {name: phrases for name, phrases in known.phrases.items() if name != "halt"}
    scored = best(said, others, ignore=names)
    if not scored or not _clear(scored):
        return _unclear(scored)
    return _asked(scored[0].name, text, said, known)


def _asked(name: str, text: str, said: list[str], known: Known) -> Meaning:
    if name in CASES_WITH_SUBJECT:
        return _about(name, text, known)
    slots = _slots(name, text, known)
    if name in ("persona", "strategy") and "name" not in slots:
        there = known.personas if name == "persona" else known.strategies
        return Tell(text=f"Which {name}", suggestions=tuple(f"{name} {item}" for item in there[:3]))
    return Ask(name=name, slots=slots, topic=_topic(said) if name == "exposures" else None)


def named_words(names: tuple[str, ...]) -> set[str]:
    """The words that names are made of."""
    return {part for name in names for part in name.split("_")}


def _clear(scored: list[Scored]) -> bool:
    """Whether the best match is close, and closer than any other."""
    return scored[0].score >= 0.7 and (len(scored) == 1 or scored[0].score - scored[1].score >= 0.05)


def _unclear(scored: list[Scored]) -> Tell:
    near = tuple(dict.fromkeys(item.phrase for item in scored[:3] if item.score > 0.3))
    usual = tuple(item for item in ("advise", "exposures", "what if spot -20 %") if item not in near)
    return Tell(text="I did not understand that. Did you mean", suggestions=(*near, *usual)[:3])


def _about(name: str, text: str, known: Known) -> Meaning:
    cycle, label = CYCLE.search(text), LABEL.search(text)
    subject = cycle[0] if cycle else known.last_cycle
    if subject is None:
        return Tell(text=f"`{name}` is about a cycle, and there is none yet", suggestions=("advise",))
    if label and ":" not in subject:
        subject = f"{subject}:{label[0]}"
    key = "cycle" if name == "replay" else "subject"
    return Ask(name=name, slots={key: subject.partition(":")[0] if name == "replay" else subject})


def _slots(name: str, text: str, known: Known) -> dict[str, object]:
    found: dict[str, object | None] = {}
    if name in ("advise", "candidates", "compare", "simulate"):
        found["strategy"] = named(text, known.strategies)
    if name in ("advise", "candidates", "simulate"):
        found["persona"] = named(text, known.personas)
    if name in ("persona", "strategy"):
        found["name"] = named(text, known.personas if name == "persona" else known.strategies)
    if name == "advise" and "openai" in text:
        found["advisor"] = "openai"
    if name == "simulate":
        found |= {
            "structure": named(text, ("long", "short")),
            "days": quantity(text, ("d", "day", "days")),
            "vol": quantity(text, ("%", "pct", "vol", "vols")),
            "equity_usd": quantity(text, ("k", "m")),
        }
    return {key: value for key, value in found.items() if value is not None}


def _topic(said: list[str]) -> str | None:
    return next((TOPICS[word] for word in said if word in TOPICS), None)
