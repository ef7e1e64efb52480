"""What the executor needs of a venue."""

from typing import Protocol

from oracle_core.domain.plan import Order
from oracle_core.domain.trading import OrderReport


class Gateway(Protocol):
    """A place that takes orders. Client ids are unique there: the same id is the same order.

    Both methods raise UnreachableError when the venue's answer is not known; that is never a refusal.
    """

    def submit(self, order: Order) -> OrderReport:
        """Send an order and say what became of it."""
        ...

    def lookup(self, order: Order) -> OrderReport | None:
        """What became of an order sent before: open, closed or traded. None: the venue never had it."""
        ...
