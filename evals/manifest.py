"""What is known of every cassette: who answered, when, to which prompts. A cassette without it proves nothing."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Final, Literal, Self

from pydantic import Field, model_validator

from evals.case import HERE
from evals.server import MODEL
from evals.tape import digest
from oracle_core.agent.prompt import prompt_versions
from oracle_core.strict_json import StrictModel, read_json

CASSETTES: Final = HERE / "cassettes"
LIVE: Final = CASSETTES / "live"
MANIFEST: Final = "manifest.json"
SCHEMA: Final = "oracle.cassettes/1"


class Entry(StrictModel):
    """One cassette. `chooser` is the stand-in that answered; only a live one has none, and only a live one may name
    another model than the reference server's."""

    source: Literal["reference-server", "live"]
    model: str
    chooser: str | None
    fault: str | None
    prompts: dict[str, str]
    reply_schema: str
    recorded: Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$")]
    answers: Annotated[int, Field(ge=0)]
    stopped: str | None
    sha256: str

    @model_validator(mode="after")
    def _named_by_its_source(self) -> Self:
        if (self.source == "live") is not (self.chooser is None):
            raise ValueError("a stand-in's cassette names its chooser, a live one none")
        if self.source != "live" and self.model != MODEL:
            raise ValueError(f"only a live cassette may name a model other than `{MODEL}`")
        return self


class Manifest(StrictModel):
    schema_name: Annotated[Literal["oracle.cassettes/1"], Field(alias="schema")]
    cassettes: dict[str, Entry]


@dataclass(frozen=True, slots=True, kw_only=True)
class Taped:
    """A cassette just recorded, by the name of its file."""

    name: str
    chooser: str | None
    fault: str | None = None
    model: str = MODEL
    answers: int = 1
    stopped: str | None = None


def read_manifest(folder: Path = CASSETTES) -> Manifest:
    """The manifest of a folder of cassettes.

    Raises: InputError: there is none, or an entry does not say all it must.
    """
    return read_json(folder / MANIFEST, Manifest)


def write_manifest(folder: Path, taped: Iterable[Taped], today: date, before: Manifest | None) -> Manifest:
    """Describe the cassettes just recorded. One that came out the same keeps the date it had."""
    entries = {item.name: _entry(folder, item, today, before) for item in taped}
    content = {
        "schema": SCHEMA,
        "cassettes": {name: entry.model_dump(mode="json") for name, entry in sorted(entries.items())},
    }
    (folder / MANIFEST).write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    return read_manifest(folder)


def _entry(folder: Path, item: Taped, today: date, before: Manifest | None) -> Entry:
    sha256 = digest(folder / f"{item.name}.json")
    old = None if before is None else before.cassettes.get(item.name)
    recorded = old.recorded if old is not None and old.sha256 == sha256 else today.isoformat()
    return Entry(
        source="live" if item.chooser is None else "reference-server",
        model=item.model,
        chooser=item.chooser,
        fault=item.fault,
        prompts=prompt_versions(),
        reply_schema="oracle.reply/1",
        recorded=recorded,
        answers=item.answers,
        stopped=item.stopped,
        sha256=sha256,
    )
