"""Coin-settled options against computed cases and real exchange tickers."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oracle_core.errors import PricingError
from oracle_core.maths.inverse import (
    coin_neutral_hedge,
    coin_parity,
    inverse,
    inverse_future_delta,
    inverse_future_pnl,
    usd_neutral_hedge,
)

forwards = st.floats(100.0, 1e5)
ratios = st.floats(0.3, 3.0)
signs = st.sampled_from([+1.0, -1.0])


def priced(inputs: dict):
    return inverse(inputs["F"], inputs["K"], inputs["T"], inputs["sigma"], sign=1 if inputs["flag"] == "call" else -1)


def test_coin_prices_and_greeks_match_the_references(references, tally) -> None:
    for case in references("inverse_options.json")["cases"]:
        i, expected, tolerance = case["inputs"], case["expected"], case["tol"]
        g = priced(i)
        found = {
            "price_coin": g.price,
            "price_usd": g.usd.price,
            "delta_bs": g.usd.delta,
            "net_transaction_delta": g.net_transaction_delta,
            "dprice_coin_dF": g.slope,
            "d_ntd_dF": g.delta_slope,
            "d2price_coin_dF2": g.curvature,
            "gamma_usd_per_dollar": g.usd.gamma,
            "vega_usd_per_volpoint": g.usd.vega / 100,
            "vega_coin_per_volpoint": g.vega / 100,
            "theta_usd_per_day": g.usd.theta / 365,
            "theta_coin_per_day": g.theta / 365,
            "deribit_theta_usd": g.usd.theta / 365 * min(1.0, 365 * i["T"]),
            "hedge_inverse_perp_usd": coin_neutral_hedge(g.net_transaction_delta, i["F"]),
        }
        assert found.keys() == expected.keys()
        for name, value in found.items():
            in_usd = i["F"] if "usd" in name else 1.0
            allowed = max(tolerance["rel"] * abs(float(expected[name])), tolerance["abs_coin"] * in_usd * 0.01)
            tally.compare(f"{case['id']} {name}", value, expected[name], allowed)


def test_real_tickers_are_reproduced(references, tally) -> None:
    for ticker in references("inverse_options.json")["tickers"]:
        i, computed, published, tolerance = (ticker[k] for k in ("inputs", "computed", "published", "tol"))
        g = priced(i)
        tally.compare(f"{ticker['id']} delta", g.usd.delta, computed["delta"], 1e-11)
        tally.compare(f"{ticker['id']} gamma", g.usd.gamma, computed["gamma"], 1e-15)
        tally.compare(f"{ticker['id']} vega", g.usd.vega / 100, computed["vega"], 1e-9)
        theta = g.usd.theta / 365 * min(1.0, 365 * i["T"])
        tally.compare(f"{ticker['id']} theta", theta, computed["theta"], 1e-9)
        tally.compare(f"{ticker['id']} price", g.price, ticker["computed_price_over_F"], 1e-12)
        tally.compare(f"{ticker['id']} net", g.net_transaction_delta, ticker["computed_ntd"], 1e-11)
        tally.compare(f"{ticker['id']} venue delta", g.usd.delta, published["delta"], tolerance["delta"])
        mark = published["mark_price_coin"]
        tally.compare(f"{ticker['id']} venue mark", g.price, mark, tolerance["mark_price_rel"] * mark + 5e-5)


@given(forward=forwards, ratio=ratios, t=st.floats(0.0, 1.0), vol=st.floats(0.0, 3.0))
def test_call_less_put_is_one_less_strike_over_forward(forward, ratio, t, vol) -> None:
    call, put = (inverse(forward, forward * ratio, t, vol, sign=s) for s in (+1, -1))
    assert abs(call.price - put.price - coin_parity(forward, forward * ratio)) <= 2e-15
    assert abs(call.net_transaction_delta - put.net_transaction_delta - ratio) <= 2e-15


@given(forward=forwards, ratio=ratios, t=st.floats(0.0, 1.0), vol=st.floats(0.0, 3.0), sign=signs)
def test_net_transaction_delta_is_delta_less_the_coin_price(forward, ratio, t, vol, sign) -> None:
    g = inverse(forward, forward * ratio, t, vol, sign=sign)
    assert abs(g.net_transaction_delta - (g.usd.delta - g.price)) <= 2e-15
    assert 0.0 <= g.price <= (1.0 if sign > 0 else ratio)


@given(forward=forwards, deviations=st.floats(-2.0, 2.0), t=st.floats(0.02, 1.0), vol=st.floats(0.2, 1.5), sign=signs)
def test_slope_and_curvature_are_slopes(forward, deviations, t, vol, sign) -> None:
    spread = vol * math.sqrt(t)
    step = 0.01 * forward * spread
    shifted = inverse(forward + step * np.arange(-4, 5), forward * math.exp(deviations * spread), t, vol, sign=sign)
    weights = np.array([1 / 280, -4 / 105, 1 / 5, -4 / 5, 0.0, 4 / 5, -1 / 5, 4 / 105, -1 / 280]) / step
    for value, towards in (("slope", "price"), ("curvature", "slope"), ("delta_slope", "net_transaction_delta")):
        nine = getattr(shifted, towards)
        assert abs(weights @ nine - getattr(shifted, value)[4]) <= 1e-9 * np.abs(nine).max() / step


@given(forward=forwards, ratio=ratios, t=st.floats(0.01, 1.0), vol=st.floats(0.2, 1.5), sign=signs)
def test_the_coin_neutral_hedge_leaves_the_coin_balance_unmoved(forward, ratio, t, vol, sign) -> None:
    g = inverse(forward, forward * ratio, t, vol, sign=sign)
    notional = coin_neutral_hedge(g.net_transaction_delta, forward)
    assert abs(g.net_transaction_delta + inverse_future_delta(notional, forward)) <= 1e-14 * max(1.0, ratio)


def test_the_dollar_neutral_hedge_offsets_equity_and_delta_total() -> None:
    assert usd_neutral_hedge([10.0, 0.0], [-2.5, 1.0]).tolist() == [-7.5, -1.0]


@pytest.mark.requirement("PRI-10")
@given(entry=forwards, move=st.floats(-0.5, 0.5))
def test_an_inverse_future_has_gamma_in_coin_and_none_in_dollars_of_delta_cash(entry, move) -> None:
    price = entry * (1.0 + move)
    pnl = inverse_future_pnl(1000.0, entry, price)
    assert math.isclose(pnl, 1000.0 * (1 / entry - 1 / price), rel_tol=1e-9, abs_tol=1e-15 * 1000.0 / entry)
    assert math.isclose(inverse_future_delta(1000.0, price) * price, 1000.0, rel_tol=1e-15)
    assert math.isclose(pnl * price, inverse_future_delta(1000.0, entry) * (price - entry), rel_tol=1e-12)


@pytest.mark.parametrize("sign", [+1, -1])
def test_at_expiry_the_option_is_its_coin_payoff(sign) -> None:
    g = inverse([40_000.0, 50_000.0, 80_000.0], 50_000.0, 0.0, 0.6, sign=sign)
    assert g.price.tolist() == [max(sign * (f - 50_000.0), 0.0) / f for f in (40_000.0, 50_000.0, 80_000.0)]
    assert not np.isnan([*g[:7]]).any()


def test_every_fault_is_named_at_once() -> None:
    with pytest.raises(PricingError) as caught:
        inverse(0.0, math.nan, 0.1, -0.5, sign=+1)
    assert all(f"{name}: " in str(caught.value) for name in ("forward", "strike", "vol"))
