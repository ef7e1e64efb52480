"""What could go wrong with a recommendation, each with its number."""

from oracle_core.console.render.actions import chosen, resting
from oracle_core.console.render.fields import Node, number, part, parts, rows, text, texts
from oracle_core.console.render.figures import amount, dollars, percent
from oracle_core.console.render.outlooks import cell, cell_words, worst_words


def dangers(document: Node, before: Node) -> list[str]:
    """The worst cell, convexity, what the hedge leaves, what is unknown, and what waiting would risk."""
    after = part(document, "after")
    convex = [_convexity(coin, row) for coin, row in parts(after, "coins") if number(row, "gamma_1pct_usd")]
    sent = bool(rows(part(document, "plan"), "legs"))
    left = ["the hedge changes delta alone: gamma, vega and theta stay as they were"]
    unknown = texts(part(after, "measures"), "unknown")
    return [
        _worst(after),
        *_moves(after),
        *convex,
        *(left if sent and _same_gamma(before, after) else []),
        *(f"unknown: {why}; plans that add risk are refused" for why in unknown),
        *_waiting(document, before),
    ]


def _worst(after: Node) -> str:
    worst, equity = part(after, "stress", "worst"), number(after, "equity_usd")
    loss = number(worst, "pnl_usd") or 0.0
    if loss >= 0.0:
        return "no cell of the stress grid loses"
    share = f", {percent(-100.0 * loss / equity)} of equity" if equity and equity > 0 else ""
    return f"worst stress, {cell_words(worst)}, at once: {amount(loss)} USD{share}"


def _moves(after: Node) -> list[str]:
    fall, rise = cell(after, -10.0, 1.0), cell(after, 10.0, 1.0)
    if fall is None or rise is None:
        return []
    return [f"all coins at -10 %: {dollars(fall)}, at +10 %: {dollars(rise)}, volatility unchanged"]


def _convexity(coin: str, row: Node) -> str:
    gamma, theta = number(row, "gamma_1pct_usd") or 0.0, number(row, "theta_usd_per_day") or 0.0
    if gamma < 0:
        side = "short gamma: large moves either way cost, and its hedge buys after a rally and sells after a fall"
    else:
        side = "long gamma: quiet days cost"
    return f"{coin} is {side}; theta {amount(theta, sign=True)} USD a day"


def _same_gamma(before: Node, after: Node) -> bool:
    will = dict(parts(after, "coins"))
    return all(
        coin in will and number(row, "gamma_1pct_usd") == number(will[coin], "gamma_1pct_usd")
        for coin, row in parts(before, "coins")
    )


def _waiting(document: Node, before: Node) -> list[str]:
    hold, picked = resting(document), texts(document, "chosen")
    if not hold or not chosen(document) or text(hold, "id") in picked:
        return []
    return [f"doing nothing instead: worst stress {worst_words(before)}"]
