"""What may be sent, who said so, what was sent and what came back."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from oracle_core.domain.canonical import content_hash
from oracle_core.domain.hedge import ActionKind, Style
from oracle_core.domain.instrument import InstrumentId


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanLeg:
    """One leg on the grid, cut into child orders within the order cap. `limit_price` is the collar's edge."""

    venue: str
    symbol: str
    contracts: Decimal
    children: tuple[Decimal, ...]
    limit_price: float
    expected_price: float
    style: Style
    reduce_only: bool

    @property
    def id(self) -> InstrumentId:
        return InstrumentId(self.venue, self.symbol)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The immutable thing an approval is bound to. `cure` marks a plan that cures a breach; `kind` is what it does,
    and of several picks the one that does not claim to lower risk; `duty` marks what is done whatever it earns."""

    cycle_id: str
    candidates: tuple[str, ...]
    legs: tuple[PlanLeg, ...]
    created_at: datetime
    expires_at: datetime
    cost_usd: float
    market_hash: str
    cure: bool = False
    kind: ActionKind = ActionKind.TO_TARGET
    duty: bool = False

    @property
    def hash(self) -> str:
        return content_hash(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """A person's yes to one plan hash, once, until it expires."""

    plan_hash: str
    cycle_id: str
    actor: str
    approved_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One child order. The client id is made of the plan, so that a second sending is the same order."""

    client_id: str
    plan_hash: str
    venue: str
    symbol: str
    contracts: Decimal
    limit_price: float
    style: Style
    reduce_only: bool

    @property
    def id(self) -> InstrumentId:
        return InstrumentId(self.venue, self.symbol)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fill:
    """What the venue did. `price` in the venue's unit, `fee` in `fee_currency` (negative is a rebate)."""

    trade_id: str
    client_id: str
    venue: str
    symbol: str
    contracts: Decimal
    price: float
    fee: float
    fee_currency: str
    filled_at: datetime

    @property
    def id(self) -> InstrumentId:
        return InstrumentId(self.venue, self.symbol)


def client_order_id(mode: str, plan_hash: str, leg: int, child: int) -> str:
    """A deterministic id of at most 32 characters that every venue accepts; the mode is its prefix."""
    return mode[:1] + content_hash({"plan": plan_hash, "leg": leg, "child": child, "mode": mode})[:31]
