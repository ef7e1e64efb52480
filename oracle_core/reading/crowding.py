"""Whether one side is crowded: who pays an extreme funding or basis is many, and may have to leave together."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from oracle_core.domain.instrument import Instrument, Kind
from oracle_core.domain.market import MarketSnapshot
from oracle_core.reading.basis import LIMIT_ANNUAL, Basis, basis
from oracle_core.reading.funding import EXTREME_PCT, Funding, funding
from oracle_core.reading.reading import Absent


class Crowding(NamedTuple):
    """side: +1 longs are crowded, -1 shorts, 0 neither; reasons say by what."""

    side: int
    reasons: tuple[str, ...]


def coin_crowding(market: MarketSnapshot, listed: Iterable[Instrument], hours: float) -> Crowding | Absent:
    """The crowded side of a coin, read from its perpetuals' funding and its futures' bases."""
    found = tuple(listed)
    rates = [funding(market, item.id, hours) for item in found if item.kind is Kind.PERPETUAL]
    bases = [basis(market, item.id) for item in found if item.kind is Kind.FUTURE]
    return crowding(
        [rate for rate in rates if isinstance(rate, Funding)], [item for item in bases if isinstance(item, Basis)]
    )


def crowding(rates: Sequence[Funding], bases: Sequence[Basis]) -> Crowding | Absent:
    """One side, when a rate is beyond the 95th percentile of 90 days, or a future 30 % a year from its index.

    Signs that contradict each other are no crowd. Absent where nothing can be compared.
    """
    compared = [rate for rate in rates if not isinstance(rate.percentile, Absent)]
    dated = [found for found in bases if found.annual is not None]
    if not compared and not dated:
        return Absent("no funding history of 90 days and no dated future")
    signs = [*filter(None, map(_paid, compared)), *filter(None, map(_apart, dated))]
    sides = {side for side, _ in signs}
    return Crowding(sides.pop() if len(sides) == 1 else 0, tuple(reason for _, reason in signs))


def _paid(rate: Funding) -> tuple[int, str] | None:
    rank = rate.percentile
    if isinstance(rank, Absent):
        return None
    reason = f"funding of {rate.key} at its {_ordinal(rank)} percentile of 90 days"
    if rank > EXTREME_PCT and rate.rate > 0.0:
        return 1, reason
    return (-1, reason) if rank < 100.0 - EXTREME_PCT and rate.rate < 0.0 else None


def _ordinal(rank: float) -> str:
    """Only the lowest and the highest are told.

    >>> _ordinal(1.6), _ordinal(96.2)
    ('2nd', '96th')
    """
    return f"{rank:.0f}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(round(rank), 'th') }"


def _apart(found: Basis) -> tuple[int, str] | None:
    annual = found.annual or 0.0
    if abs(annual) <= LIMIT_ANNUAL:
        return None
    return (1 if annual > 0.0 else -1), f"{found.key} stands {100.0 * annual:+.0f} % a year from its index"
