"""Worked figures of the desk that are pricing alone: what a hedge costs, and what leverage survives."""

import numpy as np
import pytest
import worlds

from oracle_core.domain.instrument import MarginTier
from oracle_core.pricing.costs import trade_cost
from oracle_core.pricing.funding import annual_rate
from oracle_core.pricing.liquidation import linear_liquidation
from oracle_core.risk.revaluation import BookMove, book_pnl


@pytest.mark.requirement("W7")
@pytest.mark.parametrize(("fee", "total"), [(0.0004, 140.0), (0.0008, 180.0), (0.0001, 110.0), (0.001, 200.0)])
def test_a_hedge_of_100000_costs_its_fee_and_a_tenth_of_a_per_cent_of_slippage(fee: float, total: float) -> None:
    listed = worlds.perpetual(fee=fee)
    quote = worlds.quoted(listed, 100_000.0, half_spread=100.0)
    cost = trade_cost(listed, quote, -1.0, 100_000.0)
    assert cost is not None
    assert cost.fee == pytest.approx(100_000.0 * fee, rel=2e-3)
    assert cost.half_spread == pytest.approx(100.0, rel=1e-12)
    assert cost.fee + cost.half_spread + cost.slippage == pytest.approx(total, rel=2e-3)


@pytest.mark.requirement("W17")
@pytest.mark.parametrize("leverage", [10.0, 50.0, 100.0])
def test_a_ten_per_cent_move_exhausts_the_margin_of_ten_times_leverage_and_more(leverage: float) -> None:
    tiers = (MarginTier(up_to_notional=None, initial=1.0 / leverage, maintenance=0.005),)
    for side in (-1.0, 1.0):
        found = linear_liquidation(100_000.0 / leverage, side, 100_000.0, tiers)
        assert found is not None
        assert abs(found / 100_000.0 - 1.0) <= 0.10


@pytest.mark.requirement("W17")
def test_surviving_thirty_per_cent_needs_less_than_3_3_times_leverage() -> None:
    tiers = (MarginTier(up_to_notional=None, initial=0.1, maintenance=0.005),)

    def survives(leverage: float) -> bool:
        found = linear_liquidation(100_000.0 / leverage, 1.0, 100_000.0, tiers)
        return found is None or found < 70_000.0

    assert survives(3.27)
    assert not survives(3.33)


@pytest.mark.requirement("W8")
@pytest.mark.parametrize(("yearly", "interval_pct"), [(1.00, 0.0913), (0.95, 0.0868)])
def test_funding_of_a_hundred_per_cent_a_year_is_this_much_every_eight_hours(
    yearly: float, interval_pct: float
) -> None:
    rate = yearly / 1_095.0
    assert round(100.0 * rate, 4) == interval_pct
    assert annual_rate(rate, 8.0).simple == pytest.approx(yearly, rel=1e-12)


@pytest.mark.requirement("W6")
def test_five_hundred_dollars_and_two_per_cent_are_the_same_move_at_25000_only() -> None:
    listed = worlds.perpetual(fee=0.0)
    for price, share in ((25_000.0, 2.0), (60_000.0, 0.83)):
        market = worlds.market([(listed, worlds.quoted(listed, price))])
        view = worlds.seen(worlds.book({"USD": 1e6}, worlds.held(listed, 1.0)), market)
        found = book_pnl(view, view.held, BookMove(coins={"BTC": np.array([500.0 / price])}))
        assert float(found[0]) == pytest.approx(500.0)
        assert round(50_000.0 / price, 2) == share
