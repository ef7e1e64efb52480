"""What a conversation remembers in the state folder: the cycle last shown and what was asked last. Never authority.

What is remembered only fills in what a sentence leaves out; nothing can be approved, sent or lifted from it. A file
that is not as it was written is not read.
"""

import re
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from oracle_core.console.chat_context import NEVER_AGAIN
from oracle_core.console.chat_meaning import Ask
from oracle_core.desk.output import write_file
from oracle_core.errors import OracleError

FILE: Final = "chat.json"
LARGEST: Final = 20_000
"""Bytes; a longer file was not written here."""
SUBJECT: Final = re.compile(r"[0-9a-f]{8,64}(?::c\d{1,3})?")
Text = Annotated[str, Field(max_length=500)]
Number = Annotated[float, Field(allow_inf_nan=False)]
Slot = Text | Number | tuple[Number, ...]


class Remembered(BaseModel):
    """One conversation's memory, as it is stored. The date is that of the cycle's market."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", populate_by_name=True)

    format: Annotated[Literal["oracle.chat/1"], Field(alias="schema")] = "oracle.chat/1"
    cycle: Annotated[str, Field(pattern=rf"^{SUBJECT.pattern}$")] | None = None
    subject: Annotated[str, Field(pattern=rf"^{SUBJECT.pattern}$")] | None = None
    as_of: Annotated[str, Field(max_length=40)] | None = None
    name: Annotated[str, Field(max_length=40)] | None = None
    slots: dict[Annotated[str, Field(max_length=40)], Slot] = Field(default_factory=dict[str, Slot], max_length=20)
    topic: Annotated[str, Field(max_length=40)] | None = None

    @property
    def last(self) -> Ask | None:
        """What was asked last, when it may be asked again."""
        if self.name is None or self.name in NEVER_AGAIN:
            return None
        return Ask(name=self.name, slots=dict(self.slots), topic=self.topic)


def recall(state: Path) -> tuple[Remembered, str]:
    """What is remembered, and what its reader should be told where it cannot be read."""
    path = state / FILE
    try:
        text = path.read_bytes()[: LARGEST + 1] if path.is_file() else b""
    except OSError as error:
        return Remembered(), f"what was remembered cannot be read: {error.strerror or error}"
    if not text:
        return Remembered(), ""
    try:
        if len(text) > LARGEST:
            raise ValueError
        return Remembered.model_validate_json(text), ""
    except (ValidationError, ValueError):
        return Remembered(), f"`{path.name}` is not as it was written: nothing is remembered"


def remember(state: Path, found: Remembered) -> str:
    """Keep it, whole or not at all; what its reader should be told where it could not be kept."""
    try:
        state.mkdir(parents=True, exist_ok=True)
        write_file(state / FILE, found.model_dump_json(by_alias=True).encode())
    except (OSError, OracleError) as error:
        return f"this conversation is not remembered: {error}"
    return ""


def forget(state: Path) -> None:
    """Nothing is remembered any more."""
    (state / FILE).unlink(missing_ok=True)
