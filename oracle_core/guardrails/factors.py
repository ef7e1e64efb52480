"""What counts as adding risk, and as curing a breach: the book before a plan against the book after it."""

import math

from oracle_core.domain.exposure import Outlook
from oracle_core.domain.limits import STATE_LIMITS, excess, lost
from oracle_core.guardrails.case import Case

NOISE = 1e-9
"""The share of a value that is float noise and not a change."""


def grows(before: float, after: float) -> bool:
    """Whether a size grows by more than noise. What is not a number grows."""
    if not (math.isfinite(before) and math.isfinite(after)):
        return True
    return after > before + NOISE * max(1.0, abs(before))


def factors(outlook: Outlook) -> dict[str, float]:
    """The size of every risk factor of a book: delta, gamma and vega per coin, and the worst stress loss."""
    found = {"worst stress loss in USD": max(0.0, -outlook.worst.pnl_usd)}
    if math.isnan(outlook.worst.pnl_usd):
        found["worst stress loss in USD"] = math.nan
    for exposure in outlook.exposures:
        found[f"net delta in {exposure.coin}"] = abs(exposure.effective_delta)
        found[f"gamma of {exposure.coin} in USD per 1 %"] = abs(exposure.gamma_1pct_usd)
        found[f"vega of {exposure.coin} in USD per point"] = abs(exposure.vega_usd_per_point)
    return found


def raised(case: Case) -> str | None:
    """The first risk factor that the plan raises, in words, or None. A factor that is not a number is raised."""
    before, after = factors(case.before), factors(case.after)
    for name in sorted(before.keys() | after.keys()):
        was, will = before.get(name, 0.0), after.get(name, 0.0)
        if grows(was, will):
            return f"{name} {was:,.6g} → {will:,.6g}"
    return None


def adds_risk(case: Case) -> str | None:
    """How the plan adds risk, in words, or None: by the risk term, or by any factor where that is unknown."""
    if case.risk_before is None or case.risk_after is None:
        return raised(case)
    if grows(case.risk_before, case.risk_after):
        return f"risk term in USD {case.risk_before:,.6g} → {case.risk_after:,.6g}"
    return None


def worsened(case: Case, name: str, bound: float) -> bool:
    """Whether the plan worsens a breach of one state limit, or makes a new one. None is bound by nothing."""
    was, will = case.before.measures.value(name), case.after.measures.value(name)
    if excess(name, was, bound) > 0.0 and lost(name, case.before.measures, case.after.measures):
        return True
    return excess(name, will, bound) > excess(name, was, bound) + NOISE


def cures(case: Case) -> bool:
    """Whether a plan labelled `cure` is one: it ends a breach of a state limit, worsens none and makes none."""
    if not case.cure or len(case.after.measures.unknown) > len(case.before.measures.unknown):
        return False
    ended = False
    for name in STATE_LIMITS:
        bound: float = getattr(case.state, name)
        if worsened(case, name, bound):
            return False
        was, will = case.before.measures.value(name), case.after.measures.value(name)
        ended = ended or (excess(name, was, bound) > 0.0 and excess(name, will, bound) == 0.0)
    return ended


def deleverages(case: Case) -> bool:
    """Whether equity is gone and the plan is a duty that raises no risk factor: the only plans that still pass."""
    return case.equity_usd <= 0.0 and (case.duty or case.cure) and raised(case) is None
