"""`oracle.indicators/1`: a table for each coin of what is read, what for, and from where."""

from oracle_core.console.render.break_even import break_even
from oracle_core.console.render.fields import Node, moment, number, part, parts, rows, text
from oracle_core.console.render.figures import amount, at, exact, price
from oracle_core.console.render.headline import banner
from oracle_core.console.render.layout import bullets, section, sentence, table

MOST_STRIKES = 5


def indicators(document: Node, width: int) -> list[str]:
    """Readings by coin; what is absent in a sentence by its reason; then break-even and market gamma."""
    found = rows(document, "rows")
    coins = list(dict.fromkeys(text(row, "coin") for row in found))
    head = f"{at(moment(document, 'as_of'))} · horizon {exact(number(document, 'horizon_hours'))} h"
    return [
        banner(document, "indicators"),
        f"  {head} · per cent by the year of 365 days · ± standard error",
        *(line for coin in coins for line in _coin(coin, [row for row in found if text(row, "coin") == coin], width)),
        *break_even(rows(document, "break_even"), width),
        *_market_gamma(part(document, "market_gamma"), width),
    ]


def _coin(coin: str, found: list[Node], width: int) -> list[str]:
    cells, missing = list[list[str]](), dict[str, list[str]]()
    for row in found:
        name = text(row, "name")
        if number(row, "value") is None and not text(row, "word"):
            missing.setdefault(text(row, "source"), []).append(name.lstrip("· "))
        else:
            cells.append([name, text(row, "role"), _reading(row), text(row, "source")])
    absent = [
        f"absent, {why or 'no reason given'}: {', '.join(dict.fromkeys(names))}" for why, names in missing.items()
    ]
    flags = [f"{text(row, 'name').lstrip('· ')}: {text(row, 'flag')}" for row in found if text(row, "flag")]
    noticed = bullets([f"NOTE {item}" for item in flags], width)
    return section(
        coin, [*noticed, *table(cells, "<<><", width), *(line for item in absent for line in sentence(item, width))]
    )


def _reading(row: Node) -> str:
    value, unit = number(row, "value"), text(row, "unit")
    if value is None:
        return text(row, "word")
    if text(row, "name") == "Index price":
        shown = price(value)
    else:
        shown = amount(value, 0 if abs(value) >= 10_000 else 2, sign=unit in ("points", "sd"))
    error = number(row, "error")
    beside = "" if error is None else f" ± {amount(error)}"
    return f"{shown}{beside} {unit.removesuffix(' a year')}".rstrip()


def _market_gamma(found: Node, width: int) -> list[str]:
    cells = [["coin", "strike", "USD for 1 %"]]
    for coin, item in parts(found, "coins"):
        strikes = part(item, "by_strike")
        sized = sorted(strikes, key=lambda strike: -abs(number(strikes, strike) or 0.0))[:MOST_STRIKES]
        cells += [[coin, strike, amount(number(strikes, strike), 0, sign=True)] for strike in sized]
    if len(cells) == 1:
        return []
    assumed = f"assumption: {text(found, 'assumption')}; the largest {MOST_STRIKES} strikes of each coin"
    return section("Market gamma by strike", [*table(cells, "<>>", width), *sentence(assumed, width)])
