"""The paper venue: fills an order against the book that is shown, with spread, depth and fee.

An order takes what the book shows inside its limit price, whatever its style (a resting order cannot be judged from
one snapshot); what is left is not filled, and what was taken is gone until the next quote.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from math import inf
from typing import Protocol

from oracle_core.domain.canonical import content_hash
from oracle_core.domain.instrument import Instrument, InstrumentId
from oracle_core.domain.market import Level, MarketSnapshot, Quote, VenueStatus
from oracle_core.domain.plan import Fill, Order
from oracle_core.domain.trading import OrderReport, OrderStatus
from oracle_core.errors import MarketDataError
from oracle_core.pricing.costs import fee_in_settle, is_inverse_linear, walk
from oracle_core.pricing.inputs import coin_index


class Memory(Protocol):
    """What a paper venue did before. It keeps nothing itself, so that a crash loses nothing."""

    def report(self, client_id: str) -> OrderReport | None:
        """What became of an order."""
        ...

    def taken(self, key: InstrumentId, client_id: str, since: datetime, *, buys: bool) -> float:
        """Contracts that orders other than `client_id` took from one side since a time."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperVenue:
    """A venue made of one market."""

    market: MarketSnapshot
    now: datetime
    memory: Memory

    def submit(self, order: Order) -> OrderReport:
        """Fill an order, once: the same client id gets the report it got before."""
        known = self.memory.report(order.client_id)
        return known if known is not None else self._fill(order)

    def lookup(self, order: Order) -> OrderReport | None:
        """What became of an order; None when it never came here."""
        return self.memory.report(order.client_id)

    def _fill(self, order: Order) -> OrderReport:
        listed = self.market.instruments.get(order.id)
        problem = self.market.problem(order.id)
        if listed is None or problem is not None:
            return _refused(order, f"no usable quote of {order.symbol}: {problem or 'not listed'}")
        if self.market.status(order.venue) is not VenueStatus.OK:
            return _refused(order, f"{order.venue} is in `{self.market.status(order.venue)}`")
        try:
            index = coin_index(self.market, listed.base)
        except MarketDataError as error:
            return _refused(order, str(error))
        quote = self.market.quotes[order.id]
        taken = self.memory.taken(order.id, order.client_id, quote.as_of, buys=order.contracts > 0)
        return fill_order(order, listed, quote, index=index, at=self.now, taken=taken)


def fill_order(
    order: Order, listed: Instrument, quote: Quote, *, index: float, at: datetime, taken: float = 0.0
) -> OrderReport:  # fmt: skip
    """What one book makes of one order.

    Args:
        index: USD per coin of the underlying, for a fee that is counted on it.
        taken: contracts that are gone from the front of the depth shown.
    Returns: filled, or partial where the book inside the limit price is thinner than the order; refused where
        nobody stands there. One fill at the average price; its trade id is made of the client id.
    """
    if listed.expired(at):
        return _refused(order, f"{order.symbol} expired at {listed.expiry}")
    if not listed.grid.holds(order.contracts):
        return _refused(order, f"`{order.contracts}` contracts is off the grid of {order.symbol}")
    buys = order.contracts > 0
    left = _left(_side(quote, buys=buys), taken)
    inside = [level for level in left if _within(level[0], order.limit_price, buys=buys)]
    inverse = is_inverse_linear(listed)
    found = walk(inside, abs(float(order.contracts)), inverse=inverse)
    contracts = listed.grid.toward_zero(found.filled).copy_sign(order.contracts)
    if not contracts:
        side = "asks" if buys else "bids"
        return _refused(order, f"nothing among the {side} of {order.symbol} inside {order.limit_price:g}")
    price = walk(inside, abs(float(contracts)), inverse=inverse).average_price
    fill = Fill(
        trade_id=content_hash({"order": order.client_id, "fill": 1})[:20], client_id=order.client_id,
        venue=order.venue, symbol=order.symbol, contracts=contracts, price=price,
        fee=fee_in_settle(listed, float(contracts), price, index), fee_currency=listed.settle, filled_at=at,
    )  # fmt: skip
    if contracts == order.contracts:
        return OrderReport(client_id=order.client_id, status=OrderStatus.FILLED, fills=(fill,))
    why = f"the book shows {abs(contracts)} of {abs(order.contracts)} contracts inside {order.limit_price:g}"
    return OrderReport(client_id=order.client_id, status=OrderStatus.PARTIAL, fills=(fill,), why=why)


def _left(levels: Sequence[Level], taken: float) -> list[Level]:
    found: list[Level] = []
    for price, shown in levels:
        gone = min(shown, taken)
        taken -= gone
        if shown > gone:
            found.append((price, shown - gone))
    return found


def _side(quote: Quote, *, buys: bool) -> Sequence[Level]:
    levels, best = (quote.asks, quote.best_ask) if buys else (quote.bids, quote.best_bid)
    if levels or best is None:
        return levels
    return [(best, inf)]  # a best price without a size: the order is taken to fit there


def _within(price: float, limit: float, *, buys: bool) -> bool:
    return price <= limit if buys else price >= limit


def _refused(order: Order, why: str) -> OrderReport:
    return OrderReport(client_id=order.client_id, status=OrderStatus.REFUSED, why=why)
