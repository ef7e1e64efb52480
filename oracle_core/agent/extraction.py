"""What a model may say of a sentence: the name of a question and words copied from the sentence. Nothing else holds."""

from collections.abc import Mapping
from typing import Annotated, Final, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from oracle_core.agent.prompt import prompt_text
from oracle_core.agent.untrusted import clean_text
from oracle_core.domain.canonical import Json, canonical_json

NONE: Final = "none"
SENTENCE_CHARS: Final = 400
LONGEST: Final = 8_000
"""Characters of an answer that are read."""


class Slot(BaseModel):
    """One slot and the words of the sentence that fill it."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")

    name: Annotated[str, Field(max_length=40)]
    text: Annotated[str, Field(min_length=1, max_length=SENTENCE_CHARS)]


class Extraction(BaseModel):
    """A question of the desk, with words of the sentence by slot."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")

    use_case: Annotated[str, Field(max_length=40)]
    slots: Annotated[list[Slot], Field(max_length=10)]


class Question(NamedTuple):
    """A question that may be extracted: what it is about and the slots it takes."""

    summary: str
    slots: frozenset[str]


def read_extraction(content: str, sentence: str, offered: Mapping[str, Question]) -> Extraction | None:
    """The extraction, where it is one and every word of it stands in the sentence; else None. Total: never raises.

    >>> offered = {"stress": Question("What a move would cost.", frozenset({"spot"}))}
    >>> said = '{"use_case": "stress", "slots": [{"name": "spot", "text": "drops 20 %"}]}'
    >>> read_extraction(said, "suppose ETH drops 20 %", offered) is not None
    True
    >>> read_extraction(said, "suppose ETH drops 10 %", offered) is None
    True
    """
    try:
        found = Extraction.model_validate_json(content[:LONGEST])
    except (ValidationError, ValueError):
        return None
    question = offered.get(found.use_case)
    if question is None:
        return None
    said = sentence.casefold()
    holds = all(slot.name in question.slots and slot.text.casefold() in said for slot in found.slots)
    return found if holds else None


def extraction_messages(sentence: str, offered: Mapping[str, Question]) -> tuple[str, str]:
    """The instructions, and one JSON document with the questions and the sentence as text."""
    questions: Json = {
        name: {"about": question.summary, "slots": sorted(question.slots)} for name, question in sorted(offered.items())
    }
    asked = {"questions": questions, "sentence": clean_text(sentence, SENTENCE_CHARS)}
    return prompt_text("extract"), canonical_json(asked).decode()


def extraction_schema(offered: Mapping[str, Question]) -> dict[str, Json]:
    """The JSON schema of an answer: names and slots from closed sets, words free."""
    names: list[Json] = [*sorted(offered), NONE]
    slots: list[Json] = [*sorted({slot for question in offered.values() for slot in question.slots})]
    slot: Json = {
        "type": "object", "additionalProperties": False, "required": ["name", "text"],
        "properties": {"name": {"type": "string", "enum": slots}, "text": {"type": "string"}},
    }  # fmt: skip
    return {
        "type": "object", "additionalProperties": False, "required": ["use_case", "slots"],
        "properties": {"use_case": {"type": "string", "enum": names}, "slots": {"type": "array", "items": slot}},
    }  # fmt: skip
