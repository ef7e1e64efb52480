"""Short answers to short questions, read off a document: one Greek, what funding costs, how far liquidation is."""

from collections.abc import Callable, Sequence
from typing import Final

from oracle_core.console.render.actions import delta, prices
from oracle_core.console.render.fields import Node, moment, number, part, parts, rows, text
from oracle_core.console.render.figures import UNKNOWN, amount, at, percent
from oracle_core.console.render.outlooks import liquidated_at, worst_words


def short_answer(document: Node, topic: str | None, coins: Sequence[str] = ()) -> list[str]:
    """Lines about one thing, of the coins that were named; nothing where no such thing was asked about."""
    schema = text(document, "schema")
    if topic is None:
        return []
    if schema == "oracle.exposures/1":
        return _greek(document, topic, coins)
    said = _ANSWERS.get((schema, topic))
    return [] if said is None else said(document)


def _greek(document: Node, topic: str, coins: Sequence[str]) -> list[str]:
    found = prices(document)
    held = [(coin, row) for coin, row in parts(document, "coins") if not coins or coin in coins]
    none = [f"{coin}: the book has nothing of it" for coin in coins if coin not in dict(held)]
    return [*(_of_coin(coin, row, topic, found.get(coin)) for coin, row in held), *none]


def _of_coin(coin: str, row: Node, topic: str, price: float | None) -> str:
    match topic:
        case "gamma":
            return _gamma(coin, number(row, "gamma_1pct_usd"))
        case "vega":
            vega = number(row, "vega_usd_per_point")
            return f"{coin}: vega {amount(vega, sign=True)} USD per point of implied volatility"
        case "theta":
            return f"{coin}: theta {amount(number(row, 'theta_usd_per_day'), sign=True)} USD a day"
        case _:
            usd = number(row, "delta_usd")
            said = f"{coin}: net delta {delta(number(row, 'net_delta'), coin, price)}, {amount(usd, sign=True)} USD"
            filled = delta(number(row, "effective_delta"), coin, price)
            return f"{said}; {filled} once working orders are filled" if number(row, "working_delta") else said


def _gamma(coin: str, gamma: float | None) -> str:
    if not gamma:
        return f"{coin}: neither long nor short gamma"
    if gamma < 0:
        side = "short gamma: delta falls as the price rises, so the hedge buys high and sells low"
    else:
        side = "long gamma: delta rises with the price, so the hedge sells high and buys low"
    return f"{coin}: {side}; {amount(gamma, sign=True)} USD of delta per 1 % move"


def _funding_paid(document: Node) -> list[str]:
    held = [row for row in rows(document, "rows") if number(row, "contracts")]
    if not held:
        return ["no perpetual is held: nothing is paid or received in funding"]
    days = [number(row, "usd_per_day") for row in held]
    lines = [
        f"{text(row, 'venue')} {text(row, 'symbol')}: {amount(day, sign=True, absent=UNKNOWN)} USD a day, "
        f"{amount(number(row, 'usd_over_week'), sign=True, absent=UNKNOWN)} USD over a week as the rate fades"
        for row, day in zip(held, days, strict=True)
    ]
    known = [day for day in days if day is not None]
    total = (
        f"together {amount(sum(known), sign=True)} USD a day; above 0 you receive" if len(known) == len(days) else ""
    )
    return [*lines, *([total] if total else ["together unknown: a rate is not quoted"])]


def _funding_next(document: Node) -> list[str]:
    found = rows(document, "rows")
    return [
        f"{text(row, 'venue')} {text(row, 'symbol')}: next {at(moment(row, 'next_funding_at'))}, every "
        f"{amount(number(row, 'interval_hours'), 0, absent=UNKNOWN)} h; {_held(row)}"
        for row in found
    ] or ["no perpetual in this market"]


def _held(row: Node) -> str:
    day = number(row, "usd_per_day")
    return f"held, {amount(day, sign=True, absent=UNKNOWN)} USD a day" if number(row, "contracts") else "not held"


def _liquidation(document: Node) -> list[str]:
    floor = number(part(document, "limits"), "liquidation_distance_pct_min")
    limit = "" if floor is None else f" (persona {text(document, 'persona')} wants at least {percent(floor)})"
    return [_pool(row, limit) for row in rows(document, "pools")]


def _pool(row: Node, limit: str) -> str:
    distance = number(row, "liquidation_distance_pct")
    name = f"pool {text(row, 'pool')} on {text(row, 'venue')}"
    unknown = text(row, "unknown") or ", ".join(str(why) for why in _list(row, "unknown"))
    if unknown:
        return f"{name}: the distance to liquidation is unknown: {unknown}"
    if distance is None:
        return f"{name}: no price liquidates it{limit}"
    return f"{name}: liquidation is {percent(distance)} away, at {liquidated_at(row)}{limit}"


def _list(row: Node, key: str) -> list[object]:
    found = row.get(key)
    return list(found) if isinstance(found, list | tuple) else []


def _worst(document: Node) -> list[str]:
    equity, worst = number(document, "equity_usd"), number(part(document, "worst"), "pnl_usd")
    if worst is None:
        return []
    share = f", {percent(100.0 * worst / equity)} of equity" if equity else ""
    return [f"worst cell of the grid: {worst_words({'stress': document})}{share}; larger moves have happened"]


_ANSWERS: Final[dict[tuple[str, str], Callable[[Node], list[str]]]] = {
    ("oracle.funding/1", "paid"): _funding_paid,
    ("oracle.funding/1", "next"): _funding_next,
    ("oracle.margin/1", "liquidation"): _liquidation,
    ("oracle.stress/1", "worst"): _worst,
}
