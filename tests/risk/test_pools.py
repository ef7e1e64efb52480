"""Margin of pools at their edges: spent equity, coin collateral, venues without a pool, and who pays for a plan."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest
import worlds

from oracle_core.domain.exposure import PoolMargin
from oracle_core.domain.instrument import Instrument, MarginTier
from oracle_core.domain.market import MarketSnapshot
from oracle_core.domain.portfolio import MarginModel, MarginPool, PoolBalance
from oracle_core.risk.margin import pool_margins
from oracle_core.risk.outlook import outlook
from oracle_core.risk.pools import in_usd
from oracle_core.risk.view import BookView

TIERS = (MarginTier(up_to_notional=None, initial=0.02, maintenance=0.01),)
ETH = worlds.perpetual("ETH", tiers=TIERS)
BTC = worlds.perpetual("BTC", tiers=TIERS)
PRICES = {"BTC": 100_000.0, "ETH": 2_930.0}


def purse(venue: str, amounts: Mapping[str, float], name: str = "", **more: float) -> MarginPool:
    held = {coin: PoolBalance(balance=amount, equity=amount, **more) for coin, amount in amounts.items()}
    return MarginPool(id=name or f"{venue} pool", venue=venue, margin_model=MarginModel.CROSS, currencies=held)


def trading(*listed: Instrument) -> MarketSnapshot:
    return worlds.market([(item, worlds.quoted(item, PRICES[item.base])) for item in listed])


def only(amounts: Mapping[str, float], *held: tuple[Instrument, float]) -> PoolMargin:
    positions = [worlds.held(listed, size) for listed, size in held]
    portfolio = worlds.book(amounts, *positions, pools=(purse("deribit", amounts),))
    (found,) = outlook(worlds.seen(portfolio, trading(BTC, *(listed for listed, _ in held)))).pools
    return found


def test_a_pool_whose_equity_is_below_maintenance_is_liquidated_where_it_stands() -> None:
    inverse = replace(worlds.inverse_perpetual("ETH", size=1.0), margin_tiers=TIERS)
    found = only({"USD": 100.0}, (ETH, 5.0), (inverse, -14_650.0))
    assert found.maintenance_usd == pytest.approx(293.0)
    assert (found.liquidation_distance_pct, found.liquidation_price) == (0.0, pytest.approx(2_930.0))


def test_a_pool_that_no_fall_could_have_saved_is_at_distance_zero() -> None:
    found = only({"USD": -50_000.0}, (ETH, 5.0))
    assert found.liquidation_distance_pct == 0.0


def test_an_empty_pool_is_not_liquidated() -> None:
    assert only({"USD": 0.0}).liquidation_distance_pct is None


def test_reported_maintenance_above_equity_is_distance_zero_even_without_a_rule() -> None:
    bare = worlds.perpetual("ETH")
    pools = (purse("deribit", {"USD": 100.0}, initial_margin=400.0, maintenance_margin=200.0),)
    view = worlds.seen(worlds.book({"USD": 100.0}, worlds.held(bare, 5.0), pools=pools), trading(bare))
    assert outlook(view).measures.liquidation_distance_pct_min == 0.0


def test_a_coin_that_is_only_collateral_can_liquidate_its_pool() -> None:
    found = only({"BTC": 2.0, "USD": -150_000.0}, (ETH, 5.0))
    move = (50_000.0 - 146.5) / 200_000.0
    assert found.liquidation_distance_pct == pytest.approx(100.0 * move)
    assert (found.liquidation_coin, found.liquidation_price) == ("BTC", pytest.approx(100_000.0 * (1.0 - move)))


def elsewhere() -> tuple[BookView, Instrument]:
    far = worlds.perpetual("BTC", venue="far", tiers=TIERS)
    portfolio = worlds.book({"USD": 1e6}, worlds.held(BTC, 1.0), pools=(worlds.pool("one", "deribit", 1e6),))
    return worlds.seen(portfolio, trading(BTC, far)), far


def test_what_is_held_on_a_venue_without_a_pool_has_no_known_margin_and_says_so() -> None:
    view, far = elsewhere()
    held = worlds.seen(replace(view.portfolio, positions=(worlds.held(BTC, 1.0), worlds.held(far, 50.0))), view.market)
    found = outlook(held)
    assert [item.pool for item in found.pools] == ["one", "far"]
    assert found.pools[1].margin_use_pct is None
    assert found.measures.unknown == ("no pool on far: what is held there has no known margin",)


def test_a_leg_on_a_venue_without_a_pool_makes_the_margin_after_it_unknown() -> None:
    view, far = elsewhere()
    legs = np.zeros(len(view.table.instruments))
    assert outlook(view, legs).measures.unknown == ()
    legs[view.table.row[far.id]] = -1.0
    assert outlook(view, legs).measures.unknown == ("no pool on far: what is held there has no known margin",)


def test_a_coin_counts_at_its_index_and_is_never_taken_for_a_dollar() -> None:
    assert in_usd({"USD": 1.0, "USDC": 2.0, "USDT": 3.0, "BTC": 2.0}, {"BTC": 100_000.0}) == 200_006.0
    with pytest.raises(KeyError):
        in_usd({"BTC": 1.0}, {})
    assert in_usd({"DOGE": 0.0}, {}) == 0.0


def test_a_pool_in_a_coin_that_nothing_else_holds_is_worth_its_index() -> None:
    portfolio = worlds.book({"USD": 1.0}, worlds.held(ETH, 1.0), pools=(purse("deribit", {"BTC": 1.0}),))
    (found,) = outlook(worlds.seen(portfolio, trading(BTC, ETH))).pools
    assert found.equity_usd == pytest.approx(100_000.0)


def test_each_pool_pays_for_the_legs_of_its_own_venue() -> None:
    a, b = worlds.perpetual(venue="a", tiers=TIERS), worlds.perpetual(venue="b", tiers=TIERS)
    pools = (worlds.pool("one", "a", 1_000.0), worlds.pool("two", "b", 2_000.0))
    view = worlds.seen(worlds.book({"USD": 3_000.0}, worlds.held(a, 0.01), pools=pools), trading(a, b))
    legs = np.zeros(len(view.table.instruments))
    legs[view.table.row[a.id]], legs[view.table.row[b.id]] = -0.01, 0.01
    paid = pool_margins(view, legs, {"a": 3.0, "b": 5.0})
    assert [item.equity_usd for item in paid] == [997.0, 1_995.0]
    legs[view.table.row[b.id]] = 0.0
    assert [item.equity_usd for item in pool_margins(view, legs, 8.0)] == [992.0, 2_000.0]
    assert [item.equity_usd for item in outlook(view, legs, {"a": 8.0}).pools] == [992.0, 2_000.0]


@pytest.mark.parametrize(
    ("held_in", "booked_to"),
    [((), "sub1"), (("sub1",), "sub1"), (("sub2",), "sub2"), (("sub1", "sub2"), "sub1"), ((None,), "sub1"),
     (("sub2", "sub3"), "sub1")],
    ids=str,
)  # fmt: skip
def test_a_trade_goes_to_the_one_pool_that_holds_its_contract_else_to_the_first_of_its_venue(
    held_in: tuple[str | None, ...], booked_to: str
) -> None:
    pools = tuple(worlds.pool(name, "deribit", 100_000.0) for name in ("sub1", "sub2", "sub3"))
    positions = (worlds.held(ETH, 1.0), *(worlds.held(BTC, 1.0, pool=pool) for pool in held_in))
    view = worlds.seen(
        replace(worlds.book({"USD": 3e5, "BTC": 0.1}, pools=pools), positions=positions), trading(BTC, ETH)
    )
    legs = np.zeros(len(view.table.instruments))
    legs[view.table.row[BTC.id]] = -1.0
    before, after = (outlook(view, traded, {"deribit": 7.0}).pools for traded in (np.zeros_like(legs), legs))
    assert [now.pool for was, now in zip(before, after, strict=True) if now.equity_usd < was.equity_usd] == [booked_to]
    assert [now.pool for was, now in zip(before, after, strict=True) if now.gross_usd != was.gross_usd] == [booked_to]


def test_closing_what_another_pool_of_the_venue_holds_lifts_that_pool_s_margin_and_opens_nothing() -> None:
    pools = (worlds.pool("sub1", "deribit", 4.5e5), worlds.pool("sub2", "deribit", 5e4))
    portfolio = replace(worlds.book({"USD": 5e5}, pools=pools), positions=(worlds.held(BTC, 5.0, pool="sub2"),))
    view = worlds.seen(portfolio, trading(BTC))
    first, second = outlook(view, -0.8 * view.held).pools
    assert (first.initial_usd, second.initial_usd) == (0.0, pytest.approx(0.02 * 1e5))
    assert second.liquidation_distance_pct == pytest.approx(100.0 * 49_000.0 / 99_000.0)


def test_pools_of_one_venue_share_what_a_plan_costs_there_by_what_each_of_them_trades() -> None:
    pools = (worlds.pool("sub1", "deribit", 1_000.0), worlds.pool("sub2", "deribit", 1_000.0))
    held = (worlds.held(ETH, 10.0, pool="sub1"), worlds.held(BTC, 1.0, pool="sub2"))
    view = worlds.seen(replace(worlds.book({"USD": 2_000.0}, pools=pools), positions=held), trading(BTC, ETH))
    share = 29_300.0 / 129_300.0
    for paid in ({"deribit": 100.0}, 100.0):
        assert [item.equity_usd for item in pool_margins(view, -view.held, paid)] == pytest.approx(
            [1_000.0 - 100.0 * share, 900.0 + 100.0 * share]
        )
