"""`oracle.stress/1`: the grid of instant moves as a table, or one move in words."""

from oracle_core.console.render.fields import NOTHING, Node, moment, number, part, parts, rows, text, texts
from oracle_core.console.render.figures import amount, at, percent
from oracle_core.console.render.headline import banner
from oracle_core.console.render.layout import INDENT, bullets, section, table
from oracle_core.console.render.outlooks import UNITS, greek_lines, worst_words


def stress(document: Node, width: int) -> list[str]:
    """The page: a grid where the document has one, else the move that was asked for."""
    equity = number(document, "equity_usd")
    orders = number(document, "working_orders")
    filled = " · working orders counted as filled" if orders else ""
    head = [banner(document, "stress"), f"  {at(moment(document, 'as_of'))} · equity {amount(equity)} USD{filled}"]
    scenario = part(document, "scenario")
    if scenario:
        return [*head, *_scenario(scenario, width)]
    if rows(document, "scenarios"):
        return [*head, *section("Scenarios, P&L in USD by full revaluation", _scenarios(document, width))]
    if rows(document, "over_time"):
        return [*head, *(line for item in rows(document, "over_time") for line in _after_days(item, equity, width))]
    how = "P&L in USD of an instant move, full revaluation at marks, no time passing"
    return [*head, *section(how, grid(document, equity, width))]


def grid(stressed: Node, equity: float | None, width: int) -> list[str]:
    """Spot down the side, volatility across; the worst cell is marked."""
    cells = rows(stressed, "cells")
    spots = sorted({spot for item in cells if (spot := number(item, "spot_pct")) is not None})
    factors = sorted({factor for item in cells if (factor := number(item, "vol_factor")) is not None})
    found = {(number(item, "spot_pct"), number(item, "vol_factor")): number(item, "pnl_usd") for item in cells}
    worst = part(stressed, "worst")
    marked = (number(worst, "spot_pct"), number(worst, "vol_factor"))
    lines = [["spot", *(f"vol x{amount(factor)} " for factor in factors)]]
    for spot in spots:
        values = [
            f"{amount(found.get((spot, factor)))}{'*' if (spot, factor) == marked else ' '}" for factor in factors
        ]
        lines.append([percent(spot, 0, sign=True), *values])
    if not cells:
        return []
    share = number(worst, "pnl_usd")
    of_equity = f", {percent(100.0 * share / equity)} of equity" if share is not None and equity else ""
    words = worst_words({"stress": stressed})
    return [*table(lines, ">" * len(lines[0]), width), f"{INDENT}* worst: {words}{of_equity}"]


def _scenarios(document: Node, width: int) -> list[str]:
    found = rows(document, "scenarios")
    cells = [["", "P&L", "of equity", "where"]]
    cells += [
        [text(row, "name"), amount(number(row, "pnl_usd")), percent(number(row, "pct_equity"), sign=True),
         text(row, "detail")]
        for row in found
    ]  # fmt: skip
    told = bullets([f"{text(row, 'name')}: {text(row, 'assumption')}" for row in found], width)
    return [*table(cells, "<>><", width), "", *told]


def _after_days(item: Node, equity: float | None, width: int) -> list[str]:
    day = number(item, "days")
    cells = rows(item, "cells")
    worst = min(cells, key=lambda cell: number(cell, "pnl_usd") or 0.0, default=NOTHING)
    shown: Node = {"cells": cells, "worst": worst}
    title = "P&L in USD at once" if not day else f"P&L in USD after {day:g} days at the moved prices, funding left out"
    deltas = [
        [coin, *(amount(number(point, "coins"), 3, sign=True) for point in rows(part(item, "delta_after"), coin))]
        for coin in part(item, "delta_after")
    ]
    spots = [percent(number(point, "spot_pct"), 0, sign=True) for point in _spots(item)]
    after = table([["delta after", *spots], *deltas], "<" + ">" * len(spots), width) if deltas else []
    return [*section(title, [*grid(shown, equity, width), *after])]


def _spots(item: Node) -> list[Node]:
    deltas = part(item, "delta_after")
    return rows(deltas, next(iter(deltas))) if deltas else []


def _scenario(scenario: Node, width: int) -> list[str]:
    coins = dict.fromkeys(texts(scenario, "moved"))
    apart = part(scenario, "by_coin")
    alone = len(coins) == 1 and len(part(scenario, "coins")) > 1
    whose = f"{next(iter(coins))} alone, " if alone else ""
    move = f"{whose}spot {percent(number(scenario, 'spot_pct'), 0, sign=True)}"
    points = number(scenario, "vol_points")
    moved = f"{move}, volatility {amount(points, 1, sign=True)} points" if points else f"{move}, volatility unchanged"
    share = number(scenario, "pct_equity")
    of_equity = "" if share is None else f", {percent(share, sign=True)} of equity"
    found = [row for _, row in parts(scenario, "coins")]
    return [
        "",
        f"  {moved}: {amount(number(scenario, 'pnl_usd'), sign=True)} USD{of_equity}",
        *([f"  {', '.join(f'{c} {amount(number(apart, c), sign=True)}' for c in apart)}"] if len(apart) > 1 else []),
        "  at once, by full revaluation at marks, with no time passing",
        *(section(f"The book before the move ({UNITS})", greek_lines(scenario, {}, width)) if found else []),
    ]
