"""Short answers to short questions, read off a document: which side of gamma, how much delta."""

from oracle_core.console.render.actions import delta, prices
from oracle_core.console.render.fields import Node, number, parts
from oracle_core.console.render.figures import amount


def short_answer(document: Node, topic: str | None) -> list[str]:
    """A line for each coin about one Greek; nothing where no topic was asked about."""
    if topic is None:
        return []
    found = prices(document)
    return [_lines(coin, row, topic, found.get(coin)) for coin, row in parts(document, "coins")]


def _lines(coin: str, row: Node, topic: str, price: float | None) -> str:
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
            return f"{coin}: net delta {delta(number(row, 'net_delta'), coin, price)}, {amount(usd, sign=True)} USD"


def _gamma(coin: str, gamma: float | None) -> str:
    if not gamma:
        return f"{coin}: neither long nor short gamma"
    if gamma < 0:
        side = "short gamma: delta falls as the price rises, so the hedge buys high and sells low"
    else:
        side = "long gamma: delta rises with the price, so the hedge sells high and buys low"
    return f"{coin}: {side}; {amount(gamma, sign=True)} USD of delta per 1 % move"
