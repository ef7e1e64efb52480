"""How much of a book hedges one coin with the contracts of another."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from oracle_core.domain.exposure import Exposure

RESIDUE = 0.02
"""Share of equity below which a delta is what a band leaves over, and neither hedges nor is hedged by another coin."""


class _Part(NamedTuple):
    """One coin of one side, calmest first when sorted. usd: of delta, unsigned."""

    vol: float
    usd: float


def cross_hedge_usd(exposures: Sequence[Exposure], vols: Mapping[str, float], equity_usd: float) -> float:
    """Gross notional of perpetuals and futures that hedge another coin.

    Contracts of a coin first offset what else the book holds of that coin; only the rest can hedge another. It does so
    as far as its risk (delta times volatility) is matched by the net delta of other coins on the opposite side, and is
    counted at its own notional, calmest coin first. Of the two sides the larger figure counts. So reducing a delta
    never raises it.

    Args: vols: annualised fractions per coin; a coin without one counts as the most volatile of the others.
    Returns: USD.
    """
    if not exposures:
        return 0.0
    highest = max(vols.values(), default=1.0)
    least = RESIDUE * max(equity_usd, 0.0)
    found = [0.0]
    for side in (1.0, -1.0):
        hedging = [_Part(vols.get(item.coin, highest), side * _own_contracts(item)) for item in exposures]
        opposite = sum(
            vols.get(item.coin, highest) * abs(item.delta_usd) for item in exposures if -side * item.delta_usd >= least
        )
        found.append(_matched(sorted(part for part in hedging if part.usd > 0.0 and part.usd >= least), opposite))
    return max(found)


def _own_contracts(item: Exposure) -> float:
    """USD of perpetuals and futures beyond what offsets the rest of their own coin, signed."""
    if item.net_delta == 0.0:
        return 0.0
    linear = (item.perpetual_delta + item.future_delta) * item.delta_usd / item.net_delta
    rest = item.delta_usd - linear
    if linear * rest >= 0.0:
        return linear
    return item.delta_usd if abs(linear) > abs(rest) else 0.0


def _matched(hedging: Sequence[_Part], risk: float) -> float:
    """USD of the hedging side whose risk is matched."""
    total = 0.0
    for part in hedging:
        taken = min(part.usd, risk / part.vol)
        total += taken
        risk -= taken * part.vol
    return total
