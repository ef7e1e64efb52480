"""A venue's leverage brackets in ccxt's form (symbol: list of tiers) as margin tiers."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from oracle_core.domain.instrument import MarginTier
from oracle_core.errors import Fault, InputError, fault
from oracle_core.pricing.liquidation import with_deductions
from oracle_core.strict_json import is_list, is_object, parse_tree, read_bytes

NO_CAP: Final = 9e18
"""The largest whole number of 64 bits (or its float) is how a venue says that there is no cap."""
FIELDS: Final = ("minNotional", "maxNotional", "maintenanceMarginRate", "maxLeverage")


def read_leverage_tiers(path: Path) -> dict[str, tuple[MarginTier, ...]]:
    """Every contract's tiers, with the deductions that make its maintenance margin continuous.

    Raises: InputError: unreadable, not in that form, or tiers that leave a gap; every fault.
    """
    tree = parse_tree(read_bytes(path), str(path))
    if not is_object(tree):
        raise InputError([fault(str(path), "", type(tree).__name__, "an object of symbols")])
    found: dict[str, tuple[MarginTier, ...]] = {}
    faults: list[Fault] = []
    for symbol, rows in tree.items():
        try:
            found[symbol] = _tiers(f"{path}: {symbol}", rows)
        except InputError as error:
            faults.extend(error.faults)
    if faults:
        raise InputError(faults)
    return found


def _tiers(source: str, rows: object) -> tuple[MarginTier, ...]:
    if not is_list(rows) or not rows:
        raise InputError([fault(source, "", rows, "a list of tiers")])
    tiers: list[MarginTier] = []
    floor = 0.0
    for place, row in enumerate(rows):
        numbers = _numbers(f"{source}[{place}]", row)
        if numbers["minNotional"] != floor:
            raise InputError([fault(f"{source}[{place}]", "minNotional", numbers["minNotional"], f"{floor!r}: no gap")])
        floor = numbers["maxNotional"]
        tiers.append(
            MarginTier(
                up_to_notional=None if floor >= NO_CAP else floor,
                initial=1.0 / numbers["maxLeverage"],
                maintenance=numbers["maintenanceMarginRate"],
            )
        )
    return with_deductions(tiers)


def _numbers(source: str, row: object) -> Mapping[str, float]:
    if not is_object(row):
        raise InputError([fault(source, "", row, f"an object with {', '.join(FIELDS)}")])
    wrong = [name for name in FIELDS if not _is_number(row.get(name), zero=name == "minNotional")]
    if wrong:
        raise InputError([fault(source, name, row.get(name), "a number above 0") for name in wrong])
    return {name: value for name in FIELDS if isinstance(value := row[name], int | float)}


def _is_number(value: object, *, zero: bool) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and (value > 0 or (zero and value == 0))
