"""The scorecard: what every subject came to, beside the baselines; as JSON, as lines, as Markdown and as a page."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from evals.history import Entry, Scored, failures, scored
from evals.scores.score import Measured, Sat, Score
from evals.scores.table import SCORES
from oracle_core import __version__
from oracle_core.agent.prompt import prompt_versions
from oracle_core.domain.canonical import Json
from oracle_core.reports.markdown import markdown
from oracle_core.reports.page import html_page
from oracle_core.reports.section import Column, Section, Table

Document = dict[str, Json]

SCHEMA: Final = "oracle.scorecard/1"
TITLES: Final = {
    "baseline": "Baselines: nobody is asked",
    "reference-server": "Stand-ins on the reference server: no model was asked",
    "live": "Live models",
}
MEANING: Final = (
    (
        "A stand-in is a fixed rule behind an HTTP server. Its figures say nothing about any model: they show that "
        "each score can be won and lost, and that the desk holds."
    ),
    (
        "Regret is in USD per decision, at each persona's aversion to risk, on outcomes drawn after the choice from a "
        "world other than the engine's; ± is a 95 % interval over batches that every subject shares. It counts one "
        "horizon: the trades that a band saves later are not in it."
    ),
    "Better than the engine means: less regret than its row by more than both intervals, and no worse elsewhere.",
)
PLACES: Final = {"share": 2, "USD": 2, "count": 0, "tokens": 0, "s": 2}


def document(sats: Sequence[Sat], past: Sequence[Entry], found: Scored | None = None) -> Document:
    """`oracle.scorecard/1`: every figure with its count and interval, the gate, and how it went before."""
    figures = scored(sats) if found is None else found
    wrong = failures(figures, past)
    return {
        "schema": SCHEMA,
        "ok": not wrong,
        "version": __version__,
        "prompts": dict(prompt_versions()),
        "scores": [_score(score) for score in SCORES],
        "subjects": [_subject(sat, figures) for sat in sats],
        "failures": list(wrong),
        "history": [_line(item) for item in past],
        "meaning": list(MEANING),
    }


def _score(score: Score) -> Json:
    return {"name": score.name, "about": score.about, "unit": score.unit, "better": score.better, "must": score.must}


def _subject(sat: Sat, figures: Scored) -> Json:
    row = figures[sat.key]
    return {
        "subject": sat.subject, "source": sat.source, "answers": len(sat.answers), "stopped": sat.stopped,
        "values": {name: None if item is None else _value(item) for name, item in row.items()},
    }  # fmt: skip


def _value(found: Measured) -> Json:
    return {"value": found.value, "count": found.count, "low": found.low, "high": found.high}


def _line(item: Entry) -> Json:
    return {
        "recorded": item.recorded,
        "version": item.version,
        "why": item.why,
        "regret": item.scores.get("baseline/engine", {}).get("regret"),
    }


def shown(score: Score, found: Measured | None) -> str:
    """A figure as a person reads it; a dash where there is none."""
    if found is None:
        return "—"
    text = f"{found.value:,.{PLACES[score.unit]}f}"
    return text if found.high is None else f"{text} ±{found.high - found.value:,.{PLACES[score.unit]}f}"


def _groups(sats: Sequence[Sat]) -> Iterator[tuple[str, list[Sat]]]:
    for source, title in TITLES.items():
        group = [sat for sat in sats if sat.source == source]
        if group:
            yield title, group


def _rows(group: Sequence[Sat], figures: Scored) -> list[tuple[str, ...]]:
    rows = [
        (score.name, *(shown(score, figures[sat.key].get(score.name)) for sat in group), _wanted(score))
        for score in SCORES
    ]
    return [row for row in rows if set(row[1:-1]) != {"—"}]


def _wanted(score: Score) -> str:
    return f"must be {score.must:g}" if score.must is not None else score.better


def lines(sats: Sequence[Sat], past: Sequence[Entry], found: Scored | None = None) -> Iterator[str]:
    """The card for a terminal."""
    figures = scored(sats) if found is None else found
    for title, group in _groups(sats):
        table = [("", *(sat.subject for sat in group), "better"), *_rows(group, figures)]
        widths = [max(len(row[place]) for row in table) for place in range(len(table[0]))]
        yield title
        for row in table:
            cells = [
                row[0].ljust(widths[0]),
                *(cell.rjust(wide) for cell, wide in zip(row[1:], widths[1:], strict=True)),
            ]
            yield f"  {'  '.join(cells)}".rstrip()
        yield ""
    for sat in sats:
        if sat.stopped:
            yield f"{sat.subject}: {sat.stopped}"
    wrong = failures(figures, past)
    yield from (f"FAILED  {line}" for line in wrong)
    yield f"gate: {'failed' if wrong else 'passed'} against {len(past)} kept scorecards"


def sections(sats: Sequence[Sat], past: Sequence[Entry], found: Scored | None = None) -> tuple[Section, ...]:
    """The card as a report's sections."""
    figures = scored(sats) if found is None else found
    wrong = failures(figures, past)
    verdict = (
        tuple(wrong)
        if wrong
        else ("Nothing that must hold is broken, and no gated figure is worse than the last kept.",)
    )
    return (
        Section(title="Gate", sentences=verdict),
        *(Section(title=title, tables=(_table(title, group, figures),)) for title, group in _groups(sats)),
        Section(title="What the figures mean", sentences=MEANING, tables=(_meanings(),)),
        Section(
            title="History", tables=(_history(past),) if past else (), sentences=() if past else ("None is kept yet.",)
        ),
    )


