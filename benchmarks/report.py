"""What a run found, as Markdown: printed, and kept in the generated part of README.md, one part per section."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

README = Path(__file__).with_name("README.md")
_COLUMNS = ("what", "measured", "ratio", "goal", "met")


@dataclass(frozen=True, slots=True)
class Row:
    """One line: what was timed, its figure, and where there is one the ratio, the goal and whether it is met."""

    what: str
    measured: str
    ratio: str = ""
    goal: str = ""
    met: bool | None = None

    @property
    def cells(self) -> tuple[str, ...]:
        """The columns of the table."""
        met = {None: "", True: "yes", False: "**no**"}[self.met]
        return (self.what, self.measured, self.ratio, self.goal, met)


@dataclass(frozen=True, slots=True)
class Section:
    """The rows of one subject; `notes` say how they were measured and what is absent."""

    name: str
    title: str
    rows: tuple[Row, ...]
    notes: tuple[str, ...] = field(default=())


def against(what: str, seconds: float, ours: float, measured: str, at_least: float | None = None) -> Row:
    """A peer's row: how many times longer it takes than ours, and whether that is what we promise."""
    ratio = seconds / ours
    goal = "" if at_least is None else f"≥ {at_least:g}×"
    return Row(what, measured, f"{ratio:.1f}×", goal, None if at_least is None else ratio >= at_least)


def markdown(section: Section, measured_on: str) -> str:
    """The section as a heading, a table and its notes."""
    lines = [f"### {section.title}", "", measured_on, "", _line(_COLUMNS), _line(("-",) * len(_COLUMNS))]
    lines += [_line(row.cells) for row in section.rows]
    lines += ["", *(f"- {note}" for note in section.notes)] if section.notes else []
    return "\n".join(lines) + "\n"


def keep(sections: Sequence[Section], measured_on: str, readme: Path = README) -> None:
    """Write each section into the file, in the place of what an earlier run left there."""
    text = readme.read_text(encoding="utf-8")
    for section in sections:
        block = f"<!-- {section.name}: generated -->\n{markdown(section, measured_on)}<!-- {section.name}: end -->"
        pattern = re.compile(rf"<!-- {section.name}: generated -->.*?<!-- {section.name}: end -->", re.DOTALL)
        text, found = pattern.subn(lambda _, block=block: block, text)
        if not found:
            text = f"{text.rstrip()}\n\n{block}\n"
    readme.write_text(text, encoding="utf-8")


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"
