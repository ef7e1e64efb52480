"""The case a panel of rails judges: one plan, the book before and after it, and everything that binds it.

A case is built from facts and may be incomplete: None is "unknown" everywhere, and a rail that needs what is
unknown refuses. Nothing here is checked on construction, because a case that cannot be built cannot be refused
by name.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from oracle_core.domain.exposure import Outlook
from oracle_core.domain.hedge import Cost
from oracle_core.domain.instrument import Instrument, InstrumentId
from oracle_core.domain.limits import FlowLimits, StateLimits
from oracle_core.domain.market import Quote, VenueStatus
from oracle_core.domain.portfolio import OpenOrder
from oracle_core.domain.trading import RecentFlow, TradingState


@dataclass(frozen=True, slots=True, kw_only=True)
class GlobalCaps:
    """The desk's own limits, which bind whatever the persona says and however a plan is labelled."""

    state: StateLimits
    flow: FlowLimits


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskRules:
    """What rails enforce beside limits: four settings of the desk, and two bounds that no setting loosens.

    Collars are basis points of the mark. The bounds stop a fault that repeats itself or sizes wildly; every limit of
    every persona lies far below.
    """

    quote_max_age: timedelta
    collar_bps: float
    option_collar_bps: float
    approval_ttl: timedelta
    orders_per_minute: int = 30
    position_pct_equity: float = 1_000.0

    def collar(self, instrument: Instrument) -> float:
        """The collar of an instrument in basis points of its mark: an option's mark is its premium."""
        return self.option_collar_bps if instrument.is_option else self.collar_bps


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseLeg:
    """One leg as it would be sent. `contracts` and `children` are signed (+ buys), prices in the venue's unit.

    `held` is the position before, in contracts; `coins` the delta the leg adds; `notional_usd` is
    |contracts · size · price|, for options max(premium, |delta cash|). `premium_usd` (options bought) and
    `funding_week_usd` (expected over the next week) are positive when paid.
    """

    venue: str
    symbol: str
    instrument: Instrument | None
    quote: Quote | None
    quote_problem: str | None
    venue_status: VenueStatus | None
    contracts: Decimal
    children: tuple[Decimal, ...]
    held: float | None
    price: float | None
    limit_price: float | None
    coins: float | None
    notional_usd: float | None
    reduce_only: bool
    premium_usd: float | None = 0.0
    funding_week_usd: float | None = 0.0
    pool: str | None = None
    """The margin pool the leg is booked to; where none is named, any pool."""

    @property
    def id(self) -> InstrumentId:
        return InstrumentId(self.venue, self.symbol)

    @property
    def mark(self) -> float | None:
        """What the collar is measured from: the mark, else the middle of the market; never the last trade."""
        if self.quote is None:
            return None
        return self.quote.mid if self.quote.mark is None else self.quote.mark


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One plan before its judges.

    `hedge` says that the plan claims to reduce risk (what opens risk on purpose says False), `duty` that it must
    be done whatever it earns, `cure` that it is labelled as curing a breach: the rails check that it does.
    `targets` are the strategy's net deltas in coins, 0 where it states none. `risk_before` and `risk_after` are
    the objective's risk term in USD, as positive charges; None where no volatility is known.
    """

    legs: tuple[CaseLeg, ...]
    before: Outlook
    after: Outlook
    cost: Cost
    benefit: float | None
    min_benefit_bps_equity: float
    state: StateLimits
    flow: FlowLimits
    caps: GlobalCaps
    desk: DeskRules
    trading_state: TradingState | None
    now: datetime
    expires_at: datetime
    recent: RecentFlow
    equity_usd: float
    risk_before: float | None
    risk_after: float | None
    targets: Mapping[str, float] = field(default_factory=dict[str, float])
    open_orders: tuple[OpenOrder, ...] = ()
    price_doubts: Mapping[str, str] | None = field(default_factory=dict[str, str])
    """Coins whose price sources disagree, and how."""
    hedge: bool = True
    duty: bool = False
    cure: bool = False
