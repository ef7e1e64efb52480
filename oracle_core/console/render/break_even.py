"""What a book's gamma must earn: break-even moves, and the week's bleed beside what moves would have paid."""

from collections.abc import Sequence

from oracle_core.console.render.fields import Node, number, text, texts
from oracle_core.console.render.figures import ABSENT, amount, percent
from oracle_core.console.render.layout import bullets, section, table


def break_even(found: Sequence[Node], width: int) -> list[str]:
    """Two tables for the coins with options: volatility and daily move, then dollars by day and week."""
    if not found:
        return []
    vols = [["", "needed", "daily move", "at entry", "daily move", "now", "daily move"]]
    usd = [["", "theta/day", "funding/day", "bleed/day", "bleed/week", "gamma, 7 d of moves", "net, 7 d"]]
    names = ("theta_usd_per_day", "funding_usd_per_day", "bleed_usd_per_day", "bleed_usd_per_week", "gains_usd_week",
             "net_usd_week")  # fmt: skip
    for row in found:
        pairs = [_vol(row, f"{name}_{kind}") for name in ("needed", "entry", "current") for kind in ("vol", "move")]
        vols.append([text(row, "coin"), *pairs])
        usd.append([text(row, "coin"), *(amount(number(row, name), sign=True) for name in names)])
    said = [f"{text(row, 'coin')}: {text(row, 'alert')}" for row in found if text(row, "alert")]
    said += [f"{text(row, 'coin')}: {note}" for row in found for note in texts(row, "notes")]
    return [
        *section("Break-even: realised volatility that pays theta and funding", table(vols, "<>>>>>>", width)),
        *section("Bleed against scalping, USD, + received", [*table(usd, "<>>>>>>", width), *bullets(said, width)]),
    ]


def _vol(row: Node, key: str) -> str:
    value = number(row, key)
    return ABSENT if value is None else percent(100.0 * value, 2)
