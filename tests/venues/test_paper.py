"""The paper venue: spread, depth, limit, fee, and the same order once."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oracle_core.domain.hedge import Style
from oracle_core.domain.instrument import FeeBasis, Fees, Grid, Instrument, InstrumentId, Kind, OptionType
from oracle_core.domain.market import MarketSnapshot, Quote, VenueStatus
from oracle_core.domain.plan import Order
from oracle_core.domain.trading import OrderReport, OrderStatus
from oracle_core.pricing.costs import trade_cost
from oracle_core.venues.paper import PaperVenue, fill_order

NOW = datetime(2026, 1, 2, tzinfo=UTC)
STEP = Decimal("0.001")
LINEAR = Instrument(
    venue="paper", symbol="BTC/USDT:USDT", kind=Kind.PERPETUAL, base="BTC", quote="USDT", settle="USDT", linear=True,
    contract_size=1.0, grid=Grid(amount_step=STEP, min_amount=STEP, tick_size=0.5),
    fees=Fees(maker=0.0002, taker=0.0005),
)  # fmt: skip
INVERSE = replace(
    LINEAR, symbol="BTC/USD:BTC", quote="USD", settle="BTC", linear=False, contract_size=10.0,
    grid=Grid(amount_step=Decimal(1), min_amount=Decimal(1), tick_size=0.5),
)  # fmt: skip
OPTION = replace(
    LINEAR, symbol="BTC/USD:BTC-260327-100000-C", kind=Kind.OPTION, quote="USD", settle="BTC", linear=False,
    expiry=NOW + timedelta(days=84), strike=100_000.0, option_type=OptionType.CALL,
    fees=Fees(maker=0.0003, taker=0.0003, basis=FeeBasis.UNDERLYING, cap_of_premium=0.125),
)  # fmt: skip


def quote(listed: Instrument, **more: object) -> Quote:
    return Quote(venue="paper", symbol=listed.symbol, as_of=NOW, mark=100_000.0, index=100_000.0, **more)


def order(listed: Instrument, contracts: str, limit: float, name: str = "o1") -> Order:
    return Order(
        client_id=name, plan_hash="p", venue="paper", symbol=listed.symbol, contracts=Decimal(contracts),
        limit_price=limit, style=Style.TAKER, reduce_only=False,
    )  # fmt: skip


def filled(listed: Instrument, found: Quote, contracts: str, limit: float, taken: float = 0.0) -> OrderReport:
    return fill_order(order(listed, contracts, limit), listed, found, index=100_000.0, at=NOW, taken=taken)


DEEP = quote(
    LINEAR,
    asks=((100_010.0, 1.0), (100_020.0, 1.0), (100_500.0, 5.0)),
    bids=((99_990.0, 1.0), (99_900.0, 2.0)),
)


def test_an_order_walks_the_book_and_pays_its_fee() -> None:
    (fill,) = filled(LINEAR, DEEP, "1.5", 100_100.0).fills
    assert fill.price == pytest.approx((100_010.0 + 0.5 * 100_020.0) / 1.5)
    assert fill.fee == pytest.approx(0.0005 * 1.5 * fill.price)
    assert (fill.fee_currency, fill.contracts, fill.filled_at) == ("USDT", Decimal("1.5"), NOW)


@pytest.mark.requirement("SIM-06")
def test_a_hundred_thousand_dollars_at_four_basis_points_cost_forty() -> None:
    cheap = replace(LINEAR, fees=Fees(maker=0.0, taker=0.0004))
    (fill,) = filled(cheap, quote(cheap, ask=100_000.0), "1", 100_000.0).fills
    assert fill.fee == 40.0


@pytest.mark.parametrize(
    ("contracts", "limit", "status", "got"),
    [
        ("2", 100_100.0, OrderStatus.FILLED, "2"),
        ("3", 100_100.0, OrderStatus.PARTIAL, "2"),
        ("3", 100_500.0, OrderStatus.FILLED, "3"),
        ("1", 100_009.5, OrderStatus.REFUSED, "0"),
        ("-3", 99_900.0, OrderStatus.FILLED, "-3"),
        ("-4", 99_000.0, OrderStatus.PARTIAL, "-3"),
        ("-1", 99_990.5, OrderStatus.REFUSED, "0"),
    ],
)
def test_an_order_takes_what_stands_inside_its_limit(
    contracts: str, limit: float, status: OrderStatus, got: str
) -> None:
    report = filled(LINEAR, DEEP, contracts, limit)
    assert report.status is status
    assert sum((fill.contracts for fill in report.fills), Decimal(0)) == Decimal(got)
    assert (report.why is None) == (status is OrderStatus.FILLED)


def test_without_depth_the_best_price_takes_the_order() -> None:
    (fill,) = filled(LINEAR, quote(LINEAR, bid=99_990.0, ask=100_010.0), "-250", 99_000.0).fills
    assert (fill.price, fill.contracts) == (99_990.0, Decimal(-250))


def test_where_nobody_stands_nothing_is_filled() -> None:
    report = filled(LINEAR, quote(LINEAR, bid=99_990.0), "1", 200_000.0)
    assert report.status is OrderStatus.REFUSED
    assert report.why == "nothing among the asks of BTC/USDT:USDT inside 200000"


def test_an_inverse_fill_pays_its_fee_in_coin() -> None:
    (fill,) = filled(INVERSE, quote(INVERSE, bid=100_000.0), "-1000", 99_000.0).fills
    assert (fill.fee_currency, fill.fee) == ("BTC", pytest.approx(0.0005 * 10_000.0 / 100_000.0))


@pytest.mark.parametrize(("premium", "fee"), [(0.05, 0.0003), (0.001, 0.125 * 0.001)])
def test_an_options_fee_is_on_its_underlying_and_capped_by_its_premium(premium: float, fee: float) -> None:
    (fill,) = filled(OPTION, quote(OPTION, ask=premium), "2", premium).fills
    assert fill.fee == pytest.approx(2 * fee)


def test_an_expired_contract_and_a_quantity_off_the_grid_are_refused() -> None:
    late = fill_order(order(OPTION, "1", 1.0), OPTION, DEEP, index=1e5, at=NOW + timedelta(days=85))
    assert "expired at" in (late.why or "")
    assert "off the grid" in (filled(LINEAR, DEEP, "0.0005", 200_000.0).why or "")


@given(contracts=st.integers(1, 7_000), bought=st.booleans())
def test_a_fill_costs_what_the_candidate_said(contracts: int, bought: bool) -> None:
    size = Decimal(contracts if bought else -min(contracts, 3_000)) * STEP
    said = trade_cost(LINEAR, DEEP, float(size), 100_000.0)
    (fill,) = filled(LINEAR, DEEP, str(size), 200_000.0 if bought else 1.0).fills
    assert said is not None
    assert fill.price == pytest.approx(said.price)
    assert fill.fee == pytest.approx(said.fee)


@given(parts=st.lists(st.integers(1, 3_000), min_size=1, max_size=6))
def test_children_that_follow_each_other_pay_what_the_whole_would(parts: list[int]) -> None:
    parts = parts if sum(parts) <= 7_000 else [1_000, 2_000]
    paid, taken = 0.0, 0.0
    for part in parts:
        (fill,) = filled(LINEAR, DEEP, str(part * STEP), 200_000.0, taken).fills
        paid += fill.price * float(fill.contracts)
        taken += float(fill.contracts)
    (whole,) = filled(LINEAR, DEEP, str(sum(parts) * STEP), 200_000.0).fills
    assert paid == pytest.approx(whole.price * float(whole.contracts))


@dataclass
class Remembers:
    reports: dict[str, OrderReport] = field(default_factory=dict)
    gone: float = 0.0

    def report(self, client_id: str) -> OrderReport | None:
        return self.reports.get(client_id)

    def taken(self, key: InstrumentId, client_id: str, since: datetime, *, buys: bool) -> float:
        return self.gone


def venue(memory: Remembers, found: Quote = DEEP, **more: object) -> PaperVenue:
    market = MarketSnapshot(as_of=NOW, instruments={LINEAR.id: LINEAR}, quotes={LINEAR.id: found}, **more)
    return PaperVenue(market=market.admit(timedelta(minutes=1)), now=NOW, memory=memory)


def test_the_same_client_id_is_the_same_order() -> None:
    memory = Remembers()
    first = venue(memory).submit(order(LINEAR, "1", 200_000.0))
    assert venue(memory).lookup(order(LINEAR, "1", 200_000.0)) is None
    memory.reports["o1"] = first
    moved = quote(LINEAR, asks=((150_000.0, 9.0),))
    assert venue(memory, moved).submit(order(LINEAR, "1", 200_000.0)) == first
    assert venue(memory, moved).lookup(order(LINEAR, "1", 200_000.0)) == first


def test_trade_ids_are_the_same_on_every_run() -> None:
    one, two = (venue(Remembers()).submit(order(LINEAR, "1", 200_000.0, name)) for name in ("a", "b"))
    assert one == venue(Remembers()).submit(order(LINEAR, "1", 200_000.0, "a"))
    assert one.fills[0].trade_id != two.fills[0].trade_id


def test_what_other_orders_took_is_gone() -> None:
    (fill,) = venue(Remembers(gone=1.0)).submit(order(LINEAR, "1", 200_000.0)).fills
    assert fill.price == 100_020.0


@pytest.mark.requirement("MKT-13")
@pytest.mark.parametrize(
    ("closed", "why"),
    [
        (venue(Remembers(), venue_status={"paper": VenueStatus.MAINTENANCE}), "in `maintenance`"),
        (venue(Remembers(), replace(DEEP, as_of=NOW - timedelta(minutes=2))), "stale: 120 s old"),
        (venue(Remembers(), replace(DEEP, asks=(), bids=(), bid=2.0, ask=1.0)), "crossed"),
    ],
    ids=["maintenance", "stale", "crossed"],
)
def test_a_venue_that_cannot_be_relied_on_fills_nothing(closed: PaperVenue, why: str) -> None:
    report = closed.submit(order(LINEAR, "1", 200_000.0))
    assert report.status is OrderStatus.REFUSED
    assert why in (report.why or "")


def test_an_instrument_that_is_not_listed_fills_nothing() -> None:
    assert venue(Remembers()).submit(order(OPTION, "1", 1.0)).why == f"no usable quote of {OPTION.symbol}: missing"
