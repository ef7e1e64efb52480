"""What was scored before, and the gate: a figure worse than the last one kept fails, until somebody says why."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import Field

from evals.case import HERE
from evals.scores.score import Measured, Sat, Score
from evals.scores.table import SCORES, measured
from evals.subjects import GATED
from oracle_core import __version__
from oracle_core.agent.prompt import prompt_versions
from oracle_core.strict_json import StrictModel, parse_json

HISTORY: Final = HERE / "history.jsonl"
DIGITS: Final = 4
"""Decimals a figure is kept with; a difference below them is none."""

Scored = Mapping[str, Mapping[str, Measured | None]]
"""Figures by subject and score."""


class Entry(StrictModel):
    """One line: the figures of a day, with what they were measured on. `why` says why one was let get worse."""

    schema_name: Annotated[Literal["oracle.eval-history/1"], Field(alias="schema")]
    recorded: Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$")]
    version: str
    prompts: dict[str, str]
    why: str | None
    scores: dict[str, dict[str, float]]


def entry(scored: Scored, today: str, why: str | None) -> Entry:
    """Today's figures as a line."""
    kept = {
        key: {name: round(found.value, DIGITS) for name, found in row.items() if found is not None}
        for key, row in scored.items()
    }
    return Entry(
        schema="oracle.eval-history/1", recorded=today, version=__version__, prompts=prompt_versions(), why=why,
        scores=kept,
    )  # fmt: skip


def read_history(path: Path = HISTORY) -> list[Entry]:
    """Every line, the oldest first; none when there is no file."""
    lines = path.read_bytes().splitlines() if path.is_file() else []
    return [parse_json(line, f"{path.name}, line {number}", Entry) for number, line in enumerate(lines, start=1)]


def append(found: Entry, path: Path = HISTORY) -> None:
    """Keep a line at the end."""
    text = json.dumps(found.model_dump(mode="json", by_alias=True), sort_keys=True)
    with path.open("a", encoding="utf-8") as file:
        file.write(f"{text}\n")


def failures(scored: Scored, past: Sequence[Entry]) -> list[str]:
    """What must not be: a figure that has only one value that will do, or a gated one worse than the last kept."""
    return [*_musts(scored), *worse(scored, past)]


def worse(scored: Scored, past: Sequence[Entry]) -> list[str]:
    """The gated figures that are worse than the last kept, by more than their slack."""
    if not past:
        return []
    last = past[-1].scores
    found: list[str] = []
    for key in GATED:
        for score in SCORES:
            now, then = scored.get(key, {}).get(score.name), last.get(key, {}).get(score.name)
            if score.gated and then is not None and (now is None or _worse(score, now.value, then)):
                found.append(f"{key}: {score.name} was {then:g}, is {'absent' if now is None else f'{now.value:.4g}'}")
    return found


def _worse(score: Score, now: float, then: float) -> bool:
    lost = now - then if score.better == "lower" else then - now
    return score.better != "neither" and lost > score.slack + 0.5 * 10.0**-DIGITS


def _musts(scored: Scored) -> list[str]:
    return [
        f"{key}: {score.name} is {found.value:g} and must be {score.must:g}"
        for key, row in scored.items()
        for score in SCORES
        if score.must is not None and (found := row.get(score.name)) is not None and found.value != score.must
    ]


def scored(sats: Sequence[Sat]) -> Scored:
    """Every figure of every subject."""
    return {sat.key: measured(sat) for sat in sats}
