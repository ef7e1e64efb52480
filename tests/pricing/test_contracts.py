"""A row per contract: values, Greeks and stress agree with each other and with a plain recomputation."""

from dataclasses import replace

import numpy as np
import pytest
import worlds
from hypothesis import given
from hypothesis import strategies as st

from oracle_core.domain.instrument import Instrument, OptionType
from oracle_core.domain.market import MarketSnapshot
from oracle_core.domain.portfolio import Numeraire
from oracle_core.errors import MarketDataError
from oracle_core.maths.black import black_price
from oracle_core.pricing.contracts import SPOT_SHOCKS, VOL_FACTORS, contract_table, stress_table
from oracle_core.pricing.costs import gain_in_settle
from oracle_core.pricing.forwards import Forwards
from oracle_core.pricing.inputs import PricingInputs, coin_index, pricing_inputs

ALL = [
    worlds.spot(), worlds.perpetual(), worlds.future(), worlds.inverse_perpetual(),
    worlds.option("BTC", 95_000.0, OptionType.CALL, days=20), worlds.option("BTC", 95_000.0, OptionType.PUT, days=20),
    worlds.option("BTC", 95_000.0, OptionType.CALL, days=20, linear=False),
    worlds.option("BTC", 110_000.0, OptionType.PUT, days=3, linear=False),
]  # fmt: skip
YEARS = {20: 20 / 365, 3: 3 / 365}


def inputs(listed: Instrument, price: float, vol: float = 0.6) -> PricingInputs:
    years = 0.0 if listed.expiry is None else (listed.expiry - worlds.NOW).total_seconds() / 86_400 / 365
    return PricingInputs(index=price, price=price, years=years, vol=vol if listed.is_option else 0.0)


def value_in_settle(listed: Instrument, price: float, vol: float = 0.6) -> float:
    """What one contract is worth in its settlement currency, from the definition."""
    if not listed.is_option:
        return gain_in_settle(listed, 1.0, 100_000.0, price)
    assert listed.strike is not None
    assert listed.option_type is not None
    years = (listed.expiry - worlds.NOW).total_seconds() / 86_400 / 365
    dollars = float(black_price(price, listed.strike, years, vol, sign=listed.option_type.sign))
    return dollars if listed.linear else dollars / price


@pytest.mark.requirement("PRI-10")
@pytest.mark.parametrize("listed", ALL, ids=lambda listed: listed.symbol)
def test_delta_is_the_slope_of_what_a_desk_that_counts_dollars_owns(listed: Instrument) -> None:
    table = contract_table([listed], [inputs(listed, 100_000.0)])
    step = 1.0
    up, down = (value_in_settle(listed, 100_000.0 + bump) for bump in (step, -step))
    slope = (up - down) / (2.0 * step)
    if listed.settle == listed.base and listed.kind.value != "spot":
        # Coin equity is counted apart, so what a coin-settled contract adds is index times its slope in coin.
        slope *= 100_000.0
    assert float(table.net_transaction_delta[0]) == pytest.approx(slope, rel=1e-6)


@pytest.mark.parametrize("numeraire", list(Numeraire))
@pytest.mark.parametrize("listed", ALL, ids=lambda listed: listed.symbol)
def test_stress_is_full_revaluation_in_every_cell(listed: Instrument, numeraire: Numeraire) -> None:
    table = contract_table([listed], [inputs(listed, 100_000.0)])
    grid = stress_table(table, numeraire)[0]
    coin_settled = listed.settle == "BTC" and listed.kind.value != "spot"
    for i, shock in enumerate(SPOT_SHOCKS):
        for j, factor in enumerate(VOL_FACTORS):
            moved = 100_000.0 * (1.0 + shock)
            gain = value_in_settle(listed, moved, 0.6 * factor) - value_in_settle(listed, 100_000.0)
            dollars = (moved if numeraire is Numeraire.USD else 100_000.0) if coin_settled else 1.0
            assert grid[i, j] == pytest.approx(gain * dollars, rel=1e-9, abs=1e-6)


@pytest.mark.requirement("ENG-07")
@pytest.mark.parametrize("listed", ALL[:4], ids=lambda listed: listed.symbol)
def test_a_perpetual_future_or_spot_has_no_gamma_and_no_vega(listed: Instrument) -> None:
    table = contract_table([listed], [inputs(listed, 100_000.0)])
    assert (table.gamma[0], table.vega[0], table.theta[0]) == (0.0, 0.0, 0.0)


@pytest.mark.requirement("ENG-01")
@given(st.permutations(range(len(ALL))))
def test_the_order_of_rows_changes_nothing(order: list[int]) -> None:
    listed = [ALL[place] for place in order]
    table = contract_table(listed, [inputs(item, 100_000.0) for item in listed])
    plain = contract_table(ALL, [inputs(item, 100_000.0) for item in ALL])
    for name in ("delta", "net_transaction_delta", "gamma", "vega", "theta", "value_usd", "notional_usd"):
        assert np.array_equal(getattr(table, name), getattr(plain, name)[list(order)])


