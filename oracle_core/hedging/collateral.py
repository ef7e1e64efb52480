"""Vaults and exchanges on chains ask for collateral beyond margin: short of it, a pool only reduces."""

from oracle_core.domain.hedge import CandidateAction
from oracle_core.hedging.situation import Situation
from oracle_core.risk.pools import PoolBook


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
