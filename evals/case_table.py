"""The table printed after the evals: what each case came to."""

from collections.abc import Iterator, Mapping, Sequence

from evals.case import Case
from oracle_core.domain.record import CycleRecord

HEADER = ("case", "chooser", "fault", "advisor", "reason", "chosen", "passed")
_rows: dict[str, tuple[str, ...]] = {}


def note(case: Case, record: CycleRecord, grades: Mapping[str, Sequence[str]]) -> None:
    """Keep what a case came to."""
    found = record.recommendation
    labels = [item.label for pick in found.picks if (item := found.candidate(pick.id)) is not None]
    passed = sum(not wrong for wrong in grades.values())
    _rows[case.name] = (
        case.name,
        case.chooser,
        case.fault or "",
        found.advisor.name,
        found.advisor.fallback_reason or "",
        " ".join(labels),
        f"{passed} of {len(grades)}",
    )


def lines() -> Iterator[str]:
    """The table, aligned; nothing when no case ran."""
    table = [HEADER, *(_rows[name] for name in sorted(_rows))]
    widths = [max(len(row[column]) for row in table) for column in range(len(HEADER))]
    for row in table if _rows else ():
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
