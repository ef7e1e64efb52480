"""Perpetuals and futures beside each other: what linear and inverse ones are worth, and how they move."""

from collections.abc import Sequence
from typing import NamedTuple

from oracle_core.domain.instrument import Instrument
from oracle_core.errors import PricingError, fault
from oracle_core.maths.domain import FINITE, POSITIVE, arrays
from oracle_core.pricing.costs import gain_in_settle, is_inverse_linear


class Slope(NamedTuple):
    """delta: coins; gamma: coins per unit of price, exactly 0 where the contract is linear."""

    delta: float
    gamma: float


def slope(listed: Instrument, contracts: float, price: float) -> Slope:
    """Delta and gamma of signed contracts of a perpetual or future (or spot).

    A linear contract is its coins whatever the price. An inverse one is worth a fixed number of dollars, so its coins
    are N / price and fall as the price rises: gamma -N / price^2.
    """
    size, at = contracts * listed.contract_size, _positive("price", price)
    _option_refused(listed)
    return Slope(size / at, -size / at**2) if is_inverse_linear(listed) else Slope(size, 0.0)


def gain_in_quote(listed: Instrument, contracts: float, entry: float, price: float) -> float:
    """P&L in quote currency of signed contracts from entry to price; an inverse one's coins at the new price."""
    _option_refused(listed)
    gain = gain_in_settle(listed, contracts, _positive("entry", entry), _positive("price", price))
    return gain * price if is_inverse_linear(listed) else gain


def average_entry(fills: Sequence[tuple[float, float]], *, inverse: bool) -> float:
    """The entry price that keeps the P&L of several (size, price) fills on one side.

    Linear sizes in coins average as they are; inverse sizes in dollars average by 1/price (the harmonic mean).

    >>> average_entry([(10_000.0, 50_000.0), (20_000.0, 60_000.0)], inverse=True)
    56250.0
    """
    sizes, prices = (list(values) for values in zip(*fills, strict=True)) if fills else ([], [])
    size_, price_ = arrays("average_entry", size=(sizes, FINITE), price=(prices, POSITIVE))
    if size_.size == 0 or not ((size_ > 0.0).all() or (size_ < 0.0).all()):
        raise PricingError(str(fault("average_entry", "fills", list(fills), "one or more, all on one side")))
    total = float(size_.sum())
    return total / float((size_ / price_).sum()) if inverse else float((size_ * price_).sum()) / total


def _option_refused(listed: Instrument) -> None:
    if listed.is_option:
        raise PricingError(str(fault("perpetual", "instrument", listed.symbol, "a perpetual, future or spot")))


def _positive(name: str, value: float) -> float:
    return float(arrays("perpetual", **{name: (value, POSITIVE)})[0])
