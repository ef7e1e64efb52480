"""One position under fills: signed contracts, the price it was entered at, and what closing it realised."""

from dataclasses import dataclass, replace
from decimal import Decimal

from oracle_core.domain.instrument import Instrument
from oracle_core.domain.plan import Fill
from oracle_core.domain.portfolio import Position
from oracle_core.pricing.costs import gain_in_settle, is_inverse_linear


def exact(number: float | Decimal) -> Decimal:
    """A number as its shortest text says it, so that sums of many are exact."""
    return number if isinstance(number, Decimal) else Decimal(repr(float(number)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """A position after a fill (None: closed) and the P&L that the fill realised, in the settlement currency."""

    position: Position | None
    realised: Decimal


def move(position: Position | None, fill: Fill, listed: Instrument, *, entry: float, pool: str | None) -> Moved:
    """Fill into a position. Adding averages the entry price, closing keeps it, passing zero starts anew.

    Args:
        entry: what the position counts as entered at where it does not say.    pool: where a new one belongs.
    """
    if position is None:
        return Moved(position=_opened(fill, pool), realised=Decimal(0))
    held, traded = exact(position.contracts), fill.contracts
    entered = entry if position.entry_price is None else position.entry_price
    left = held + traded
    if held * traded > 0:
        price = _average(listed, float(held), entered, float(traded), fill.price)
        return Moved(position=replace(position, contracts=float(left), entry_price=price), realised=Decimal(0))
    closed = held if abs(traded) > abs(held) else -traded
    realised = exact(gain_in_settle(listed, float(closed), entered, fill.price))
    if left == 0:
        return Moved(position=None, realised=realised)
    if held * left > 0:
        return Moved(position=replace(position, contracts=float(left)), realised=realised)
    turned = replace(
        position, contracts=float(left), entry_price=fill.price, entry_iv=None, opened_at=fill.filled_at
    )  # fmt: skip
    return Moved(position=turned, realised=realised)


def _opened(fill: Fill, pool: str | None) -> Position:
    return Position(
        venue=fill.venue, symbol=fill.symbol, contracts=float(fill.contracts), entry_price=fill.price,
        opened_at=fill.filled_at, pool=pool,
    )  # fmt: skip


def _average(listed: Instrument, held: float, entered: float, traded: float, price: float) -> float:
    if is_inverse_linear(listed):  # coins go with 1/price, so the harmonic mean keeps their worth
        return (held + traded) / (held / entered + traded / price)
    return (held * entered + traded * price) / (held + traded)
