"""The smallest step on the grid that ends a breach: a duty, whatever the strategy says."""

from collections.abc import Callable
from decimal import ROUND_CEILING, Decimal

from oracle_core.domain.hedge import CandidateAction
from oracle_core.domain.instrument import Grid

PROBES = 8
"""Sizes tried from small to full, before the first that cures is narrowed down."""

Attempt = Callable[[Decimal], CandidateAction | None]
"""Signed contracts to the action that trades them, or None where that cures nothing."""


def smallest_cure(full: Decimal, grid: Grid, attempt: Attempt) -> CandidateAction | None:
    """The smallest trade between nothing and `full` (signed contracts) that cures a breach.

    What cures need not reach up to `full` (a large hedge may breach another limit), so sizes are probed first.
    Returns: None where no probed size cures.
    """
    most = int((abs(full) / grid.amount_step).to_integral_value())
    least = int((grid.min_amount / grid.amount_step).to_integral_value(rounding=ROUND_CEILING))
    failed = least - 1
    for count in sorted({max(least, most * part // PROBES) for part in range(1, PROBES + 1)} if most >= least else ()):
        found = attempt(_signed(grid, count, full))
        if found is not None:
            return _narrowed(failed, count, found, lambda steps: attempt(_signed(grid, steps, full)))
        failed = count
    return None


def _signed(grid: Grid, count: int, full: Decimal) -> Decimal:
    return (grid.amount_step * count).copy_sign(full)


def _narrowed(
    failed: int, cured: int, best: CandidateAction, attempt: Callable[[int], CandidateAction | None]
) -> CandidateAction:
    while cured - failed > 1:
        middle = (failed + cured) // 2
        found = attempt(middle)
        if found is None:
            failed = middle
        else:
            cured, best = middle, found
    return best
