"""What could go wrong with a recommendation, each with its number: the engine's residual risks in words."""

from collections.abc import Callable
from typing import Final

from oracle_core.console.render.fields import NOTHING, Node, number, rows, text
from oracle_core.console.render.figures import amount, dollars, percent
from oracle_core.console.render.outlooks import cell_words


def dangers(document: Node) -> list[str]:
    """One sentence for each risk; a fall and a rise of the same size share theirs."""
    found = rows(document, "risks")
    rise = next((risk for risk in found if text(risk, "kind") == "rise"), NOTHING)
    said = [_moves(risk, rise) if text(risk, "kind") == "fall" else _said(risk) for risk in found]
    return [line for line in said if line]


def _said(risk: Node) -> str:
    words = _WORDS.get(text(risk, "kind"))
    return "" if words is None else words(risk)


def _worst(risk: Node) -> str:
    loss, share = number(risk, "value") or 0.0, number(risk, "equity_pct")
    if loss >= 0.0:
        return f"no cell of the stress grid loses; the lowest is {amount(loss)} USD"
    of_equity = "" if share is None else f", {percent(-share)} of equity"
    return f"worst stress, {cell_words(risk)}, at once: {amount(loss)} USD{of_equity}"


def _moves(fall: Node, rise: Node) -> str:
    down, up = number(fall, "value"), number(rise, "value")
    if down is None or up is None:
        return ""
    return f"all coins at -10 %: {dollars(down)}, at +10 %: {dollars(up)}, volatility unchanged"


def _convexity(risk: Node) -> str:
    if text(risk, "kind") == "short_gamma":
        side = "short gamma: large moves either way cost, and its hedge buys after a rally and sells after a fall"
    else:
        side = "long gamma: quiet days cost"
    theta = number(risk, "theta_usd_per_day") or 0.0
    return f"{text(risk, 'coin')} is {side}; theta {amount(theta, sign=True)} USD a day"


def _waiting(risk: Node) -> str:
    return f"doing nothing instead: worst stress {amount(number(risk, 'value'))} USD at {cell_words(risk)}"


_WORDS: Final[dict[str, Callable[[Node], str]]] = {
    "worst_stress": _worst,
    "short_gamma": _convexity,
    "long_gamma": _convexity,
    "same_gamma": lambda _: "the hedge changes delta alone: gamma, vega and theta stay as they were",
    "unknown": lambda risk: f"unknown: {text(risk, 'why')}; plans that add risk are refused",
    "waiting": _waiting,
}
"""A risk's words by its kind; a fall is told with the rise."""
