"""Cutting a leg into child orders that the order limit and the venue both accept."""

from decimal import ROUND_CEILING, Decimal

from oracle_core.domain.instrument import Grid


def slices(contracts: Decimal, most: Decimal, grid: Grid) -> tuple[Decimal, ...]:
    """The fewest child orders of at most `most` contracts each, as equal as the grid allows.

    They add up to `contracts` and keep its sign. Where no such cut keeps every child above the venue's minimum, the
    leg stays whole, and the guardrails clip or refuse it.

    >>> grid = Grid(amount_step=Decimal("0.5"), min_amount=Decimal("0.5"), tick_size=0.5)
    >>> [str(child) for child in slices(Decimal("-8"), Decimal("3"), grid)]
    ['-3.0', '-2.5', '-2.5']
    """
    steps, most_steps = abs(contracts) / grid.amount_step, most // grid.amount_step
    if steps <= most_steps or most_steps < 1 or steps % 1:
        return (contracts,)
    count = int((steps / most_steps).to_integral_value(rounding=ROUND_CEILING))
    each, larger = divmod(int(steps), count)
    if each * grid.amount_step < grid.min_amount:
        return (contracts,)
    sizes = [each + 1] * larger + [each] * (count - larger)
    return tuple((size * grid.amount_step).copy_sign(contracts) for size in sizes)
