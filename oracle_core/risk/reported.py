"""What a venue says of a pool's margin. It comes first; the rule only says how a plan or a price changes it."""

from typing import NamedTuple

import numpy as np

from oracle_core.pricing.contracts import Floats
from oracle_core.risk.pools import PoolBook, in_usd
from oracle_core.risk.view import BookView


class Reported(NamedTuple):
    """Margin of a pool's positions as they stand, in USD, as its venue says."""

    initial: float
    maintenance: float


def reported_margin(view: BookView, pool: PoolBook) -> Reported | None:
    """The venue's own figures over a pool's currencies; None unless every currency that carries a position has both."""
    if not pool.reported_initial or not pool.reported_maintenance or pool.silent:
        return None
    return Reported(in_usd(pool.reported_initial, view.index), in_usd(pool.reported_maintenance, view.index))


def left_out(pool: PoolBook) -> str | None:
    """Why figures that a venue reports are not used; None where they are, or where it reports none."""
    if not pool.silent or not (pool.reported_initial or pool.reported_maintenance):
        return None
    return f"the venue's own figures are left out: they lack {', '.join(pool.silent)}, where positions are"


def carried(reported: float, before: float, after: float) -> float:
    """A reported figure once a plan takes the rule's from `before` to `after` (USD, >= 0): exact where it does not.

    What is closed takes its share of the reported figure with it, so that nothing is left at 0; what is opened adds
    what the rule asks, however small the reported figure was.

    >>> [carried(100.0, 400.0, after) for after in (0.0, 200.0, 400.0, 500.0)]
    [0.0, 50.0, 100.0, 200.0]
    >>> [carried(800.0, 400.0, after) for after in (0.0, 200.0, 400.0, 500.0)]
    [0.0, 400.0, 800.0, 900.0]
    """
    return reported * (after / before) if 0.0 <= after < before else reported + (after - before)


def repriced(reported: float, before: float, after: Floats | float) -> Floats:
    """A reported figure once prices take the rule's from `before` to `after` (USD, >= 0), the positions as they are.

    What a venue asks beyond the rule stays: nothing tells how a price would move it. What it asks below the rule falls
    in proportion, so that it is never below 0. Shape: that of `after`.

    >>> [float(repriced(100.0, 400.0, after)) for after in (0.0, 200.0, 500.0)]
    [0.0, 50.0, 200.0]
    >>> [float(repriced(800.0, 400.0, after)) for after in (0.0, 200.0, 500.0)]
    [400.0, 600.0, 900.0]
    """
    change = np.asarray(after, dtype=np.float64) - before
    share = min(reported / before, 1.0) if before > 0.0 else 1.0
    return reported + np.where(change < 0.0, share * change, change)


def share_kept(view: BookView, before: Floats, after: Floats) -> float:
    """The share of gross notional left, at most 1: how a figure shrinks of which the rule knows nothing."""
    was, now = (float(np.abs(contracts) @ view.table.notional_usd) for contracts in (before, after))
    return min(now / was, 1.0) if was > 0.0 else 1.0
