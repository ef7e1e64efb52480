"""Variance over coins that were measured and coins that were not: never negative, never a hedge nobody measured."""

import numpy as np
import pytest
import worlds
from hypothesis import given
from hypothesis import strategies as st

from oracle_core.risk.variance import VarianceModel, variance_model
from oracle_core.risk.volatility import Volatility

KNOWN = ("BTC", "ETH", "SOL")
UNKNOWN = ("AVAX", "DOGE", "XRP")
COINS = (*KNOWN, *UNKNOWN)


def model(vols: dict[str, float], *, venues: int = 2, coins: tuple[str, ...] = COINS) -> VarianceModel:
    listed = [worlds.perpetual(coin, venue=f"v{number}") for coin in coins for number in range(venues)]
    market = worlds.market([(item, worlds.quoted(item, 100.0)) for item in listed])
    view = worlds.seen(worlds.book({"USD": 1e6}, *(worlds.held(item, 1.0) for item in listed)), market)
    return variance_model(view, 168.0, {coin: Volatility(vol, "test") for coin, vol in vols.items()})


def of(found: VarianceModel, sizes: dict[str, float]) -> float:
    vector = np.zeros(len(found.view.table.instruments))
    for coin, size in sizes.items():
        vector[found.view.rows[coin]] = size
    return found.variance(vector)


SINGLE = model(dict.fromkeys(COINS, 0.6), venues=1)
"""One perpetual a coin."""


@given(
    sizes=st.lists(st.floats(-50.0, 50.0), min_size=12, max_size=12),
    vols=st.lists(st.floats(0.001, 2.0), min_size=6, max_size=6),
)
def test_no_book_has_negative_variance_or_less_than_its_measured_coins(sizes: list[float], vols: list[float]) -> None:
    found = model(dict(zip(COINS, vols, strict=True)))
    contracts, measured = np.array(sizes), np.zeros(12)
    for coin in KNOWN:
        rows = found.view.rows[coin]
        measured[rows] = contracts[rows]
    whole, part = found.variance(contracts), found.variance(measured)
    assert part >= 0.0
    assert whole >= part * (1.0 - 1e-9)


@given(signs=st.lists(st.sampled_from([-1.0, 0.0, 1.0]), min_size=6, max_size=6))
def test_no_signs_make_an_unmeasured_coin_offset_another(signs: list[float]) -> None:
    sizes = dict(zip(COINS, signs, strict=True))
    alone = of(SINGLE, {coin: sizes[coin] for coin in KNOWN}) ** 0.5
    others = sum(of(SINGLE, {coin: sizes[coin]}) ** 0.5 for coin in UNKNOWN)
    assert of(SINGLE, sizes) ** 0.5 == pytest.approx(alone + others)


def test_two_unmeasured_coins_long_and_short_do_not_cancel() -> None:
    one = of(SINGLE, {"XRP": 1.0})
    assert of(SINGLE, {"XRP": 1.0, "DOGE": -1.0}) == pytest.approx(4.0 * one)


def test_measured_coins_diversify_as_measured() -> None:
    one = of(SINGLE, {"BTC": 1.0})
    assert of(SINGLE, {"BTC": 1.0, "ETH": -1.0}) == pytest.approx(2.0 * (1.0 - 0.85) * one)


def test_a_coin_without_a_volatility_leaves_the_model_to_the_others() -> None:
    found = model({"BTC": 0.6}, coins=("BTC", "XRP"))
    with_both = of(found, {"BTC": 1.0, "XRP": 5.0})
    assert with_both == pytest.approx(of(found, {"BTC": 1.0}))
    assert of(found, {"XRP": 5.0}) == 0.0
