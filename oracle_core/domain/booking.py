"""Which margin pool carries a position, and which one a trade is booked to."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from oracle_core.domain.instrument import InstrumentId
from oracle_core.domain.portfolio import MarginPool, Position


class Booking(NamedTuple):
    """The first pool of each venue, and the signed contracts that each pool holds."""

    first: Mapping[str, str]
    held: Mapping[InstrumentId, Mapping[str | None, float]]

    def carries(self, position: Position) -> str | None:
        """The pool of a position: its own, else the first of its venue; None where the venue has no pool."""
        return position.pool or self.first.get(position.venue)

    def trade(self, key: InstrumentId) -> str | None:
        """The pool that a trade goes to: the one that holds that contract, so that closing it lifts its margin.

        The first pool of the venue where none or several hold it; None where the venue has no pool.
        """
        holders = [pool for pool, contracts in self.held.get(key, {}).items() if contracts]
        return holders[0] if len(holders) == 1 else self.first.get(key.venue)


def booking(pools: Iterable[MarginPool], positions: Iterable[Position]) -> Booking:
    """Where the trades of a book with these pools and positions go."""
    first: dict[str, str] = {}
    for pool in pools:
        first.setdefault(pool.venue, pool.id)
    held: dict[InstrumentId, dict[str | None, float]] = {}
    for position in positions:
        mine, pool = held.setdefault(position.id, {}), position.pool or first.get(position.venue)
        mine[pool] = mine.get(pool, 0.0) + position.contracts
    return Booking(first, held)
