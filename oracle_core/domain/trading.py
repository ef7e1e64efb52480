"""Whether the desk may trade, what it traded of late, and what a venue says about one order."""

from dataclasses import dataclass
from enum import StrEnum

from oracle_core.domain.plan import Fill


class TradingState(StrEnum):
    """Active: plans are judged. Reducing: only plans that add to no risk factor. Halted: none."""

    ACTIVE = "active"
    REDUCING = "reducing"
    HALTED = "halted"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecentFlow:
    """What was traded before now, in USD. None is unknown, and what is unknown refuses; a fresh desk has zeros.

    Hours, days and weeks are trailing ones. `working_usd` is the notional of the orders still working;
    costs and premiums are positive when paid.
    """

    turnover_day_usd: float | None
    working_usd: float | None
    trades_last_hour: int | None
    orders_last_minute: int | None
    premium_week_usd: float | None
    funding_cost_week_usd: float | None


class OrderStatus(StrEnum):
    """What became of an order at its venue. Unknown is a state: the order may stand there."""

    FILLED = "filled"
    PARTIAL = "partial"
    REFUSED = "refused"
    WORKING = "working"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderReport:
    """A venue's word on one order: its state, its fills so far and, where it did not fill, why."""

    client_id: str
    status: OrderStatus
    fills: tuple[Fill, ...] = ()
    why: str | None = None
