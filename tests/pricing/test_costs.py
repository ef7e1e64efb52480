"""What a trade costs: fees by their basis, the spread that is there, the depth that is shown."""

from dataclasses import replace

import pytest
import worlds
from hypothesis import given
from hypothesis import strategies as st

from oracle_core.domain.instrument import Fees, OptionType
from oracle_core.pricing.costs import fee_in_settle, one_way_cost_rate, trade_cost, walk

LADDER = ((100.0, 2.0), (101.0, 3.0), (103.0, 5.0))


@pytest.mark.requirement("SIM-06")
@pytest.mark.parametrize(
    ("fees", "maker", "fee"),
    [
        (Fees(maker=0.0, taker=0.0004), False, 40.0),
        (Fees(maker=-0.00005, taker=0.0004), True, -5.0),
    ],
)
def test_a_fee_on_a_hundred_thousand_dollars(fees: Fees, maker: bool, fee: float) -> None:
    listed = replace(worlds.perpetual(), fees=fees)
    assert fee_in_settle(listed, -1.0, 100_000.0, 100_000.0, maker=maker) == pytest.approx(fee)


@pytest.mark.parametrize(
    ("linear", "price", "fee"),
    [(True, 2_000.0, 30.0), (True, 100.0, 12.5), (False, 0.02, 0.0003), (False, 0.001, 0.000125)],
)
def test_an_option_pays_on_its_underlying_and_never_more_than_the_cap_of_its_premium(linear, price, fee) -> None:
    listed = worlds.option("BTC", 100_000.0, OptionType.CALL, days=7, linear=linear)
    assert fee_in_settle(listed, 1.0, price, 100_000.0) == pytest.approx(fee)


@pytest.mark.parametrize("contracts", [1.0, -1.0])
def test_an_inverse_contract_pays_in_coin_and_costs_the_same_dollars(contracts: float) -> None:
    listed = worlds.inverse_perpetual()
    quote = worlds.quoted(listed, 100_000.0, half_spread=50.0)
    cost = trade_cost(listed, quote, 10_000.0 * contracts, 100_000.0)
    assert cost is not None
    assert cost.notional_usd == pytest.approx(100_000.0)
    assert cost.fee == pytest.approx(55.0, rel=1e-3)
    assert cost.half_spread == pytest.approx(50.0, rel=1e-3)


@pytest.mark.parametrize(
    ("contracts", "filled", "price"), [(2.0, 2.0, 100.0), (4.0, 4.0, 100.5), (10.0, 10.0, 101.8), (99.0, 10.0, 101.8)]
)
def test_depth_is_taken_from_the_best_price_outward(contracts: float, filled: float, price: float) -> None:
    assert walk(LADDER, contracts) == pytest.approx((filled, price))


def test_a_trade_costs_fee_half_spread_and_what_lies_beyond_the_best_price() -> None:
    listed = worlds.perpetual(fee=0.001)
    quote = worlds.quoted(listed, 99.0, bids=((98.0, 9.0),), asks=LADDER, bid=98.0, ask=100.0)
    cost = trade_cost(listed, quote, 4.0, 99.0)
    assert cost is not None
    assert (cost.half_spread, cost.slippage, cost.price) == pytest.approx((4.0, 2.0, 100.5))
    assert cost.fee == pytest.approx(0.001 * 4 * 100.5)


@pytest.mark.parametrize(
    ("contracts", "change"), [(11.0, {}), (1.0, {"ask": None, "asks": ()}), (-1.0, {"bid": None, "bids": ()})]
)
def test_nobody_there_and_too_thin_are_no_price(contracts: float, change: dict) -> None:
    listed = worlds.perpetual()
    quote = worlds.quoted(
        listed, 99.0, **{"asks": LADDER, "ask": 100.0, "bid": 98.0, "bids": ((98.0, 20.0),), **change}
    )
    assert trade_cost(listed, quote, contracts, 99.0) is None


def test_without_a_ladder_slippage_is_absent_not_zero() -> None:
    listed = worlds.perpetual()
    cost = trade_cost(listed, worlds.quoted(listed, 99.0, asks=(), bids=()), 4.0, 99.0)
    assert cost is not None
    assert cost.slippage is None


@given(
    contracts=st.floats(0.01, 10.0),
    deeper=st.floats(0.0, 5.0),
    level=st.integers(0, 2),
)
def test_more_liquidity_never_costs_more(contracts: float, deeper: float, level: int) -> None:
    listed = worlds.perpetual()
    richer = tuple((price, size + (deeper if place == level else 0.0)) for place, (price, size) in enumerate(LADDER))
    costs = [
        trade_cost(listed, worlds.quoted(listed, 99.5, asks=asks, ask=100.0), contracts, 99.5)
        for asks in (LADDER, richer)
    ]
    thin, deep = (cost.fee + cost.half_spread + (cost.slippage or 0.0) for cost in costs if cost is not None)
    assert deep <= thin + 1e-9


@pytest.mark.parametrize("side", [1.0, -1.0])
def test_the_one_way_rate_is_fee_plus_half_spread_at_the_best_price(side: float) -> None:
    listed = worlds.perpetual(fee=0.0005)
    quote = worlds.quoted(listed, 100.0, half_spread=0.005)
    assert one_way_cost_rate(listed, quote, side, 100.0) == pytest.approx(5.5e-4, rel=1e-3)


def thin(volume: float | None):
    return worlds.quoted(worlds.perpetual(), 99.5, asks=LADDER, ask=100.0, volume_24h=volume)


@pytest.mark.requirement("HED-30")
def test_beyond_the_ladder_every_contract_pays_the_square_root_of_its_share_of_a_day() -> None:
    listed = worlds.perpetual(fee=0.0)
    cost = trade_cost(listed, thin(1_000.0), 20.0, 99.5, vol=0.5)
    assert cost is not None
    beyond = 103.0 * (1.0 + 0.5 / 365**0.5 * (10.0 / 1_000.0) ** 0.5)
    assert cost.price == pytest.approx((10.0 * 101.8 + 10.0 * beyond) / 20.0)
    inside = trade_cost(listed, thin(1_000.0), 10.0, 99.5, vol=0.5)
    assert inside == trade_cost(listed, thin(None), 10.0, 99.5)


@pytest.mark.parametrize(
    ("volume", "vol", "contracts"),
    [(None, 0.5, 20.0), (1_000.0, None, 20.0), (150.0, 0.5, 20.0), (1_000.0, 0.5, 101.0)],
)
def test_what_cannot_be_priced_beyond_the_ladder_is_no_price(volume, vol, contracts: float) -> None:
    assert trade_cost(worlds.perpetual(), thin(volume), contracts, 99.5, vol=vol) is None


@given(size=st.floats(0.1, 90.0), more=st.floats(0.1, 10.0), volume=st.floats(1_000.0, 1e6))
def test_a_larger_trade_and_a_thinner_day_never_cost_less(size: float, more: float, volume: float) -> None:
    listed = worlds.perpetual()

    def cost(contracts: float, day: float) -> float:
        found = trade_cost(listed, thin(day), contracts, 99.5, vol=0.5)
        assert found is not None
        return found.half_spread + (found.slippage or 0.0)

    assert cost(size, volume) <= cost(size + more, volume) + 1e-9
    assert cost(size, 2.0 * volume) <= cost(size, volume) + 1e-9
