"""A sentence that the grammar does not understand, read by a model: its words are read again by the grammar.

The model names a use case that only looks and copies words from the sentence; every number, name and id is made of
those words by the same code as ever. Nothing that changes the desk is offered to it.
"""

from typing import Final

from oracle_core.agent.extraction import Extraction, Question
from oracle_core.console.chat_grammar import asked_for
from oracle_core.console.chat_meaning import Ask, Known, Meaning, Tell
from oracle_core.console.chat_slots import plain_text, words
from oracle_core.console.chat_words import ORDERS
from oracle_core.desk.desk import Desk
from oracle_core.desk.extracting import extract_question
from oracle_core.desk.use_cases import USE_CASES, Danger

NOT_OFFERED: Final = frozenset({"halt", "reject", "approve", "resume"})


def offered(known: Known) -> dict[str, Question]:
    """The questions that a model may name: those that a phrase reaches and that change nothing."""
    return {
        name: Question(USE_CASES[name].summary, known.fields.get(name, frozenset()) - {"book", "market", "actor"})
        for name in known.phrases
        if name not in NOT_OFFERED and USE_CASES[name].danger is not Danger.CHANGE
    }


def read_by_model(desk: Desk, known: Known, sentence: str) -> Meaning:
    """What a model makes of a sentence, checked; what does not hold is not understood."""
    if ORDERS & set(words(plain_text(sentence))):
        return Tell(text="nothing is asked of a model about a sentence that would move money", suggestions=("help",))
    found = extract_question(desk, sentence, offered(known))
    if isinstance(found, str):
        return Tell(text=f"I did not understand that, and {found}. Try", suggestions=("help",), understood=False)
    return meant(found, known)


def meant(found: Extraction, known: Known) -> Meaning:
    """The use case with slots that the grammar makes of the words that were copied."""
    text = plain_text(" , ".join(slot.text for slot in found.slots))
    meaning = asked_for(found.use_case, text, known)
    if isinstance(meaning, Ask) and (meaning.name in NOT_OFFERED or meaning.name not in known.phrases):
        return Tell(text="I did not understand that. Try", suggestions=("help",), understood=False)
    return meaning
