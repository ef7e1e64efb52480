"""A book before and after a plan: Greeks per coin, stress, margin and what limits measure."""

from oracle_core.console.render.actions import delta, prices
from oracle_core.console.render.fields import NOTHING, Node, number, part, parts, rows, text, texts
from oracle_core.console.render.figures import UNKNOWN, amount, percent
from oracle_core.console.render.layout import section, table

GREEKS = ("delta_usd", "gamma_1pct_usd", "vega_usd_per_point", "theta_usd_per_day", "funding_usd_per_day")
HEAD = ["", "net delta", "delta", "gamma", "vega", "theta", "funding"]
UNITS = "USD; gamma per 1 % move, vega per point, theta and funding per day"
MEASURES = {
    "net_delta_pct_equity": "net delta, % of equity",
    "gamma_1pct_pct_equity": "gamma per 1 %, % of equity",
    "vega_point_pct_equity": "vega per point, % of equity",
    "stress_loss_pct_equity": "stress loss, % of equity",
    "gross_leverage": "gross leverage, x",
    "margin_use_pct": "margin use, %",
    "liquidation_distance_pct_min": "liquidation distance, %",
}

LIMITS = {
    **MEASURES,
    "expiry_gamma_1pct_pct_equity": "gamma of expiries within 48 h, % of equity",
    "cross_hedge_pct_equity": "cross-hedge, % of equity",
    "venue_share_pct_max": "share of one venue, % of equity",
}
"""What every state limit measures; `MEASURES` are those that a card shows."""


def before_after(before: Node, after: Node, width: int) -> list[str]:
    """The sections that show what a plan changes: Greeks now and then, stress and what limits measure."""
    measures = [
        _pair(title, number(part(before, "measures"), name), number(part(after, "measures"), name), absent=UNKNOWN)
        for name, title in MEASURES.items()
    ]
    cells = [["", "now", "after", "change"], *_stress_rows(before, after), *measures]
    return [
        *section(f"Greeks ({UNITS})", greek_lines(before, after, width)),
        *section("Stress and limits", [*table(cells, "<>>>", width), *_pool_rows(after, width)]),
    ]


def greek_lines(before: Node, after: Node, width: int, *, was: str = "now") -> list[str]:
    """One line for each coin now, and one for what a plan changes of it."""
    found, then = prices(before), dict(parts(after, "coins"))
    cells = [HEAD]
    for coin, row in parts(before, "coins"):
        will = then.get(coin, NOTHING)
        price = found.get(coin)
        same = not will or all(number(row, key) == number(will, key) for key in ("net_delta", *GREEKS))
        cells.append([coin if same else f"{coin} {was}", *_greeks(row, coin, price)])
        cells += [] if same else [[f"{coin} after", *_greeks(will, coin, price)]]
        working = number(row, "working_delta")
        cells += [["  working orders", delta(working, coin, price)]] if working else []
    return table(cells, "<>>>>>>", width)


def worst_words(outlook: Node) -> str:
    """The worst cell of the stress grid in words."""
    worst = part(outlook, "stress", "worst")
    return f"{amount(number(worst, 'pnl_usd'))} USD at {cell_words(worst)}"


def cell_words(cell: Node) -> str:
    """A stress cell's move: spot in per cent, volatility as a factor."""
    factor = number(cell, "vol_factor")
    volatility = "volatility unchanged" if factor == 1.0 else f"volatility x{amount(factor)}"
    return f"spot {percent(number(cell, 'spot_pct'), 0, sign=True)}, {volatility}"


def cell(outlook: Node, spot: float, factor: float) -> float | None:
    """The P&L of one cell of the grid."""
    for item in rows(part(outlook, "stress"), "cells"):
        if number(item, "spot_pct") == spot and number(item, "vol_factor") == factor:
            return number(item, "pnl_usd")
    return None


def _greeks(row: Node, coin: str, price: float | None) -> list[str]:
    return [delta(number(row, "net_delta"), coin, price), *(amount(number(row, key)) for key in GREEKS)]


def _pair(title: str, was: float | None, will: float | None, *, absent: str = "absent") -> list[str]:
    moved = "" if was is None or will is None else amount(will - was, sign=True)
    return [title, amount(was, absent=absent), amount(will, absent=absent), moved]


def _stress_rows(before: Node, after: Node) -> list[list[str]]:
    was, will = part(before, "stress", "worst"), part(after, "stress", "worst")
    moves = [
        f"{percent(number(item, 'spot_pct'), 0, sign=True)}, vol x{amount(number(item, 'vol_factor'))}"
        for item in (was, will)
    ]
    worst = _pair("worst stress, USD", number(was, "pnl_usd"), number(will, "pnl_usd"))
    return [worst, ["  at spot", *moves, ""]]


def _pool_rows(outlook: Node, width: int) -> list[str]:
    pools = rows(outlook, "pools")
    if len(pools) < 2:
        return []
    head = ["pool after", "equity, USD", "margin use", "liquidation at", "distance"]
    return ["", *table([head, *map(_pool_row, pools)], "<>>>>", width)]


def liquidated_at(pool: Node) -> str:
    """The coin and its price that liquidate a pool."""
    price = number(pool, "liquidation_price")
    if price is None:
        return UNKNOWN if texts(pool, "unknown") else "none"
    return f"{text(pool, 'liquidation_coin')} {amount(price)}".strip()


def _pool_row(node: Node) -> list[str]:
    return [
        f"{text(node, 'pool')} ({text(node, 'venue')})",
        amount(number(node, "equity_usd")),
        percent(number(node, "margin_use_pct"), 2),
        liquidated_at(node),
        percent(number(node, "liquidation_distance_pct")) if number(node, "liquidation_price") else "",
    ]
