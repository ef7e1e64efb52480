"""The simulated account: cash, the perpetual, and every dollar booked under the name of what made it."""

from dataclasses import dataclass, field
from decimal import Decimal

from oracle_core.pricing.costs import TradeCost


@dataclass(slots=True)
class Tally:
    """A running sum that keeps the digits small amounts lose in large ones (Neumaier, 1974).

    >>> tally = Tally(1e16)
    >>> for _ in range(10): tally.add(1.0)
    >>> tally.total == 1e16 + 10.0
    True
    """

    amount: float = 0.0
    lost: float = 0.0

    def add(self, more: float) -> None:
        """Add one amount."""
        total = self.amount + more
        larger, smaller = (self.amount, more) if abs(self.amount) >= abs(more) else (more, self.amount)
        self.lost += (larger - total) + smaller
        self.amount = total

    @property
    def total(self) -> float:
        return self.amount + self.lost


@dataclass(slots=True, kw_only=True)
class Ledger:
    """USD since the start. The perpetual's gains are settled in cash at every step; costs are amounts paid (> 0)."""

    cash: Tally
    contracts: Decimal = Decimal(0)
    perpetual: Tally = field(default_factory=Tally)
    funding: Tally = field(default_factory=Tally)
    fees: Tally = field(default_factory=Tally)
    spread: Tally = field(default_factory=Tally)
    slippage: Tally = field(default_factory=Tally)
    turnover: Tally = field(default_factory=Tally)
    trades: int = 0

    def carry(self, move: float, funding_per_contract: float) -> None:
        """Hold the perpetual while its mark moves; `funding_per_contract` is what one long contract paid."""
        held = float(self.contracts)
        self._book(self.perpetual, held * move)
        self._book(self.funding, -held * funding_per_contract)

    def option_flow(self, amount: float) -> None:
        """Premium or settlement at marks: received (+) or paid (-)."""
        self.cash.add(amount)

    def pay(self, fee: float, spread: float, slippage: float = 0.0) -> None:
        """Costs of a trade, each under its own name."""
        for account, paid in ((self.fees, fee), (self.spread, spread), (self.slippage, slippage)):
            account.add(paid)
            self.cash.add(-paid)

    def fill(self, contracts: Decimal, cost: TradeCost, spread_share: float) -> None:
        """Take a perpetual trade; what it paid beyond the mark is spread by `spread_share`, slippage for the rest."""
        beyond = cost.half_spread + (cost.slippage or 0.0)
        self.contracts += contracts
        self.trades += 1
        self.turnover.add(cost.notional_usd)
        self.pay(cost.fee, beyond * spread_share, beyond * (1.0 - spread_share))

    def _book(self, account: Tally, amount: float) -> None:
        account.add(amount)
        self.cash.add(amount)
