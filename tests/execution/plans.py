"""A plan of three child orders, the market it was made in, and venues to send it to."""

import os
import signal
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from oracle_core.domain.hedge import Style
from oracle_core.domain.instrument import Fees, Grid, Instrument, Kind
from oracle_core.domain.market import MarketSnapshot, Quote
from oracle_core.domain.plan import Fill, Order, Plan, PlanLeg
from oracle_core.domain.trading import OrderReport, OrderStatus, TradingState
from oracle_core.errors import UnreachableError
from oracle_core.execution.approve import Intent, approve, terms_hash
from oracle_core.execution.describe import describer
from oracle_core.execution.executor import execute
from oracle_core.execution.memory import JournalMemory
from oracle_core.execution.records import Outcome
from oracle_core.journal.entry import Entry
from oracle_core.journal.store import Journal
from oracle_core.venues.paper import PaperVenue

NOW = datetime(2026, 1, 2, tzinfo=UTC)
STEP = Decimal("0.001")
BTC, ETH = (
    Instrument(
        venue="paper", symbol=f"{coin}/USDT:USDT", kind=Kind.PERPETUAL, base=coin, quote="USDT", settle="USDT",
        linear=True, contract_size=1.0, grid=Grid(amount_step=STEP, min_amount=STEP, tick_size=0.5),
        fees=Fees(maker=0.0002, taker=0.0005),
    )
    for coin in ("BTC", "ETH")
)  # fmt: skip
PRICES = {"BTC": 100_000.0, "ETH": 2_000.0}


def quote(listed: Instrument, **more: object) -> Quote:
    price = PRICES[listed.base]
    sound = {"bid": price - 1.0, "ask": price + 1.0, "mark": price, "index": price, "as_of": NOW}
    return Quote(venue="paper", symbol=listed.symbol, **(sound | more))


def market(*quotes: Quote, **more: object) -> MarketSnapshot:
    found = {BTC.id: quote(BTC), ETH.id: quote(ETH)} | {item.id: item for item in quotes}
    listed = {"as_of": NOW, "instruments": {BTC.id: BTC, ETH.id: ETH}, "quotes": found} | more
    return MarketSnapshot(**listed).admit(timedelta(minutes=1))


def leg(listed: Instrument, *children: str, reduce_only: bool = False) -> PlanLeg:
    sizes = tuple(Decimal(child) for child in children)
    price, side = PRICES[listed.base], 1.0 if sizes[0] > 0 else -1.0
    return PlanLeg(
        venue="paper", symbol=listed.symbol, contracts=sum(sizes, Decimal(0)), children=sizes,
        limit_price=price * (1.0 + side * 0.005), expected_price=price + side, style=Style.TAKER,
        reduce_only=reduce_only,
    )  # fmt: skip


def plan(*legs: PlanLeg, **more: object) -> Plan:
    made = Plan(
        cycle_id="a1b2c3", candidates=("c1",), legs=legs or (leg(BTC, "-1", "-0.5"), leg(ETH, "3", reduce_only=True)),
        created_at=NOW, expires_at=NOW + timedelta(minutes=5), cost_usd=80.0, market_hash="",
    )  # fmt: skip
    made = replace(made, **more)
    return made if made.market_hash else replace(made, market_hash=terms_hash(made, market()))


def intent(made: Plan | None = None, **more: object) -> Intent:
    made = made or plan()
    asked = {
        "plan_hash": made.hash, "market": market(), "collar_bps": 50.0, "option_collar_bps": 1_000.0, "actor": "ann",
        "mode": "paper", "state": TradingState.ACTIVE, "now": NOW,
    } | more  # fmt: skip
    return approve(made, **asked)


def full_fill(order: Order) -> OrderReport:
    fill = Fill(
        trade_id=f"t-{order.client_id}", client_id=order.client_id, venue=order.venue, symbol=order.symbol,
        contracts=order.contracts, price=PRICES[order.symbol[:3]], fee=1.0, fee_currency="USDT", filled_at=NOW,
    )  # fmt: skip
    return OrderReport(client_id=order.client_id, status=OrderStatus.FILLED, fills=(fill,))


class Crash(BaseException):
    """The process is gone: nothing may catch this."""


@dataclass
class Exchange:
    """A venue with a book of its own. `trouble` says what happens at the n-th call of a kind: `before` or `after`."""

    book: dict[str, OrderReport] = field(default_factory=dict)
    sent: list[str] = field(default_factory=list)
    trouble: dict[tuple[str, int], tuple[str, BaseException]] = field(default_factory=dict)
    calls: dict[str, int] = field(default_factory=dict)

    def submit(self, order: Order) -> OrderReport:
        moment = self._begin("submit")
        if order.client_id not in self.book:
            self.sent.append(order.client_id)
            self.book[order.client_id] = full_fill(order)
        self._end(moment)
        return self.book[order.client_id]

    def lookup(self, order: Order) -> OrderReport | None:
        self._end(self._begin("lookup"))
        return self.book.get(order.client_id)

    def _begin(self, kind: str) -> tuple[str, BaseException] | None:
        self.calls[kind] = self.calls.get(kind, 0) + 1
        found = self.trouble.get((kind, self.calls[kind]))
        if found is not None and found[0] == "before":
            raise found[1]
        return found

    def _end(self, found: tuple[str, BaseException] | None) -> None:
        if found is not None:
            raise found[1]


def timeout() -> UnreachableError:
    return UnreachableError("no answer within 10 s")


class FragileJournal(Journal):
    """A journal that loses its process at the n-th append, before or after it is on the disk."""

    def __init__(self, path: Path, crash_at: int, moment: str, *, kill: bool = False) -> None:
        super().__init__(path)
        self.left = crash_at
        self.moment = moment
        self.kill = kill

    def append(self, kind: str, body: object, at: datetime, *, once: str | None = None) -> Entry:
        self.left -= 1
        if self.left == 0 and self.moment == "before":
            self._die()
        entry = super().append(kind, body, at, once=once)
        if self.left == 0 and self.moment == "after":
            self._die()
        return entry

    def _die(self) -> None:
        if self.kill:
            os.kill(os.getpid(), signal.SIGKILL)
        raise Crash


def paper(journal: Journal, found: MarketSnapshot | None = None) -> PaperVenue:
    return PaperVenue(market=found or market(), now=NOW, memory=JournalMemory(journal))


def carry_out(journal: Journal, venue: Exchange | PaperVenue, made: Plan | None = None, now: datetime = NOW) -> Outcome:
    return execute(journal, (made or plan()).hash, venue, describer(market()), now=now)
