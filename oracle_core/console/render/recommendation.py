"""The card of a recommendation: what to do, what it costs, what it changes, why, and what could go wrong."""

from oracle_core.console.render.actions import chosen, leg_rows, planned, traded_coin
from oracle_core.console.render.candidates import candidate_sections
from oracle_core.console.render.clocks import clock_lines
from oracle_core.console.render.dangers import dangers
from oracle_core.console.render.fields import Node, notes, number, part, rows, text, texts
from oracle_core.console.render.figures import amount, cents, price
from oracle_core.console.render.headline import header, headline
from oracle_core.console.render.layout import bullets, section, table
from oracle_core.console.render.occasions import why_now
from oracle_core.console.render.outlooks import before_after
from oracle_core.console.render.prose import advisor_lines
from oracle_core.console.render.rails import rail_lines

MOST_SHOWN = 8
COSTS = ("fee", "half_spread", "slippage")


def recommendation(document: Node, width: int) -> list[str]:
    """`oracle.recommendation/1`."""
    candidates = rows(document, "candidates")
    before = part(candidates[0], "before") if candidates else part(document, "after")
    return [
        *header(document, before, width),
        "",
        *headline(document, width),
        *section("Why now", why_now(document, width)),
        *section("Legs", _legs(document, width)),
        *section("Cost now (USD)", cost_lines(part(document, "cost"))),
        *section("The model says", advisor_lines(document, width)),
        *before_after(before, part(document, "after"), width),
        *candidate_sections(candidates, texts(document, "chosen"), width, most=MOST_SHOWN),
        *section("Guardrails", rail_lines(part(document, "verdict"), width)),
        *section("Clock", clock_lines(document)),
        *section("What could go wrong", bullets(dangers(document), width)),
        *section("Rests on", bullets(_basis(document), width)),
        *section("Next", _next(document, width)),
    ]


def cost_lines(cost: Node) -> list[str]:
    """A cost as the sum of its parts; nothing where nothing is paid."""
    total = number(cost, "total")
    if not total:
        return []
    split = zip(COSTS, cents([number(cost, name) for name in COSTS], total), strict=True)
    said = " + ".join(f"{name.replace('_', '-')} {amount(value)}" for name, value in split)
    return [f"  {said} = {amount(total)}"]


def _legs(document: Node, width: int) -> list[str]:
    legs = planned(document)
    if not legs:
        return []
    cells = leg_rows(legs, traded_coin(chosen(document)))
    return [*table(cells, "<<>>>>", width), *map(_order, legs)]


def _order(leg: Node) -> str:
    sizes = texts(leg, "children")
    cut = f", in {len(sizes)} orders of {', '.join(sizes)}" if len(sizes) > 1 else ""
    style = text(leg, "style").replace("_", " ")
    return f"  {text(leg, 'symbol')}: {style}, not beyond {price(number(leg, 'limit_price'))}{cut}"


def _basis(document: Node) -> list[str]:
    ages = part(document, "data_ages")
    oldest = max((number(ages, name) or 0.0 for name in ages), default=None)
    age = [] if oldest is None else [f"oldest quote used: {amount(oldest, 0)} s"]
    return [*texts(document, "assumptions"), *age, *(f"left out {note}" for note in notes(document, "left_out"))]


def _next(document: Node, width: int) -> list[str]:
    cycle = text(document, "cycle_id")
    approve = [[f"oracle approve {cycle}", "send this plan to the paper venue, re-quoted and judged again"]]
    cells = [
        *(approve if rows(part(document, "plan"), "legs") else []),
        [f"oracle explain {cycle}", "every term and limit behind it"],
        [f"oracle why-not {cycle}", "what the others lack"],
    ]
    return table(cells, "<<", width)
