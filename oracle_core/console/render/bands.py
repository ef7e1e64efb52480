"""`oracle.bands/1`: how far from delta to let a straddle drift, what pays for theta, and how often to hedge at most."""

from typing import Final

from oracle_core.console.render.fields import Node, moment, number, part, parts, rows, text, texts
from oracle_core.console.render.figures import amount, at, percent
from oracle_core.console.render.headline import banner
from oracle_core.console.render.layout import bullets, section, sentence, table

_BANDS: Final = ("zakamouline", "whalley_wilmott")


def bands(document: Node, width: int) -> list[str]:
    """A section for each coin, what was assumed, and where the picture lies."""
    picture = text(document, "picture")
    return [
        banner(document, "how far and how often to hedge"),
        f"  {at(moment(document, 'as_of'))} · half-widths in coins around the delta of the position",
        *(line for coin, found in parts(document, "coins") for line in _coin(coin, found, width)),
        *section("Assumed", bullets(texts(document, "assumptions"), width)),
        *section("Written", [f"  {picture}"] if picture else []),
    ]


def _coin(coin: str, found: Node, width: int) -> list[str]:
    title = f"{coin}, forward {amount(number(found, 'forward'))} USD"
    words = [_now(found), _theta(found), _often(part(found, "frequency"), number(found, "life_hours"))]
    lines = [line for said in words for line in sentence(said, width)]
    return section(title, [*lines, *table(_grid(rows(found, "by_vol_and_cost")), ">>>>>>>", width)])


def _now(found: Node) -> str:
    widths, vol, cost = part(found, "half_width_coins"), number(found, "vol"), number(found, "cost_rate")
    return (
        f"At {percent(None if vol is None else 100.0 * vol, 2)} and {amount(None if cost is None else 1e4 * cost)} bp "
        f"({text(found, 'hedge')}): Zakamouline ±{amount(number(widths, 'zakamouline'), 3)}, Whalley–Wilmott "
        f"±{amount(number(widths, 'whalley_wilmott'), 3)}."
    )


def _theta(found: Node) -> str:
    even = part(found, "break_even")
    return (
        f"Theta {amount(number(found, 'theta_usd_per_day'))} USD a day is paid for by a move of "
        f"{percent(number(even, 'move_pct'), 2)} ({amount(number(even, 'move_usd'))} USD)."
    )


def _often(found: Node, life: float | None) -> str:
    interval = number(found, "interval_hours")
    if interval is not None and life is not None and interval > life:
        return "Hedging again within its life costs more than it is worth."
    bound = {"cost": "oftener costs more than it is worth", "latency": "the hedge takes that long"}
    return (
        f"Hedge at most every {amount(interval)} h: "
        f"{bound.get(text(found, 'bound'), 'bound unknown')}; trading {amount(number(found, 'cost_usd_per_day'))} "
        f"and risk {amount(number(found, 'risk_usd_per_day'))} USD a day."
    )


def _grid(found: list[Node]) -> list[list[str]]:
    """A line for each volatility, both bands at each cost."""
    lines: dict[float, list[Node]] = {}
    for row in found:
        lines.setdefault(number(row, "vol") or 0.0, []).append(row)
    costs = [f"{amount(_points(row))} bp" for line in list(lines.values())[:1] for row in line]
    head = ["vol", *(f"Z {cost}" for cost in costs), *(f"WW {cost}" for cost in costs)]
    cells = [
        [percent(100.0 * vol, 0), *(amount(number(row, name), 3) for name in _BANDS for row in line)]
        for vol, line in lines.items()
    ]
    return [head, *cells] if cells else []


def _points(row: Node) -> float | None:
    rate = number(row, "cost_rate")
    return None if rate is None else 1e4 * rate
