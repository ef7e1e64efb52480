"""A straddle and a strangle are one contract, worth and hedged as their legs together."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oracle_core.errors import PricingError
from oracle_core.maths.black import black
from oracle_core.maths.structures import straddle, strangle

forwards = st.sampled_from([0.5, 100.0, 60_000.0])
years = st.floats(2e-6, 2.0)
vols = st.floats(0.05, 3.0)


@pytest.mark.requirement("PRI-12")
def test_the_seller_s_straddle_of_the_desk_is_call_plus_put_to_the_cent() -> None:
    bought = straddle(1813.0, 1800.0, 30 / 365, 0.42)
    call, put = (black(1813.0, 1800.0, 30 / 365, 0.42, sign=sign) for sign in (+1, -1))
    assert round(float(bought.greeks.price), 2) == round(float(call.price), 2) + round(float(put.price), 2)
    assert round(10.0 * float(bought.greeks.price), 2) == 1_737.61
    # Ten sold: the hedge of the whole structure is bought, once.
    assert round(-10.0 * float(bought.hedge), 6) == 0.954928


@pytest.mark.requirement("PRI-12")
@given(forward=forwards, ratio=st.floats(0.3, 3.0), t=years, vol=vols, rate=st.sampled_from([0.0, 0.05]))
def test_every_greek_of_a_straddle_is_the_sum_of_its_legs_and_its_hedge_leaves_no_delta(
    *, forward: float, ratio: float, t: float, vol: float, rate: float
) -> None:
    discount = math.exp(-rate * t)
    bought = straddle(forward, forward * ratio, t, vol, discount=discount)
    legs = [black(forward, forward * ratio, t, vol, sign=sign, discount=discount) for sign in (+1, -1)]
    for name, both in bought.greeks._asdict().items():
        apart = sum(float(getattr(leg, name)) for leg in legs)
        assert float(both) == pytest.approx(apart, rel=1e-14, abs=1e-300), name
    assert float(bought.greeks.delta + bought.hedge) == 0.0
    assert bought.greeks.gamma == 2.0 * legs[0].gamma


@pytest.mark.requirement("PRI-12")
@given(forward=forwards, ratio=st.floats(0.3, 3.0), t=years, vol=vols)
def test_a_strangle_of_one_strike_is_the_straddle(forward: float, ratio: float, t: float, vol: float) -> None:
    strike = forward * ratio
    degenerate = strangle(forward, strike, strike, t, put_vol=vol, call_vol=vol)
    assert np.array_equal(np.stack(degenerate.greeks), np.stack(straddle(forward, strike, t, vol).greeks))


@given(low=st.floats(0.4, 1.0), high=st.floats(1.0, 2.5), t=years, vol=vols)
def test_a_strangle_is_cheaper_than_its_straddle_and_pays_its_price_back_at_its_ends(low, high, t, vol) -> None:
    bought = strangle(100.0, 100.0 * low, 100.0 * high, t, put_vol=vol, call_vol=vol)
    price = float(bought.greeks.price)
    assert price <= float(straddle(100.0, 100.0, t, vol).greeks.price) * (1.0 + 1e-14)
    assert float(bought.high) - 100.0 * high == pytest.approx(price, rel=1e-9, abs=1e-12)
    assert float(bought.low) == 0.0 or 100.0 * low - float(bought.low) == pytest.approx(price, rel=1e-9, abs=1e-12)


def test_each_leg_has_the_volatility_of_its_strike_and_a_batch_is_one_call() -> None:
    bought = strangle(100.0, [80.0, 90.0], [120.0, 110.0], 0.25, put_vol=[0.8, 0.7], call_vol=[0.5, 0.55])
    put = black(100.0, [80.0, 90.0], 0.25, [0.8, 0.7], sign=-1)
    call = black(100.0, [120.0, 110.0], 0.25, [0.5, 0.55], sign=+1)
    assert np.array_equal(bought.greeks.vega, put.vega + call.vega)


def test_a_put_above_its_call_is_no_strangle() -> None:
    with pytest.raises(PricingError, match="put_strike <= call_strike"):
        strangle(100.0, 110.0, 90.0, 0.1, put_vol=0.5, call_vol=0.5)
