"""A use case that is known, with the slots that a sentence gives it; asked only where nothing else was said."""

from typing import Final

from oracle_core.console.chat_meaning import Ask, Known, Meaning, Tell
from oracle_core.console.chat_phrases import corrected, vocabulary
from oracle_core.console.chat_slots import DATE, coins_in, words
from oracle_core.console.chat_unread import unread
from oracle_core.console.chat_values import about_a_cycle, not_read, slots_of, topic_of

ABOUT_A_CYCLE: Final = frozenset({"explain", "why", "why-not", "replay"})
USUAL: Final = ("advise", "exposures", "what if spot -20 %")


def asked_with(name: str, text: str, said: list[str], known: Known) -> Meaning:
    """The use case with what the text says of its slots. `said` are the words of the text put right."""
    if name in ABOUT_A_CYCLE:
        meant = about_a_cycle(name, text, known)
        return _whole(meant, text, said, known) if isinstance(meant, Ask) else meant
    slots = slots_of(name, text, known)
    coins = coins_in(text)
    if name in ("persona", "strategy") and "name" not in slots:
        there = known.personas if name == "persona" else known.strategies
        return Tell(text=f"Which {name}", suggestions=tuple(f"{name} {item}" for item in there[:3]))
    topic = topic_of(name, said)
    whole = coins and "coin" not in slots and not (topic and name == "exposures")
    note = f"this answer is about the whole book; look at the rows of {', '.join(coins)}" if whole else ""
    if name == "calendar" and (date := DATE.search(text)):
        note = f"every date is shown; look for {date[0].upper()}"
    return _whole(Ask(name=name, slots=slots, topic=topic, coins=coins, note=note), text, said, known)


def put_right(text: str, known: Known) -> list[str]:
    """The words of a text with typos forgiven; names stay as they are."""
    names = {part for name in (*known.personas, *known.strategies) for part in (name, *name.split("_"))}
    there = vocabulary(known.phrases)
    return [word if word in names else corrected(word, there) for word in words(text)]


def _whole(asked: Ask, text: str, said: list[str], known: Known) -> Ask | Tell:
    """The understanding, where nothing of the sentence is left unread."""
    left = unread(asked, text, said, known)
    if not left:
        return asked
    near = (known.phrases.get(asked.name) or (asked.name,))[0]
    return Tell(text=not_read(left), suggestions=tuple(dict.fromkeys((near, *USUAL)))[:3], understood=False)
