"""What runs out: held options and the plan."""

from datetime import datetime

from oracle_core.console.render.fields import Node, moment, part, rows, text
from oracle_core.console.render.figures import at, countdown


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
    """Every expiry of the options held, with what expires."""
    found = [(moment(row, "expiry"), text(row, "coin")) for row in rows(document, "expiries")]
    return [(when, f"{coin} options of {when:%d %b %Y}") for when, coin in found if when is not None]
