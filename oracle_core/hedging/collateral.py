"""Nothing is opened without collateral: not by a pool that is short of it, nor where the book has none."""

from oracle_core.domain.hedge import CandidateAction
from oracle_core.hedging.capital import capital_usd, opened_usd
from oracle_core.hedging.situation import Situation
from oracle_core.risk.pools import PoolBook

LEAST_USD = 1.0
"""Equity outside every pool below which it is rounding, and margins nothing."""


def collateral_refusals(case: Situation, action: CandidateAction) -> tuple[str, ...]:
    """Why an action may not be done while a pool is short of its collateral, or because it would make one short."""
    after = {pool.pool: pool for pool in action.after.pools}
    reasons: list[str] = []
    for number, book in enumerate(case.view.pools):
        was, will = action.before.pools[number], after[book.name]
        said = (
            f"collateral_ratio_pct_min: {_shown(was.collateral_ratio_pct)} -> {_shown(will.collateral_ratio_pct)}, "
            f"floor {book.collateral_ratio_pct_min or 0.0:g} of pool {book.name}"
        )
        if was.under_collateralised:
            reasons += [f"{said}; {symbol} may only be reduced" for symbol in _opened(case, book, action)]
        elif will.under_collateralised:
            reasons.append(f"{said}; a new breach")
    return tuple(reasons)


def unpooled_refusals(case: Situation, action: CandidateAction) -> tuple[str, ...]:
    """Why an action may not open anything on a venue without a pool: the book's pools hold all of its equity.

    What is in no pool may stand on any venue, and margins what its rule asks there.
    """
    view, reasons = case.view, list[str]()
    for venue in view.unpooled:
        legs = {leg.id: leg.contracts for leg in action.legs if leg.venue == venue}
        if not any(opened_usd(case, legs).values()):
            continue
        outside = max(case.equity_usd - sum(pool.equity_usd(view.index) for pool in view.pools), 0.0)
        if outside < max(capital_usd(case, legs) or 0.0, LEAST_USD):
            reasons.append(
                f"no pool on {venue}: {outside:,.2f} USD of equity are in no pool, too little to margin what this opens"
            )
    return tuple(reasons)


def _opened(case: Situation, book: PoolBook, action: CandidateAction) -> list[str]:
    """What an action trades in a pool otherwise than toward zero."""
    found: list[str] = []
    for leg in action.legs:
        row = case.view.table.row[leg.id]
        held, traded = float(book.contracts[row]), float(leg.contracts)
        if book.home[row] and not (held * traded < 0.0 and abs(traded) <= abs(held)):
            found.append(leg.symbol)
    return found


def _shown(ratio: float | None) -> str:
    return "none" if ratio is None else f"{ratio:.4g}"
