"""`oracle.screen/1`: coins or contracts from the best total down, each score beside what it was made from."""

from oracle_core.console.render.fields import Node, moment, number, part, rows, text, texts
from oracle_core.console.render.figures import ABSENT, amount, at, percent
from oracle_core.console.render.headline import banner
from oracle_core.console.render.layout import bullets, section, sentence, table

HEAD = ["", "total", "vol", "", "depth 50 bp", "", "cost bp", "", "VR", ""]


def screen(document: Node, width: int) -> list[str]:
    """One line each; a figure, and its score from 0 to 100 to the right of it."""
    found = rows(document, "rows")
    order = amount(number(document, "order_usd"), 0)
    absent = [f"{text(row, 'name')}: {'; '.join(said)}" for row in found if (said := texts(row, "absent"))]
    named = [f"{text(row, 'name')}: {_key(row)}" for row in found] if text(document, "by") == "coin" else []
    said = f"{at(moment(document, 'as_of'))} · cost of taking {order} USD · depth in USD"
    return [
        banner(document, "screen"),
        f"  {said} · VR variance ratio, 7 d of hours",
        "",
        *(table([HEAD, *map(_row, found)], "<>>>>>>>>>", width) if found else ["  no coin in this market"]),
        *section("Cheapest contract of each", bullets(named, width)),
        *section("Absent", bullets(absent, width)),
        *section("Scores", sentence(text(document, "method"), width)),
    ]


def _row(row: Node) -> list[str]:
    scores, vol = part(row, "scores"), number(row, "volatility")
    figures = {
        "volatility": ABSENT if vol is None else percent(100.0 * vol),
        "liquidity": amount(number(row, "liquidity"), 0),
        "cost": amount(number(row, "cost")),
        "choppiness": amount(number(row, "choppiness")),
    }
    pairs = [cell for name, shown in figures.items() for cell in (shown, _score(number(scores, name)))]
    return [text(row, "name"), _score(number(row, "total")), *pairs]


def _score(value: float | None) -> str:
    return "-" if value is None else amount(value, 0)


def _key(row: Node) -> str:
    key = part(row, "key")
    return f"{text(key, 'symbol')} on {text(key, 'venue')}" if key else text(row, "key")
