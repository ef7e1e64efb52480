"""A pool whose collateral is short of what it asks for only reduces, and no plan makes one short."""

import math
from decimal import Decimal

from oracle_core.domain.exposure import PoolMargin
from oracle_core.domain.verdict import Finding
from oracle_core.guardrails.case import Case, CaseLeg
from oracle_core.guardrails.rail import Rail, allow, cannot_check, deny

NAME = "collateral_ratio"


def check(case: Case) -> tuple[Finding, ...]:
    """A refusal for every pool with a minimum that the plan breaks or trades beyond."""
    found = [item for after in case.after.pools for item in _pool(case, after)] if case.legs else []
    return tuple(found) or (allow(NAME, "no pool is short of its collateral, or made so"),)


def _pool(case: Case, after: PoolMargin) -> list[Finding]:
    least = after.collateral_ratio_pct_min
    if least is None:
        return []
    before = next((pool for pool in case.before.pools if pool.pool == after.pool), None)
    if before is None or not all(_known(pool) for pool in (before, after)):
        return [cannot_check(NAME, f"the collateral of pool {after.pool} before and after", (before, after))]
    said = (
        f"`collateral_ratio_pct_min` of pool {after.pool}: {_percent(before)} → {_percent(after)}, at least {least:g}"
    )
    if not before.under_collateralised:
        return [_denied(said, after)] if after.under_collateralised else []
    return [_denied(f"{said}; {why}", after) for leg in case.legs if (why := _opens(case, leg, after)) is not None]


def _opens(case: Case, leg: CaseLeg, pool: PoolMargin) -> str | None:
    if leg.pool not in (None, pool.pool):
        return None
    traded = sum((other.contracts for other in case.legs if other.id == leg.id), Decimal(0))
    if leg.held is None or not math.isfinite(leg.held) or not traded.is_finite():
        return f"and the position in {leg.symbol} is `{leg.held!r}`"
    held = Decimal(repr(leg.held))
    return None if held * traded < 0 and abs(traded) <= abs(held) else f"and {leg.symbol} is not only reduced"


def _known(pool: PoolMargin) -> bool:
    return pool.gross_usd is not None and math.isfinite(pool.gross_usd) and math.isfinite(pool.equity_usd)


def _denied(why: str, pool: PoolMargin) -> Finding:
    return deny(NAME, why, value=pool.collateral_ratio_pct, limit=pool.collateral_ratio_pct_min)


def _percent(pool: PoolMargin) -> str:
    ratio = pool.collateral_ratio_pct
    return "nothing held" if ratio is None else f"{ratio:.6g} %"


RAIL = Rail(name=NAME, limits=(), check=check)
