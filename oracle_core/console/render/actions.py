"""What a candidate or plan does, in words: buy or sell, how much, where, what it is in coins and dollars."""

from collections.abc import Iterable, Sequence

from oracle_core.console.render.fields import NOTHING, Node, number, part, parts, rows, text, texts
from oracle_core.console.render.figures import amount, coin_digits, dollars, exact, price, signed

HOLD = "HOLD: do nothing"
DELTA_HEDGES = frozenset({"to_target", "to_edge", "partial"})


def short(candidate: Node, at: str = " on ") -> str:
    """A candidate in a few words."""
    said = [
        f"{_side(leg)} {exact(_size(leg))} {text(leg, 'symbol')}{at}{text(leg, 'venue')}"
        for leg in rows(candidate, "legs")
    ]
    return " and ".join(said) or text(part(candidate, "instruction"), "text") or HOLD


def named(candidate: Node) -> str:
    """A candidate in a table: a hedge of delta as its one leg, else its kind with the first leg (options first)."""
    legs = sorted(rows(candidate, "legs"), key=lambda leg: not text(leg, "symbol").endswith(("-C", "-P")))
    kind = text(candidate, "kind").replace("_", " ")
    if len(legs) <= 1:
        plain = not legs or text(candidate, "kind") in DELTA_HEDGES
        return short(candidate, " ") if plain else f"{kind}: {short(candidate, ' ')}"
    return f"{kind}: {_side(legs[0])} {exact(_size(legs[0]))} {text(legs[0], 'symbol')}, {len(legs) - 1}\u00a0more"


def trade(leg: Node, coin: str) -> str:
    """One leg in full: contracts, coins and dollars."""
    coins, usd = number(leg, "coins"), number(leg, "notional_usd")
    said = f"{_side(leg)} {exact(_size(leg))} {text(leg, 'symbol')} on {text(leg, 'venue')}"
    if coins is not None:
        said += f" = {signed(round(coins, 6))} {_coin(leg, coin)}".rstrip()
    return said if usd is None else f"{said} ≈ {dollars(abs(usd))}"


def leg_rows(legs: Iterable[Node], coin: str) -> list[list[str]]:
    """A table of legs, with its head."""
    head = ["venue", "instrument", "contracts", "coins", "USD", "about at"]
    return [head, *(_leg_row(leg, coin) for leg in legs)]


def planned(document: Node) -> list[Node]:
    """The legs that would be sent, with their coins and dollars: the plan's sizes, priced as the candidates are."""
    plan = part(document, "plan")
    known = {_key(leg): leg for item in chosen(document) for leg in rows(item, "legs")}
    return [_sized(leg, known.get(_key(leg), NOTHING)) for leg in rows(plan, "legs")]


def chosen(document: Node) -> list[Node]:
    """The candidates that were picked."""
    wanted = texts(document, "chosen")
    return [item for item in rows(document, "candidates") if text(item, "id") in wanted]


def resting(document: Node) -> Node:
    """The candidate that does nothing; empty where a document has none."""
    return next((item for item in rows(document, "candidates") if text(item, "kind") == "hold"), NOTHING)


def traded_coin(candidates: Sequence[Node]) -> str:
    """The coin that all of them trade, or nothing where they differ."""
    found = {text(item, "coin") for item in candidates} - {""}
    return found.pop() if len(found) == 1 else ""


def prices(outlook: Node) -> dict[str, float]:
    """What a coin costs, as the figures of an outlook have it; coins without any delta are left out."""
    found: dict[str, float] = {}
    for coin, row in parts(outlook, "coins"):
        coins, usd = number(row, "net_delta"), number(row, "delta_usd")
        index = number(row, "index_usd")
        if index is None and coins and usd:
            index = usd / coins
        if index is not None:
            found[coin] = index
    return found


def delta(value: float | None, coin: str, price: float | None) -> str:
    """A delta in coins, with the digits its price asks for."""
    return f"{amount(value, coin_digits(price), sign=True)} {coin}".rstrip()


def _sized(leg: Node, weighed: Node) -> Node:
    full, mine = number(weighed, "contracts"), number(leg, "contracts")
    share = mine / full if full and mine is not None else None
    coins, usd = number(weighed, "coins"), number(weighed, "notional_usd")
    return {
        **leg,
        "coins": None if share is None or coins is None else coins * share,
        "notional_usd": None if share is None or usd is None else usd * share,
    }


def _leg_row(leg: Node, coin: str) -> list[str]:
    coins, usd = number(leg, "coins"), number(leg, "notional_usd")
    side = -1.0 if (number(leg, "contracts") or 0.0) < 0 else 1.0
    return [
        text(leg, "venue"),
        text(leg, "symbol"),
        signed(number(leg, "contracts")),
        f"{signed(None if coins is None else round(coins, 6))} {_coin(leg, coin)}".rstrip(),
        amount(None if usd is None else side * abs(usd), sign=True),
        price(number(leg, "expected_price") or number(leg, "price")),
    ]


def _coin(leg: Node, otherwise: str) -> str:
    """The coin a leg is counted in: of a cross-hedge not the coin that is hedged."""
    base, slash, _ = text(leg, "symbol").partition("/")
    return base if slash else otherwise


def _key(leg: Node) -> tuple[str, str]:
    return text(leg, "venue"), text(leg, "symbol")


def _side(leg: Node) -> str:
    return "SELL" if (number(leg, "contracts") or 0.0) < 0 else "BUY"


def _size(leg: Node) -> float:
    return abs(number(leg, "contracts") or 0.0)
