"""What a model wrote, with its placeholders filled from the document: it cannot write a figure itself."""

import re
from collections.abc import Callable
from typing import Final

from oracle_core.console.render.actions import prices, short
from oracle_core.console.render.fields import Node, number, part, parts, rows, text, texts
from oracle_core.console.render.figures import amount, coin_digits
from oracle_core.console.render.layout import sentence
from oracle_core.console.render.outlooks import worst_words

PLACEHOLDER: Final = re.compile(r"\{([a-z][a-z0-9_]*\.[a-z][a-z0-9_.]*)\}")
FIGURES: Final[dict[str, Callable[[Node], str]]] = {
    "label": lambda item: text(item, "label"),
    "kind": lambda item: text(item, "kind").replace("_", " "),
    "legs": short,
    "notional_usd": lambda item: _usd(number(item, "notional_usd")),
    "cost_usd": lambda item: _usd(number(part(item, "cost"), "total")),
    "fee_usd": lambda item: _usd(number(part(item, "cost"), "fee")),
    "half_spread_usd": lambda item: _usd(number(part(item, "cost"), "half_spread")),
    "slippage_usd": lambda item: _usd(number(part(item, "cost"), "slippage")),
    "benefit_usd": lambda item: _usd(number(item, "benefit")),
    "carry_usd": lambda item: _usd(number(part(item, "terms"), "carry")),
    "edge_usd": lambda item: _usd(number(part(item, "terms"), "edge")),
    "risk_usd": lambda item: _usd(number(part(item, "terms"), "risk")),
    "breach": lambda item: amount(number(item, "breach"), 3),
    "stress_loss_usd": lambda item: _usd(_loss(part(item, "after"))),
}


def advisor_lines(document: Node, width: int) -> list[str]:
    """The model's words and reasons, marked as such; nothing for the engine."""
    advisor = part(document, "advisor")
    coded = {"reasons": "reason_codes", "suggests": "adjustments", "confidence": "confidence"}
    said = [
        f"{name}: {', '.join(found).replace('_', ' ')}" for name, key in coded.items() if (found := texts(advisor, key))
    ]
    prose = text(advisor, "said") or filled(text(advisor, "prose"), document)
    return [line for item in (prose, *said) if item for line in sentence(item, width)]


def filled(prose: str, document: Node) -> str:
    """Prose with its figures; a placeholder that nothing fills becomes a dash."""
    candidates = rows(document, "candidates")
    known = _book(part(candidates[0], "before")) if candidates else {}
    known |= {f"{text(item, 'label')}.{name}": figure(item) for item in candidates for name, figure in FIGURES.items()}
    return PLACEHOLDER.sub(lambda found: known.get(found.group(1), "—"), prose)


def _book(outlook: Node) -> dict[str, str]:
    found = {"book.equity": _usd(number(outlook, "equity_usd")), "book.worst_stress": worst_words(outlook)}
    index = prices(outlook)
    for coin, row in parts(outlook, "coins"):
        name = coin.lower()
        found[f"book.net_delta_{name}"] = f"{amount(number(row, 'net_delta'), coin_digits(index.get(coin)))} {coin}"
        found[f"book.gamma_1pct_{name}"] = _usd(number(row, "gamma_1pct_usd"))
        found[f"book.vega_{name}"] = _usd(number(row, "vega_usd_per_point"))
        found[f"book.theta_{name}"] = _usd(number(row, "theta_usd_per_day"))
        found.setdefault("book.net_delta", found[f"book.net_delta_{name}"])
    return found


def _loss(outlook: Node) -> float | None:
    worst = number(part(outlook, "stress", "worst"), "pnl_usd")
    return None if worst is None else max(0.0, -worst)


def _usd(value: float | None) -> str:
    return "unknown" if value is None else f"{amount(value)} USD"
