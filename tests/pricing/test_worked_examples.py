"""Worked figures of the desk that are pricing alone: what a hedge costs, and what leverage survives."""

import pytest
import worlds

from oracle_core.domain.instrument import MarginTier
from oracle_core.pricing.costs import trade_cost
from oracle_core.pricing.liquidation import linear_liquidation


@pytest.mark.parametrize(("fee", "total"), [(0.0004, 140.0), (0.0008, 180.0), (0.0001, 110.0), (0.001, 200.0)])
def test_a_hedge_of_100000_costs_its_fee_and_a_tenth_of_a_per_cent_of_slippage(fee: float, total: float) -> None:
    listed = worlds.perpetual(fee=fee)
    quote = worlds.quoted(listed, 100_000.0, half_spread=100.0)
    cost = trade_cost(listed, quote, -1.0, 100_000.0)
    assert cost is not None
    assert cost.fee == pytest.approx(100_000.0 * fee, rel=2e-3)
    assert cost.half_spread == pytest.approx(100.0, rel=1e-12)
    assert cost.fee + cost.half_spread + cost.slippage == pytest.approx(total, rel=2e-3)


@pytest.mark.parametrize("leverage", [10.0, 50.0, 100.0])
def test_a_ten_per_cent_move_exhausts_the_margin_of_ten_times_leverage_and_more(leverage: float) -> None:
    tiers = (MarginTier(up_to_notional=None, initial=1.0 / leverage, maintenance=0.005),)
    for side in (-1.0, 1.0):
        found = linear_liquidation(100_000.0 / leverage, side, 100_000.0, tiers)
        assert found is not None
        assert abs(found / 100_000.0 - 1.0) <= 0.10


def test_surviving_thirty_per_cent_needs_less_than_3_3_times_leverage() -> None:
    tiers = (MarginTier(up_to_notional=None, initial=0.1, maintenance=0.005),)

    def survives(leverage: float) -> bool:
        found = linear_liquidation(100_000.0 / leverage, 1.0, 100_000.0, tiers)
        return found is None or found < 70_000.0

    assert survives(3.27)
    assert not survives(3.33)
