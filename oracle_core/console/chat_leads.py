"""Sentences with hardly a word beside a name: of a venue, a persona, a strategy, a candidate, a coin."""

from typing import Final

from oracle_core.console.chat_asked import asked_with
from oracle_core.console.chat_meaning import Known, Meaning, Tell
from oracle_core.console.chat_numbers import NUMBER, with_digits
from oracle_core.console.chat_slots import LABEL, coins_in
from oracle_core.console.chat_values import ABOUT
from oracle_core.console.chat_vocabulary import ALSO_READ
from oracle_core.console.chat_words import COINS, FILLER, SPICE

SHOWS: Final = frozenset({"show", "how", "what", "explain", "describe", "strategy", "rules", "tell"})
RECOMMENDS: Final = frozenset({"say", "recommend", "suggest", "think", "advise", "hedge", "would", "should", "run"})
"""Words that ask what a named persona or strategy would do."""


def why_about(text: str, said: list[str], known: Known) -> Meaning | None:
    """`why deribit`, `why not a market order`: a venue or an order style after the first word."""
    if said[:1] != ["why"] or not (ABOUT["venue"] | ABOUT["style"]) & set(said):
        return None
    return asked_with("why", text, said, known)


def of_named(
    text: str, said: list[str], personas: tuple[str, ...], strategies: tuple[str, ...], known: Known
) -> Meaning | None:
    """A sentence with little in it but the names of personas and strategies."""
    names = {word for name in (*personas, *strategies) for word in (name, *name.split("_"))}
    rest = {word.removesuffix("'s") for word in said} - names - FILLER - SPICE
    if len(strategies) > 1:
        return Tell(text="one strategy at a time", suggestions=tuple(f"advise with {name}" for name in strategies[:3]))
    if len(personas) > 1:
        compared = rest <= ALSO_READ["compare"] | {"compare", "recommend", "suggest"}
        return asked_with("compare", text, said, known) if compared else None
    if rest & {"limits", "limit", "allowed"} and personas and rest <= ALSO_READ["persona"]:
        return asked_with("persona", text, said, known)
    if rest <= RECOMMENDS and RECOMMENDS & set(said):
        return asked_with("advise", text, said, known)
    about = strategies and rest <= ALSO_READ["strategy"] | {"explain"} and SHOWS & set(said)
    return asked_with("strategy", text, said, known) if about else None


def shown(text: str, said: list[str], known: Known) -> Meaning | None:
    """`show me c3`, `what is btc at`: a candidate or a coin, and hardly a word beside it."""
    rest = set(said) - FILLER - SPICE - ALSO_READ["explain"]
    if LABEL.search(text) and not rest:
        return asked_with("explain", text, said, known)
    at = {"at", "trading", "worth"} & set(said)
    coin = bool(coins_in(text)) and not any(NUMBER.finditer(with_digits(text)))
    return asked_with("prices", text, said, known) if at and coin and not rest - COINS.keys() - at else None