def test_the_index_of_a_coin_is_the_middle_of_what_its_sound_quotes_say() -> None:
    listed = [worlds.perpetual(venue=venue) for venue in ("a", "b", "c")]
    prices = (99_000.0, 100_000.0, 105_000.0)
    market = worlds.market([(item, worlds.quoted(item, price)) for item, price in zip(listed, prices, strict=True)])
    assert coin_index(market, "BTC") == 100_000.0
    with pytest.raises(MarketDataError, match="index of ETH"):
        coin_index(market, "ETH")


def test_a_price_in_another_coin_or_of_nothing_is_no_index() -> None:
    in_coin = replace(worlds.spot("ETH"), symbol="ETH/BTC", quote="BTC", settle="BTC")
    perpetual = worlds.perpetual("ETH")
    crossed = (in_coin, worlds.quoted(in_coin, 0.03, index=None))
    both = worlds.market([crossed, (perpetual, worlds.quoted(perpetual, 1900.0, index=None))])
    assert coin_index(both, "ETH") == 1900.0
    with pytest.raises(MarketDataError, match="index of ETH"):
        coin_index(worlds.market([crossed]), "ETH")
    with pytest.raises(MarketDataError, match="index of ETH"):
        coin_index(worlds.market([(perpetual, worlds.quoted(perpetual, 1900.0, index=None, mark=0.0))]), "ETH")
    unjudged = worlds.quoted(perpetual, 1900.0, index=0.0)
    market = MarketSnapshot(as_of=worlds.NOW, instruments={perpetual.id: perpetual}, quotes={perpetual.id: unjudged})
    assert coin_index(market, "ETH") == 1900.0


@pytest.mark.parametrize("mark", [0.0, None])
def test_a_future_without_a_price_lends_no_forward(mark: float | None) -> None:
    listed, future = worlds.option("BTC", 95_000.0, OptionType.CALL, days=20), worlds.future(days=20)
    quote = worlds.marked(listed, 100_000.0, 0.6, forward=None)
    market = worlds.market([(listed, quote), (future, worlds.quoted(future, 100_000.0, mark=mark))])
    with pytest.raises(MarketDataError, match=r"BTC/USDC:USDC-260321-95000-C: forward"):
        Forwards(market).of(listed, quote)


def test_a_parity_forward_below_zero_is_none() -> None:
    call, put = (worlds.option("BTC", 95_000.0, right, days=20) for right in OptionType)
    quotes = [(call, worlds.marked(call, 1.0, 0.6, forward=None, mark=1.0)),
              (put, worlds.marked(put, 1.0, 0.6, forward=None, mark=95_001.0))]  # fmt: skip
    with pytest.raises(MarketDataError, match=r"BTC/USDC:USDC-260321-95000-C: forward"):
        Forwards(worlds.market(quotes)).of(*quotes[0])


@pytest.mark.parametrize("linear", [True, False])
def test_a_forward_that_is_not_quoted_comes_from_parity_and_says_so(linear: bool) -> None:
    forward, years = 101_500.0, 20 / 365
    pairs = []
    for strike in (95_000.0, 100_000.0, 105_000.0):
        for right in OptionType:
            listed = worlds.option("BTC", strike, right, days=20, linear=linear)
            price = float(black_price(forward, strike, years, 0.6, sign=right.sign))
            mark = price if linear else price / forward
            pairs.append((listed, worlds.marked(listed, 100_000.0, 0.6, forward=None, mark=mark)))
    market = worlds.market(pairs)
    listed, quote = pairs[0]
    found, notes = Forwards(market).of(listed, quote)
    assert found == pytest.approx(forward, rel=1e-9)
    assert "parity" in notes[0]


def test_a_volatility_that_is_not_quoted_is_implied_from_the_price_and_says_so() -> None:
    listed = worlds.option("BTC", 95_000.0, OptionType.CALL, days=20)
    price = float(black_price(100_000.0, 95_000.0, 20 / 365, 0.6, sign=1))
    market = worlds.market([(listed, worlds.marked(listed, 100_000.0, 0.6, mark_iv=None, mark=price))])
    found = pricing_inputs(market, listed.id, 100_000.0)
    assert found.vol == pytest.approx(0.6, rel=1e-9)
    assert "implied" in found.notes[0]


@pytest.mark.parametrize("missing", [{"mark_iv": None}, {"forward": None}])
def test_what_cannot_be_recomputed_is_refused_by_name(missing: dict) -> None:
    listed = worlds.option("BTC", 95_000.0, OptionType.CALL, days=20)
    market = worlds.market([(listed, worlds.marked(listed, 100_000.0, 0.6, **missing))])
    with pytest.raises(MarketDataError, match=next(iter(missing))):
        pricing_inputs(market, listed.id, 100_000.0)
