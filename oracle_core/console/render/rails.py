"""What the guardrails said of a plan: the ruling, the rails that bound, and the limit that came closest."""

from collections.abc import Sequence

from oracle_core.console.render.fields import Node, number, rows, text
from oracle_core.console.render.figures import percent
from oracle_core.console.render.layout import sentence

FLOWS = frozenset(
    {
        "order_notional",
        "plan_notional",
        "day_turnover",
        "plan_cost",
        "premium_week",
        "funding_cost_week",
        "trades_per_hour",
    }
)
"""Rails whose value is a use of their limit."""


def rail_lines(verdict: Node, width: int) -> list[str]:
    """The verdict in a few lines."""
    findings = rows(verdict, "findings")
    bound = [item for item in findings if text(item, "ruling") != "allow"]
    if [text(item, "rail") for item in findings] == ["hold"]:
        return sentence("nothing is sent, so nothing is bound", width)
    said = f"{_ruling(verdict)}: {len(findings)} findings, {len(bound) or 'none'} bound{_closest(findings)}"
    return [*sentence(said, width), *(line for item in bound for line in _finding(item, width))]


def refusals(verdict: Node) -> list[str]:
    """Why nothing may be sent, one rail after another."""
    denied = [item for item in rows(verdict, "findings") if text(item, "ruling") in ("refuse", "escalate")]
    return [f"{text(item, 'rail')}: {text(item, 'why')}" for item in denied]


def _ruling(verdict: Node) -> str:
    ruling, scale = text(verdict, "ruling", "unknown"), number(verdict, "scale")
    return f"{ruling} to {percent(100.0 * scale)} of the plan" if ruling == "clip" and scale is not None else ruling


def _finding(item: Node, width: int) -> list[str]:
    return sentence(f"{text(item, 'ruling')}  {text(item, 'rail')}: {text(item, 'why')}", width)


def _closest(findings: Sequence[Node]) -> str:
    used = [(share, item) for item in findings if (share := _use(item)) is not None]
    if not used:
        return ""
    share, item = max(used, key=lambda pair: pair[0])
    return f"; closest {text(item, 'why')} ({percent(100.0 * share, 0)})"


def _use(item: Node) -> float | None:
    value, limit = number(item, "value"), number(item, "limit")
    return value / limit if text(item, "rail") in FLOWS and value is not None and limit else None