def _table(title: str, group: Sequence[Sat], figures: Scored) -> Table:
    columns = (Column("score", figures=False), *(Column(sat.subject) for sat in group), Column("better", figures=False))
    return Table(
        caption=f"{title}; {len(group[0].answers)} answers each", columns=columns, rows=tuple(_rows(group, figures))
    )


def _meanings() -> Table:
    rows = tuple((score.name, score.about, score.unit) for score in SCORES)
    return Table(
        caption="Scores",
        columns=tuple(Column(name, figures=False) for name in ("score", "what it is", "unit")),
        rows=rows,
    )


def _history(past: Sequence[Entry]) -> Table:
    rows = tuple(
        (
            item.recorded,
            item.version,
            _kept(item, "regret"),
            _kept(item, "note-following", "reference-server/attentive"),
            item.why or "",
        )
        for item in past
    )
    names = (
        "recorded",
        "version",
        "engine's regret, USD",
        "attentive stand-in's note-following",
        "why it may be worse",
    )
    columns = tuple(Column(name, figures=place in (2, 3)) for place, name in enumerate(names))
    return Table(caption="Kept scorecards", columns=columns, rows=rows)


def _kept(item: Entry, name: str, key: str = "baseline/engine") -> str:
    value = item.scores.get(key, {}).get(name)
    return "—" if value is None else f"{value:.2f}"


def write(folder: Path, sats: Sequence[Sat], past: Sequence[Entry], found: Scored | None = None) -> list[Path]:
    """The card three ways, into a folder."""
    figures = scored(sats) if found is None else found
    title, banner = "Evals of the advisor", "No figure here is about a model unless its table says live"
    under = (
        f"Oracle Core {__version__}; prompts {', '.join(f'{name} {text}' for name, text in prompt_versions().items())}"
    )
    parts = sections(sats, past, figures)
    texts = {
        "md": markdown(title, banner, under, parts),
        "html": html_page(title, banner, under, parts, None),
        "json": json.dumps(document(sats, past, figures), indent=2, sort_keys=True, allow_nan=False) + "\n",
    }
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / f"scorecard.{ending}" for ending in texts]
    for path, text in zip(paths, texts.values(), strict=True):
        path.write_text(text, encoding="utf-8")
    return paths
