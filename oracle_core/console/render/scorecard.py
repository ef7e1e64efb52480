"""The evals' scorecard: a row for each score, the subjects side by side as far as the page is wide."""

from oracle_core.console.render.fields import Node, flag, number, part, rows, text, texts
from oracle_core.console.render.layout import bullets, section, table

TITLES = {
    "baseline": "Baselines: nobody is asked",
    "reference-server": "Stand-ins on the reference server: no model was asked",
    "live": "Live models",
}
PLACES = {"share": 2, "USD": 2, "count": 0, "tokens": 0, "s": 2}


def scorecard(document: Node, width: int) -> list[str]:
    """`oracle.scorecard/1`."""
    held = "passed" if flag(document, "ok") else "FAILED"
    lines = [f"Evals · gate {held} against {len(rows(document, 'history'))} kept scorecards"]
    lines += bullets(texts(document, "failures"), width)
    for source, title in TITLES.items():
        group = [row for row in rows(document, "subjects") if text(row, "source") == source]
        if group:
            lines += section(title, table(_scores(rows(document, "scores"), group), "<" + ">" * len(group), width))
        lines += [f"  {text(row, 'subject')}: {text(row, 'stopped')}" for row in group if text(row, "stopped")]
    return [
        *lines,
        *section("What the figures mean", bullets(texts(document, "meaning"), width)),
        *section("Written", [f"  {path}" for path in texts(document, "files")]),
    ]


def recorded(document: Node, width: int) -> list[str]:
    """`oracle.eval-record/1`."""
    changed = texts(document, "changed")
    said = f"{len(changed)} cassettes changed" if changed else "Nothing changed"
    return [
        said, *bullets(changed, width),
        *section("Worse, and not kept", bullets(texts(document, "worse"), width)),
    ]  # fmt: skip


def _scores(scores: list[Node], group: list[Node]) -> list[list[str]]:
    """A row for each score that one of them has, a column for each subject."""
    names = ["", *(text(score, "name") for score in scores)]
    columns = [_column(scores, row) for row in group]
    turned = [[name, *(column[place] for column in columns)] for place, name in enumerate(names)]
    return [row for row in turned if set(row[1:]) != {"—"}]


def _column(scores: list[Node], row: Node) -> list[str]:
    return [text(row, "subject"), *(_shown(score, part(row, "values", text(score, "name"))) for score in scores)]


def _shown(score: Node, found: Node) -> str:
    value, high = number(found, "value"), number(found, "high")
    if value is None:
        return "—"
    places = PLACES.get(text(score, "unit"), 2)
    return f"{value:,.{places}f}" + ("" if high is None else f" ±{high - value:,.{places}f}")
