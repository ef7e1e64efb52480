"""A sentence that goes on from the one before: `and at -20?`, `same for ETH`, `what about cautious?`, `again`."""

import re
from typing import Final

from oracle_core.console.chat_meaning import Ask, Known, Meaning
from oracle_core.console.chat_numbers import NUMBER, TIMES, hours_in, unit_of, with_digits
from oracle_core.console.chat_slots import LABEL, coins_in, move, named, words
from oracle_core.console.chat_values import TOPICS, about_a_cycle, what_if
from oracle_core.console.chat_words import COINS

LEAD: Final = re.compile(
    r"(?:(?:and|also|or|so|ok|okay|then|now|but|what about|how about|what if(?: it(?:'s| is| were)?)?|same(?: thing)?"
    r"|the same|instead|for|at|as|with|in|a|an|on|the|desk|over)\b[\s,]*)+"
)
AGAIN: Final = frozenset({"again", "same again", "repeat", "repeat that", "once more", "and again", "same", "refresh"})
WHY: Final = frozenset({"why", "but why", "why so", "and why", "how come"})
LONGEST: Final = 8
"""Words; a longer sentence stands for itself."""
NEVER_AGAIN: Final = frozenset({"approve", "reject", "resume", "halt"})


def follow(text: str, known: Known) -> Meaning | None:
    """What a short sentence means after the one before it; None where it stands for itself."""
    before = known.last
    if text in WHY and known.last_cycle:
        return about_a_cycle("why", text, known)
    if before is None or before.name in NEVER_AGAIN or len(text.split()) > LONGEST:
        return None
    if text in AGAIN:
        return before
    lead = LEAD.match(text)
    if lead is None:
        return None
    rest = text[lead.end() :].strip()
    return _candidate(rest, before, known) or _move(rest, before) or _changed(rest, text, before, known)


def _candidate(rest: str, before: Ask, known: Known) -> Meaning | None:
    """`and c3?` after a question about a candidate."""
    if "subject" not in before.slots or not LABEL.fullmatch(rest):
        return None
    meaning = about_a_cycle(before.name, rest, known)
    if isinstance(meaning, Ask) and "about" in before.slots:
        return Ask(name=before.name, slots={**meaning.slots, "about": before.slots["about"]})
    return meaning


def _move(rest: str, before: Ask) -> Meaning | None:
    """`and at -20?` after a move."""
    if before.name != "stress":
        return None
    moved = move(rest, bare=True)
    if moved.spot is None and moved.vol is None:
        return None
    return what_if(rest, bare=True, before=before)


def _changed(rest: str, text: str, before: Ask, known: Known) -> Meaning | None:
    """The same with another coin, persona, strategy, span of time or Greek, where nothing else is said."""
    coins, said = coins_in(rest), words(rest)
    numbers = {unit_of(found) for found in NUMBER.finditer(with_digits(rest))}
    if numbers - TIMES.keys():
        return None  # a move or an amount is a sentence of its own
    persona, strategy = named(rest, known.personas), named(rest, known.strategies)
    if coins and all(word in COINS for word in said):
        return _of_coins(coins, before, known)
    if persona and persona == "_".join(said):
        return _of_named("persona", persona, before, known)
    if strategy and strategy == "_".join(said).replace("-", "_"):
        return _of_named("strategy", strategy, before, known)
    hours = hours_in(rest) or hours_in(text)
    if hours is not None and known.takes(before.name, "hours") and len(said) <= 2:
        return Ask(name=before.name, slots={**before.slots, "hours": hours})
    topic = TOPICS.get(before.name, {}).get(said[0].removeprefix("my ")) if len(said) == 1 else None
    return None if topic is None else Ask(name=before.name, slots=before.slots, topic=topic, coins=before.coins)


def _of_coins(coins: tuple[str, ...], before: Ask, known: Known) -> Meaning:
    if known.takes(before.name, "coin") and len(coins) == 1:
        note = f"{coins[0]} moves alone; without a coin every coin moves" if before.name == "stress" else ""
        return Ask(name=before.name, slots={**before.slots, "coin": coins[0]}, note=note)
    if before.topic is not None:
        return Ask(name=before.name, slots=before.slots, topic=before.topic, coins=coins)
    note = f"this answer is about the whole book; look at the rows of {', '.join(coins)}"
    return Ask(name=before.name, slots=before.slots, note=note)


def _of_named(slot: str, name: str, before: Ask, known: Known) -> Ask:
    """The same for another persona or strategy; advice, where what was asked knows of none."""
    if not known.takes(before.name, slot):
        return Ask(name="advise", slots={slot: name})
    return Ask(name=before.name, slots={**before.slots, slot: name}, topic=before.topic, coins=before.coins)
