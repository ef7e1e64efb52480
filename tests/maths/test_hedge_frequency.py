"""The most useful hedging frequency: where margins meet, and what a simulator says about it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oracle_core.errors import PricingError
from oracle_core.maths.hedge_frequency import Bound, useful_frequency

YEAR = 365.0
INPUTS = {"spot": 60_000.0, "gamma": -4e-4, "vol": 0.6, "cost": 5e-4, "risk_aversion": 4e-6}


def yearly(interval: np.ndarray, *, spot, gamma, vol, cost, risk_aversion, fee_per_hedge=0.0) -> np.ndarray:
    """Cost and risk of hedging at an interval, as written in a book."""
    trades = cost * abs(gamma) * spot**2 * vol * np.sqrt(2.0 / (np.pi * interval))
    return trades + fee_per_hedge / interval + 0.25 * risk_aversion * (gamma * spot**2 * vol**2) ** 2 * interval


@pytest.mark.requirement("HED-31")
@given(
    gamma=st.floats(1e-6, 1e-2), vol=st.floats(0.1, 2.0), cost=st.floats(1e-5, 0.01), fee=st.floats(0.0, 50.0),
    aversion=st.floats(1e-7, 1e-3),
)  # fmt: skip
def test_at_the_frequency_found_one_more_hedge_costs_what_its_variance_is_worth(
    *, gamma: float, vol: float, cost: float, fee: float, aversion: float
) -> None:
    inputs = {"spot": 60_000.0, "gamma": gamma, "vol": vol, "cost": cost, "risk_aversion": aversion}
    found = useful_frequency(**inputs, fee_per_hedge=fee)
    hedges = 1.0 / float(found.interval)
    more, fewer = (
        useful_frequency(**inputs, fee_per_hedge=fee, latency=1.0 / (hedges * share)) for share in (1.0, 0.999)
    )
    # The derivative of both sides in the number of hedges, by hand.
    cost_of_one = 0.5 * cost * gamma * 60_000.0**2 * vol * np.sqrt(2.0 / np.pi / hedges) + fee
    worth_of_one = 0.25 * aversion * (gamma * 60_000.0**2 * vol**2) ** 2 / hedges**2
    assert cost_of_one == pytest.approx(worth_of_one, rel=1e-9)
    assert more.cost + more.risk <= (fewer.cost + fewer.risk) * (1.0 + 1e-12)


@pytest.mark.requirement("HED-31")
@pytest.mark.parametrize("fee", [0.0, 5.0])
def test_no_interval_of_a_fine_grid_is_cheaper(fee: float) -> None:
    found = useful_frequency(**INPUTS, fee_per_hedge=fee)
    grid = np.exp(np.linspace(np.log(1e-6), np.log(1.0), 20_001))
    totals = yearly(grid, **INPUTS, fee_per_hedge=fee)
    assert found.cost + found.risk <= totals.min() * (1.0 + 1e-9)
    assert float(found.interval) == pytest.approx(grid[np.argmin(totals)], rel=1e-3)


@pytest.mark.requirement("HED-31")
def test_latency_is_a_floor_and_is_named() -> None:
    bound_by_cost, bound_by_latency = useful_frequency(**INPUTS, latency=[1 / (YEAR * 86_400), 10 / YEAR]).bound
    assert bound_by_cost == Bound.COST
    assert bound_by_latency == Bound.LATENCY
    slow = useful_frequency(**INPUTS, latency=10 / YEAR)
    assert float(slow.interval) == 10 / YEAR
    free = useful_frequency(**(INPUTS | {"cost": 0.0}), latency=1 / YEAR)
    assert float(free.interval) == 1 / YEAR
    assert float(free.cost) == 0.0


@pytest.mark.requirement("HED-31")
def test_dearer_hedges_are_rarer_and_more_gamma_or_fear_makes_them_more_frequent() -> None:
    def interval(**changes: float) -> float:
        return float(useful_frequency(**(INPUTS | changes)).interval)

    assert interval(cost=1e-3) > interval() > interval(cost=2e-4)
    assert interval(gamma=-8e-4) < interval()
    assert interval(risk_aversion=8e-6) < interval()
    assert interval(gamma=4e-4) == interval()


@pytest.mark.parametrize(
    ("changes", "told"),
    [({"gamma": 0.0}, "nothing is left to hedge"), ({"cost": 0.0}, "no most useful"), ({"vol": -1.0}, "vol")],
)
def test_where_there_is_no_such_frequency_that_is_said(changes: dict, told: str) -> None:
    with pytest.raises(PricingError, match=told):
        useful_frequency(**(INPUTS | changes))
