"""What is held, as a desk closes, reduces and rolls it: positions by instrument, and options of one expiry and side."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

import numpy as np

from oracle_core.domain.instrument import Instrument, InstrumentId, OptionType
from oracle_core.domain.portfolio import Position
from oracle_core.hedging.situation import Situation
from oracle_core.hedging.structures import DAYS_A_YEAR
from oracle_core.pricing.contracts import SPOT_SHOCKS, VOL_FACTORS


@dataclass(frozen=True, slots=True, kw_only=True)
class Lot:
    """Positions that belong together. legs: signed contracts held, on the grid, that no working order closes already.

    side: +1 where they were bought, -1 where sold.  opened_at: of the first that is known.
    """

    coin: str
    side: float
    legs: Mapping[InstrumentId, Decimal]
    instruments: tuple[Instrument, ...]
    opened_at: datetime | None

    @property
    def closing(self) -> dict[InstrumentId, Decimal]:
        """The trades that close it."""
        return {key: -contracts for key, contracts in self.legs.items()}

    @property
    def is_pair(self) -> bool:
        """Whether it has calls and puts of one expiry: a straddle or strangle."""
        return {listed.option_type for listed in self.instruments} == set(OptionType)

    @property
    def name(self) -> str:
        """As a desk says it: `short 27MAR26 100000 C + P`."""
        side = "long" if self.side > 0.0 else "short"
        if not self.instruments[0].is_option:
            return f"{side} {self.instruments[0].symbol}"
        strikes = " + ".join(
            f"{listed.strike:.10g}{listed.option_type.name[0] if listed.option_type else ''}"
            for listed in self.instruments
        )
        return f"{side} {expiry_of(self):%d%b%y}".upper().replace(side.upper(), side) + f" {strikes}"


def expiry_of(lot: Lot) -> datetime:
    """When the options of a lot expire."""
    found = next(listed.expiry for listed in lot.instruments if listed.expiry is not None)
    assert found is not None
    return found


def days_left(case: Situation, lot: Lot) -> float:
    """Days until the options of a lot expire."""
    table = case.view.table
    return min(float(table.years[table.row[key]]) for key in lot.legs) * DAYS_A_YEAR


def entry_prices(case: Situation) -> dict[InstrumentId, float | None]:
    """The average price at which what is held of each instrument was opened; None where part of it is not known."""
    held: dict[InstrumentId, list[Position]] = {}
    for item in case.view.portfolio.positions:
        held.setdefault(item.id, []).append(item)
    return {key: _average(positions) for key, positions in held.items()}


def _average(held: Sequence[Position]) -> float | None:
    total, paid = sum(item.contracts for item in held), 0.0
    for item in held:
        if item.entry_price is None:
            return None
        paid += item.contracts * item.entry_price
    return paid / total if total else None


def single_lots(case: Situation) -> tuple[Lot, ...]:
    """Every instrument held, in order; what is smaller than a contract is no lot."""
    lots = (_lot(case, (item,)) for item in _instruments(case, case.view.portfolio.positions))
    return tuple(lot for lot in lots if lot is not None)


def option_lots(case: Situation, *, ours: bool) -> tuple[Lot, ...]:
    """Options held, by coin, expiry and side. With `ours` only those that no other strategy claims."""
    members = {member.strategy.name for member in case.strategy.members}
    positions = [
        item
        for item in case.view.portfolio.positions
        if not ours or item.strategy is None or item.strategy in members
    ]  # fmt: skip
    groups: dict[tuple[str, datetime, bool], list[_Held]] = {}
    for item in _instruments(case, positions):
        listed = item[0]
        if listed.is_option and listed.expiry is not None:
            groups.setdefault((listed.base, listed.expiry, item[1] > 0), []).append(item)
    lots = (_lot(case, tuple(group)) for _, group in sorted(groups.items()))
    return tuple(lot for lot in lots if lot is not None)


def by_loss(case: Situation, lots: Iterable[Lot]) -> list[Lot]:
    """The lots in the order of what they lose in the worst cell of the book."""
    table, worst = case.view.table, case.hold.worst
    spot = [100.0 * shock for shock in SPOT_SHOCKS].index(worst.spot_pct)
    cell = case.view.stress[:, spot, VOL_FACTORS.index(worst.vol_factor)]

    def pnl(lot: Lot) -> float:
        return float(np.sum([float(contracts) * cell[table.row[key]] for key, contracts in lot.legs.items()]))

    return sorted(lots, key=lambda lot: (round(pnl(lot), 6), sorted(lot.legs)))


_Held = tuple[Instrument, Decimal, datetime | None]


def _instruments(case: Situation, positions: tuple[Position, ...] | list[Position]) -> list[_Held]:
    """What some positions hold of each instrument that can still be closed, in the order of their names."""
    held: dict[InstrumentId, float] = {}
    opened: dict[InstrumentId, datetime] = {}
    for item in positions:
        key = item.id
        held[key] = held.get(key, 0.0) + item.contracts
        if item.opened_at is not None:
            opened[key] = min(item.opened_at, opened.get(key, item.opened_at))
    listed = case.view.market.instruments
    sized = [(listed[key], _closable(case, key, amount), opened.get(key)) for key, amount in sorted(held.items())]
    return [item for item in sized if item[1]]


def _closable(case: Situation, key: InstrumentId, amount: float) -> Decimal:
    """Contracts of a position that its grid can close and that no working order closes already."""
    left = float(case.view.effective[case.view.table.row[key]])
    if amount * left <= 0.0:
        return Decimal(0)
    size = case.view.market.instruments[key].grid.toward_zero(min(abs(amount), abs(left)))
    return size if amount > 0.0 else -size


def _lot(case: Situation, items: tuple[_Held, ...]) -> Lot | None:
    if not items or items[0][0].base not in case.view.coins:
        return None
    known = [opened for _, _, opened in items if opened is not None]
    return Lot(
        coin=items[0][0].base, side=1.0 if items[0][1] > 0 else -1.0,
        legs={listed.id: contracts for listed, contracts, _ in items},
        instruments=tuple(listed for listed, _, _ in items), opened_at=min(known, default=None),
    )  # fmt: skip
