"""What a book made between two markets: every part, what they leave, and the worked ETH straddle."""

from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import timedelta

import pytest
import worlds
from hypothesis import given
from hypothesis import strategies as st

from oracle_core.domain.instrument import Instrument, InstrumentId, OptionType
from oracle_core.domain.market import MarketSnapshot
from oracle_core.domain.portfolio import Numeraire
from oracle_core.errors import InputError
from oracle_core.pricing.costs import gain_in_settle
from oracle_core.risk.attribution import Attribution
from oracle_core.risk.explained import explained, summed
from oracle_core.risk.view import view_book

CALL = worlds.option("BTC", 105_000.0, OptionType.CALL, days=20)
PUT = worlds.option("BTC", 90_000.0, OptionType.PUT, days=50, linear=False)
LINEAR, INVERSE, ETHER = worlds.perpetual(), worlds.inverse_perpetual(venue="other"), worlds.perpetual("ETH")
HELD = {CALL: -6.0, PUT: -3.0, LINEAR: 5.0, INVERSE: -20_000.0, ETHER: -40.0}
START = {"BTC": 100_000.0, "ETH": 3_000.0}


def market(prices: Mapping[str, float], vols: Mapping[InstrumentId, float], days: float) -> MarketSnapshot:
    then = worlds.NOW + timedelta(days=days)
    pairs = [
        (listed, replace(
            worlds.marked(listed, prices[listed.base], vols[listed.id]) if listed.is_option
            else worlds.quoted(listed, prices[listed.base]), as_of=then,
        ))
        for listed in HELD
    ]  # fmt: skip
    return worlds.market(pairs, as_of=then)


def parts(found: Attribution) -> float:
    return sum(getattr(found, item.name) for item in fields(found) if item.name != "total")


FIRST = market(START, {CALL.id: 0.5, PUT.id: 0.6}, 0.0)


@pytest.mark.requirement("PRI-04")
@pytest.mark.parametrize("numeraire", list(Numeraire))
@given(
    moves=st.tuples(st.floats(-0.3, 0.3), st.floats(-0.3, 0.3)),
    vols=st.tuples(st.floats(0.2, 1.5), st.floats(0.2, 1.5)),
    days=st.floats(0.0, 19.0),
)
def test_parts_and_residual_of_every_coin_are_what_the_book_is_worth_more(
    numeraire: Numeraire, moves: tuple[float, float], vols: tuple[float, float], days: float
) -> None:
    portfolio = worlds.book(
        {"USD": 1e6, "BTC": 4.0}, *(worlds.held(listed, size) for listed, size in HELD.items()), numeraire=numeraire
    )
    prices = {coin: START[coin] * (1.0 + move) for coin, move in zip(START, moves, strict=True)}
    later = market(prices, dict(zip((CALL.id, PUT.id), vols, strict=True)), days)
    start, end = view_book(portfolio, FIRST), view_book(portfolio, later)
    found = explained(start, later)
    paid = prices if numeraire is Numeraire.USD else START
    worth = {"BTC": 4.0 * (prices["BTC"] - START["BTC"]) if numeraire is Numeraire.USD else 0.0, "ETH": 0.0}
    for listed, size in HELD.items():
        worth[listed.base] += size * _gain(listed, start, end, prices, paid)
    for coin, part in found.items():
        scale = max(1.0, abs(part.total))
        assert abs(parts(part) - part.total) <= 1e-9 * scale
        assert part.total == pytest.approx(worth[coin], abs=1e-6 * scale)
    assert summed(found).total == pytest.approx(sum(part.total for part in found.values()), abs=1e-6)


def _gain(listed: Instrument, start, end, prices: Mapping[str, float], paid: Mapping[str, float]) -> float:
    """USD that one contract made, priced by hand from values and prices."""
    coin = listed.base
    if listed.is_option:
        before = float(start.table.value_usd[start.table.row[listed.id]])
        after = float(end.table.value_usd[end.table.row[listed.id]])
        return after - before if listed.linear else (after / prices[coin] - before / START[coin]) * paid[coin]
    gain = gain_in_settle(listed, 1.0, START[coin], prices[coin])
    return gain if listed.linear else gain * paid[coin]


def straddle(price: float, days: float, vol: float = 0.42) -> MarketSnapshot:
    listed = [worlds.option("ETH", 1_800.0, right, days=30) for right in OptionType]
    then = worlds.NOW + timedelta(days=days)
    pairs = [(leg, replace(worlds.marked(leg, price, vol), as_of=then)) for leg in listed]
    return worlds.market([*pairs, (ETHER, replace(worlds.quoted(ETHER, price), as_of=then))], as_of=then)


@pytest.mark.requirement("W1", "PRI-04")
def test_the_short_straddle_of_the_worked_example_made_156_dollars_because_the_move_was_below_implied() -> None:
    legs = [worlds.option("ETH", 1_800.0, right, days=30) for right in OptionType]
    short = [worlds.held(leg, -10.0) for leg in legs]
    bare = view_book(worlds.book({"USD": 25_000.0}, *short), straddle(1_813.0, 0.0))
    hedged = replace(bare.portfolio, positions=(*short, worlds.held(ETHER, 0.954928)))
    options = summed(explained(bare, straddle(1_900.0, 10.0)))
    found = summed(explained(view_book(hedged, straddle(1_813.0, 0.0)), straddle(1_900.0, 10.0)))
    assert options.total == pytest.approx(73.23, abs=0.005)
    assert found.total == pytest.approx(156.31, abs=0.005)
    assert found.theta > 0.0 > found.gamma
    assert abs(parts(found) - found.total) < 1e-9


def test_a_small_step_leaves_next_to_nothing_unexplained() -> None:
    legs = [worlds.held(worlds.option("ETH", 1_800.0, right, days=30), -10.0) for right in OptionType]
    start = view_book(worlds.book({"USD": 25_000.0}, *legs), straddle(1_813.0, 0.0))
    found = summed(explained(start, straddle(1_816.0, 0.1, 0.423)))
    assert abs(found.residual) < 0.01 * max(abs(found.gamma), abs(found.theta), abs(found.vega))


def test_a_market_before_the_start_explains_nothing() -> None:
    start = view_book(worlds.book({"USD": 1e4}, worlds.held(ETHER, 1.0)), straddle(1_800.0, 1.0))
    with pytest.raises(InputError, match="a market from 2026-03-02"):
        explained(start, straddle(1_800.0, 0.0))


@pytest.mark.parametrize(("numeraire", "made"), [(Numeraire.USD, 4.0 * 10_000.0), (Numeraire.COIN, 0.0)])
def test_equity_in_coin_is_delta_and_nothing_of_it_is_left_over(numeraire: Numeraire, made: float) -> None:
    start = view_book(worlds.book({"BTC": 4.0}, numeraire=numeraire), FIRST)
    found = explained(start, market({"BTC": 110_000.0, "ETH": 3_000.0}, {CALL.id: 0.5, PUT.id: 0.6}, 1.0))["BTC"]
    assert (found.delta, found.total, found.residual) == (pytest.approx(made), pytest.approx(made), pytest.approx(0.0))
