"""What is known of every cassette: who answered, when, to which prompts. A cassette without it proves nothing."""

import json
from datetime import date
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import Field

from evals.case import HERE, Case
from evals.server import MODEL
from evals.tape import digest
from oracle_core.agent.prompt import prompt_versions
from oracle_core.strict_json import StrictModel, read_json

CASSETTES: Final = HERE / "cassettes"
MANIFEST: Final = "manifest.json"


class Entry(StrictModel):
    """One cassette. No table may name a commercial model unless its source is `live`."""

    source: Literal["reference-server", "live"]
    model: str
    chooser: str
    fault: str | None
    prompts: dict[str, str]
    recorded: Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$")]
    sha256: str


class Manifest(StrictModel):
    schema_name: Annotated[Literal["oracle.cassettes/1"], Field(alias="schema")]
    cassettes: dict[str, Entry]


def read_manifest(folder: Path = CASSETTES) -> Manifest:
    """The manifest of a folder of cassettes.

    Raises: InputError: there is none, or an entry does not say all it must.
    """
    return read_json(folder / MANIFEST, Manifest)


def write_manifest(folder: Path, cases: tuple[Case, ...], today: date, before: Manifest | None) -> None:
    """Describe the cassettes just recorded. One that came out the same keeps the date it had."""
    entries = {case.name: _entry(folder, case, today, before) for case in cases}
    content = {
        "schema": "oracle.cassettes/1",
        "cassettes": {name: entry.model_dump(mode="json") for name, entry in sorted(entries.items())},
    }
    (folder / MANIFEST).write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


def _entry(folder: Path, case: Case, today: date, before: Manifest | None) -> Entry:
    sha256 = digest(folder / f"{case.name}.json")
    old = None if before is None else before.cassettes.get(case.name)
    recorded = old.recorded if old is not None and old.sha256 == sha256 else today.isoformat()
    return Entry(
        source="reference-server",
        model=MODEL,
        chooser=case.chooser,
        fault=case.fault,
        prompts=prompt_versions(),
        recorded=recorded,
        sha256=sha256,
    )
