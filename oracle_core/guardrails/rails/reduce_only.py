"""What is flagged reduce-only may not open, increase or flip a position."""

import math
from decimal import Decimal

from oracle_core.guardrails.case import Case, CaseLeg
from oracle_core.guardrails.legs import leg_rail


def objection(case: Case, leg: CaseLeg) -> str | None:
    """Why a reduce-only leg does more than reduce. All legs in one instrument count together."""
    if not leg.reduce_only:
        return None
    if leg.held is None or not math.isfinite(leg.held):
        return f"reduce-only, and the position is `{leg.held!r}`"
    traded = sum((other.contracts for other in case.legs if other.id == leg.id), Decimal(0))
    held = Decimal(repr(leg.held))
    if not traded.is_finite() or held * traded >= 0:
        return f"reduce-only, and trading `{traded}` does not reduce the position `{leg.held:g}`"
    return f"reduce-only, and trading `{traded}` flips the position `{leg.held:g}`" if abs(traded) > abs(held) else None


RAIL = leg_rail("reduce_only", "no reduce-only leg increases or flips its position", objection)
