"""What runs out: held options and the plan."""

from datetime import datetime

from oracle_core.console.render.fields import Node, moment, part, rows, text
from oracle_core.console.render.figures import at, countdown
from oracle_core.domain.symbols import from_unified


def clock_lines(document: Node) -> list[str]:
    """Countdowns from the document's own time, the nearest first."""
    now = moment(document, "as_of")
    if now is None:
        return []
    until = moment(part(document, "plan"), "expires_at")
    plan = [] if until is None else [f"  the plan holds for {countdown(until - now)}, until {at(until, seconds=True)}"]
    return [
        *plan,
        *(f"  {name} expire in {countdown(when - now)}, {at(when)}" for when, name in sorted(expiries(document))),
    ]


def expiries(document: Node) -> list[tuple[datetime, str]]:
    """Every expiry of the options a document names, with the coin: stated, else as their symbols say."""
    stated = [(when, text(row, "coin")) for row in rows(document, "expiries") if (when := moment(row, "expiry"))]
    if stated:
        return stated
    found = {_expiry(name) for name in part(document, "data_ages")}
    return [item for item in found if item is not None]


def _expiry(name: str) -> tuple[datetime, str] | None:
    contract = from_unified(name.partition(" ")[2])
    if contract is None or contract.expiry is None or contract.strike is None:
        return None
    return contract.expiry, f"{contract.base} options of {contract.expiry:%d %b %Y}"
