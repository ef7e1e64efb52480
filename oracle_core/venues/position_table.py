"""A CSV of positions as the rows of a book, with the line each row stands on."""

import csv
import io
from typing import Final, NamedTuple

from oracle_core.errors import Fault, InputError, fault
from oracle_core.strict_json import decode, nearest

COLUMNS: Final = ("venue", "symbol", "contracts", "entry_price", "entry_iv", "opened_at", "strategy", "pool")
NUMBERS: Final = frozenset({"contracts", "entry_price", "entry_iv"})


class PositionTable(NamedTuple):
    """Rows in the shape of JSON positions; row n stands on line `lines[n]`."""

    rows: list[dict[str, object]]
    lines: list[int]
    faults: list[Fault]

    def on_line(self, found: Fault) -> Fault:
        """The same fault, placed by line and column as the reader of a table sees it."""
        number, closing, column = found.field.removeprefix("positions[").partition("]")
        if not (found.field.startswith("positions[") and closing and number.isdigit()):
            return found
        place = f"line {self.lines[int(number)]}" + column.replace(".", ", ", 1)
        return fault(found.source, place, found.value, found.expected)


def read_positions(data: bytes, source: str) -> PositionTable:
    """The rows of a CSV; blank cells are absent, blank lines are skipped.

    Raises: InputError: not text, not CSV, or a header that does not name position columns.

    >>> table = read_positions(b"venue,symbol,contracts\\nderibit,BTC-PERPETUAL,-250\\n", "book.csv")
    >>> table.rows, table.lines
    ([{'venue': 'deribit', 'symbol': 'BTC-PERPETUAL', 'contracts': -250.0}], [2])
    """
    reader = csv.reader(io.StringIO(decode(data, source), newline=""), strict=True)
    table = PositionTable([], [], [])
    try:
        header = [name.strip() for name in next(reader, list[str]())]
        _check_header(header, source)
        for cells in reader:
            if any(cell.strip() for cell in cells):
                _add(table, header, cells, source, reader.line_num)
    except csv.Error as error:
        raise InputError([fault(source, f"line {reader.line_num}", str(error), "a line of CSV")]) from error
    return table


def _check_header(header: list[str], source: str) -> None:
    faults = [
        fault(source, "line 1", name, "a position column, " + nearest(name, COLUMNS))
        for name in header
        if name not in COLUMNS
    ]
    faults += [fault(source, "line 1", name, "each column once") for name in COLUMNS if header.count(name) > 1]
    faults += [fault(source, "line 1", "absent", f"the column `{name}`") for name in COLUMNS[:3] if name not in header]
    if faults:
        raise InputError(faults)


def _add(table: PositionTable, header: list[str], cells: list[str], source: str, line: int) -> None:
    if len(cells) > len(header):
        table.faults.append(fault(source, f"line {line}", f"{len(cells)} cells", f"at most {len(header)} cells"))
    filled = {name: cell.strip() for name, cell in zip(header, cells, strict=False) if cell.strip()}
    table.rows.append({name: _number(cell) if name in NUMBERS else cell for name, cell in filled.items()})
    table.lines.append(line)


def _number(cell: str) -> float | str:
    """The number in a cell; text that is none stays text, and is refused as such."""
    try:
        return cell if "_" in cell else float(cell)
    except ValueError:
        return cell
