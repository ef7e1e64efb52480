"""The smallest step on the grid that ends a breach: a duty, whatever the strategy says."""

from collections.abc import Callable
from decimal import ROUND_CEILING, Decimal
from typing import TypeVar

from oracle_core.domain.instrument import Grid

PROBES = 8
"""Sizes tried from small to full, before the first that cures is narrowed down."""

Made = TypeVar("Made")


def smallest_cure(full: Decimal, grid: Grid, attempt: Callable[[Decimal], Made | None]) -> Made | None:
    """The smallest trade between nothing and `full` (signed contracts) that cures a breach.

    attempt: what trading so many contracts comes to, or None where that cures nothing.
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


def _narrowed(failed: int, cured: int, best: Made, attempt: Callable[[int], Made | None]) -> Made:
    while cured - failed > 1:
        middle = (failed + cured) // 2
        found = attempt(middle)
        if found is None:
            failed = middle
        else:
            cured, best = middle, found
    return best
