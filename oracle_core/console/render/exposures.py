"""`oracle.exposures/1`: the book's Greeks per coin and per slice, with its stress grid."""

from oracle_core.console.render.actions import delta, prices
from oracle_core.console.render.break_even import break_even
from oracle_core.console.render.fields import Node, moment, number, part, parts, rows, text, texts
from oracle_core.console.render.figures import amount, at
from oracle_core.console.render.headline import banner
from oracle_core.console.render.layout import bullets, section, sentence, table
from oracle_core.console.render.outlooks import GREEKS, HEAD, UNITS
from oracle_core.console.render.risks import risk_sections
from oracle_core.console.render.stress import grid

DELTAS = {
    "options_delta": "options",
    "perpetual_delta": "perpetuals",
    "future_delta": "futures",
    "spot_delta": "spot",
    "collateral_delta": "collateral",
    "net_delta": "net",
    "working_delta": "working",
}
SLICES = {"by_venue": "venue", "by_pool": "pool", "by_expiry": "expiry", "by_tenor": "tenor", "by_position": "position"}


def exposures(document: Node, width: int) -> list[str]:
    """The page: deltas, Greeks, slices, stress."""
    head = [
        text(document, "account"), at(moment(document, "as_of")), f"numeraire {text(document, 'numeraire')}",
        f"equity {amount(number(document, 'equity_usd'))} USD",
    ]  # fmt: skip
    stressed = grid(part(document, "stress"), number(document, "equity_usd"), width)
    return [
        banner(document, "exposures"),
        *sentence(" · ".join(item for item in head if item), width),
        *section("Delta in coins", _deltas(document, width)),
        *section(f"Greeks ({UNITS})", _greeks(document, width)),
        *(line for key, name in SLICES.items() for line in section(f"By {name}", _slice(document, key, width))),
        *break_even(rows(document, "break_even"), width),
        *section("Stress, P&L in USD of an instant move", stressed),
        *risk_sections(document, width),
        *section("Rests on", bullets([*texts(document, "assumptions"), *texts(document, "notes")], width)),
    ]


def _deltas(document: Node, width: int) -> list[str]:
    found = prices(document)
    shown = [key for key in DELTAS if key == "net_delta" or _any(document, key)]
    cells = [["", "price USD", *(DELTAS[key] for key in shown), "net if USD", "net if coin"]]
    for coin, row in parts(document, "coins"):
        price = found.get(coin)
        both = ("net_delta_if_numeraire_usd", "net_delta_if_numeraire_coin")
        figures = [delta(number(row, key), "", price) for key in (*shown, *both)]
        cells.append([coin, amount(price), *figures])
    inverse = [_inverse(coin, row, found.get(coin)) for coin, row in parts(document, "coins")]
    return [*table(cells, "<" + ">" * (len(cells[0]) - 1), width), *filter(None, inverse)]


def _inverse(coin: str, row: Node, price: float | None) -> str:
    transacted = number(row, "net_transaction_delta")
    if transacted == number(row, "options_delta"):
        return ""
    return f"  {coin} options settle in coin: the net counts their transaction delta, {delta(transacted, coin, price)}"


def _greeks(document: Node, width: int) -> list[str]:
    found = prices(document)
    cells = [HEAD]
    for coin, row in parts(document, "coins"):
        cells.append([coin, delta(number(row, "net_delta"), coin, found.get(coin)), *_figures(row)])
    return table(cells, "<>>>>>>", width)


def _slice(document: Node, key: str, width: int) -> list[str]:
    found = prices(document)
    listed = [(label, coin, row) for label, coins in parts(document, key) for coin, row in parts({"": coins}, "")]
    if len(part(document, key)) < 2:
        return []
    digits = [_digits(listed, name) for name in GREEKS]
    cells = [HEAD]
    for label, coin, row in listed:
        figures = [amount(number(row, name), places) for name, places in zip(GREEKS, digits, strict=True)]
        name = "no expiry" if label == "none" else label
        cells.append([name, delta(number(row, "net_delta"), coin, found.get(coin)), *figures])
    return table(cells, "<>>>>>>", width)


def _digits(listed: list[tuple[str, str, Node]], name: str) -> int:
    """As many decimals as the largest figure of a column leaves room for."""
    largest = max((abs(number(row, name) or 0.0) for _, _, row in listed), default=0.0)
    return 0 if largest >= 1_000 else 1 if largest >= 100 else 2


def _figures(row: Node) -> list[str]:
    return [amount(number(row, key)) for key in GREEKS]


def _any(document: Node, key: str) -> bool:
    return any(number(row, key) for _, row in parts(document, "coins"))
