"""Sections of risk on the exposures page: running P&L, pairs, tails and heat."""

from oracle_core.console.render.fields import Node, number, part, rows, text
from oracle_core.console.render.figures import amount
from oracle_core.console.render.layout import section, sentence, table
from oracle_core.console.render.outlooks import LIMITS


def risk_sections(document: Node, width: int) -> list[str]:
    """Each section where the document has something to put there."""
    return [
        *section("Coins against each other", _pairs(document, width)),
        *section("A day's P&L, the book left alone (USD)", _tails(document, width)),
        *section("Heat", _heat(document, width)),
    ]


def _pairs(document: Node, width: int) -> list[str]:
    found = rows(document, "pairs")
    if not found:
        return []
    cells = [["", "correlation", "beta", "delta", "as the other", "residual a day"]]
    keys = ("correlation", "beta", "delta_usd", "beta_usd", "residual_usd_per_day")
    cells += [
        [f"{text(row, 'coin')} in {text(row, 'other')}",
         *(amount(number(row, key)) for key in keys)]
        for row in found
    ]  # fmt: skip
    whole = part(document, "beta_delta_usd")
    beta = [f"{coin} {amount(number(whole, coin))}" for coin in whole if number(whole, coin) is not None]
    return [
        *table(cells, "<>>>>>", width),
        *([f"  the whole book as one coin, USD: {' · '.join(beta)}"] if beta else []),
    ]


def _tails(document: Node, width: int) -> list[str]:
    found = part(document, "tails_1d")
    if not found:
        return []
    head = ["deviation", "skew", "kurtosis", "VaR 95", "VaR 99", "shortfall 95", "shortfall 99"]
    keys = ("deviation", "skew", "kurtosis", "var_95", "var_99", "shortfall_95", "shortfall_99")
    cells = [head, [amount(number(found, key)) for key in keys]]
    words = f"from {text(found, 'source')}; {amount(number(found, 'outcomes'), 0)} outcomes, funding left out"
    return [*table(cells, ">" * len(head), width), *sentence(words, width)]


def _heat(document: Node, width: int) -> list[str]:
    found = part(document, "heat")
    if number(found, "heat") is None:
        return []
    led = LIMITS.get(text(found, "led_by"), text(found, "led_by"))
    by = f", led by {led}" if led else ""
    words = f"{amount(number(found, 'heat'), 0)} of 100{by}: the largest share of a limit that is used"
    running = part(document, "running_pnl")
    total, without = number(running, "total_usd"), number(running, "without_entry")
    pnl = (
        f"running P&L since entry {amount(total, sign=True)} USD, options at their value now"
        if total is not None
        else f"running P&L unknown: {amount(without, 0)} positions without an entry price"
    )
    held = rows(running, "positions")
    return [
        *sentence(words, width),
        *(sentence(pnl, width) if held else []),
    ]
