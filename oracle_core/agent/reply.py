"""What came back from a model, and the text that keeps it: every attempt, so that a replay sees what was seen."""

from typing import Annotated, Final, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, JsonValue, ValidationError

from oracle_core.agent.advice import REPLY_BYTES
from oracle_core.agent.ending import Ending
from oracle_core.agent.untrusted import clean_text
from oracle_core.domain.canonical import canonical_json
from oracle_core.strict_json import parse_json

SCHEMA: Final = "oracle.reply/1"
RETRY_AFTER_MAX: Final = 3600.0
_SERVED_CHARS: Final = 80
MOST_TOKENS: Final = 10_000_000
Tokens: TypeAlias = Annotated[int, Field(ge=0, le=MOST_TOKENS)]


class Reply(BaseModel):
    """One attempt: how it ended, and the model's own text when it sent any."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")

    ending: Ending
    content: str | None = None
    served_by: str | None = None
    retry_after: Annotated[float, Field(ge=0.0, le=RETRY_AFTER_MAX)] | None = None
    """Seconds the server asked us to wait."""
    prompt_tokens: Tokens | None = None
    reply_tokens: Tokens | None = None
    """What the server says it counted."""


class Transcript(BaseModel):
    """All attempts of one decision, with the model asked, the labels it was offered and the hash of its prompt."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", populate_by_name=True)

    format: Annotated[Literal["oracle.reply/1"], Field(alias="schema")] = SCHEMA
    model: str
    prompt: str | None
    offered: list[str]
    attempts: Annotated[list[Reply], Field(min_length=1)]
    rounds: list[Annotated[int, Field(ge=1, le=100)]] = Field(default_factory=list[int])
    """How many of the attempts were asked for at once, each time; one each where it does not say."""
    samples: Annotated[int, Field(ge=1, le=100)] = 1
    agreement: Annotated[float, Field(gt=0.0, le=1.0)] = 1.0
    """The share of the samples that had to agree."""
    tokens: int | None = None
    tokenizer: str | None = None

    def text(self) -> str:
        """The canonical text that the journal keeps."""
        return canonical_json(self.model_dump(mode="json", by_alias=True)).decode()


def read_transcript(text: str) -> Transcript:
    """A stored `reply`.

    Raises: InputError: the text is not one that `Transcript.text` wrote.
    """
    return parse_json(text.encode("utf-8", "replace"), "stored reply", Transcript)


class _Message(BaseModel):
    model_config = ConfigDict(strict=True)

    content: str | None = None
    refusal: str | None = None
    tool_calls: JsonValue = None


class _Option(BaseModel):
    model_config = ConfigDict(strict=True)

    finish_reason: str | None = None
    message: _Message


class _Completion(BaseModel):
    model_config = ConfigDict(strict=True)

    model: str | None = None
    choices: Annotated[list[_Option], Field(min_length=1)]
    usage: JsonValue = None


def read_completion(body: bytes) -> Reply:
    """The body of a chat completion as a reply. Total: never raises; what is not complete is not `ok`."""
    try:
        completion = _Completion.model_validate_json(body)
    except ValidationError:
        return Reply(ending=Ending.MALFORMED)
    option = completion.choices[0]
    content = option.message.content or ""
    too_long = len(content.encode()) > REPLY_BYTES
    return Reply(
        ending=Ending.OVERSIZE if too_long else _ending(option),
        content=None if too_long else content or None,
        served_by=clean_text(completion.model or "", _SERVED_CHARS) or None,
        prompt_tokens=_counted(completion.usage, "prompt_tokens"),
        reply_tokens=_counted(completion.usage, "completion_tokens"),
    )


def _counted(usage: JsonValue, name: str) -> int | None:
    """A count of the server's, where it is one: what it says of tokens never costs a good answer."""
    found = usage.get(name) if isinstance(usage, dict) else None
    if not isinstance(found, int) or isinstance(found, bool):
        return None
    return found if 0 <= found <= MOST_TOKENS else None


def _ending(option: _Option) -> Ending:
    message = option.message
    if option.finish_reason == "length":
        return Ending.LENGTH
    if option.finish_reason == "content_filter":
        return Ending.FILTER
    if message.refusal:
        return Ending.REFUSAL
    complete = option.finish_reason == "stop" and message.content and not message.tool_calls
    return Ending.OK if complete else Ending.MALFORMED
