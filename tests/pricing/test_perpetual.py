"""Linear and inverse perpetuals: P&L, delta, gamma, entries and fees against worked numbers."""

import pytest
import worlds
from hypothesis import given
from hypothesis import strategies as st

from oracle_core.errors import PricingError
from oracle_core.pricing.costs import fee_in_settle, gain_in_settle
from oracle_core.pricing.perpetual import average_entry, gain_in_quote, slope
from oracle_core.venues.deribit_terms import standard_instrument

prices = st.floats(100.0, 200_000.0)


@pytest.mark.requirement("PRI-10")
def test_pnl_matches_the_references(perps: dict) -> None:
    dollar = worlds.inverse_perpetual(size=1.0)
    docs, lock, same = perps["pnl"]["cases"]
    for case in (docs, lock):
        g = case["inputs"]
        coins = gain_in_settle(dollar, g["side"] * g["usd"], g["entry"], g["exit"])
        assert coins == pytest.approx(case["expected"]["pnl_coin"], rel=1e-13)
    g, expected = docs["inputs"], docs["expected"]
    assert gain_in_quote(dollar, g["usd"], g["entry"], g["exit"]) == pytest.approx(expected["pnl_usd_at_exit"])
    rate = g["taker"]
    fees = sum(rate * g["usd"] / at for at in (g["entry"], g["exit"]))
    assert fees == pytest.approx(expected["fees_coin"], rel=1e-13)
    g = same["inputs"]
    linear = gain_in_quote(worlds.perpetual(), g["coin"], g["entry"], g["exit"])
    inverse = gain_in_settle(dollar, g["coin"] * g["entry"], g["entry"], g["exit"])
    assert linear == same["expected"]["linear_pnl_usd"]
    assert inverse == pytest.approx(same["expected"]["inverse_pnl_coin"], rel=1e-13)
    assert inverse * g["exit"] == pytest.approx(same["expected"]["inverse_pnl_usd_at_exit"], rel=1e-13)


@pytest.mark.requirement("PRI-10")
def test_bitmex_trades_come_out_as_printed(perps: dict) -> None:
    guide, posted = perps["bitmex"]["cases"]
    dollar = worlds.inverse_perpetual(size=1.0)
    g, expected = guide["inputs"], guide["expected"]
    gain = gain_in_settle(dollar, g["contracts"], g["entry"], g["exit"])
    assert g["contracts"] / g["entry"] == expected["entry_value_xbt"]
    assert gain == pytest.approx(expected["pnl_xbt"], abs=1e-12)
    assert gain - expected["funding_paid_xbt"] == pytest.approx(expected["total_xbt"], abs=1e-12)
    g = posted["inputs"]
    satoshi = gain_in_settle(dollar, g["contracts"], g["entry"], g["exit"]) * 1e8
    assert satoshi == pytest.approx(posted["expected"]["pnl_satoshi"], abs=1.0)


@pytest.mark.requirement("PRI-10")
def test_average_entries_match_the_references(perps: dict) -> None:
    case = perps["pnl"]["average_entry"]
    fills = [tuple(fill) for fill in case["inputs"]["fills"]]
    assert average_entry(fills, inverse=True) == pytest.approx(case["expected"]["inverse_avg_entry"])
    linear = case["expected"]["linear_avg_if_same_numbers_were_coin_qty"]
    assert average_entry(fills, inverse=False) == pytest.approx(linear)


def test_deribit_s_fees_match_the_references(perps: dict) -> None:
    cap, below, taker = perps["fees"]["deribit"]["cases"]
    listed = standard_instrument("BTC-27MAR26-90000-C")
    assert listed is not None
    for case in (cap, below):
        fee = fee_in_settle(listed, 1.0, case["inputs"]["price_coin"], 90_000.0)
        assert fee == pytest.approx(case["expected"]["fee_coin"], rel=1e-12)
    perpetual = standard_instrument("ETH-PERPETUAL")
    assert perpetual is not None
    g = taker["inputs"]
    fee = fee_in_settle(perpetual, g["usd"] / perpetual.contract_size, g["price"], g["price"])
    assert fee == pytest.approx(taker["expected"]["fee_coin"], rel=1e-12)


@given(contracts=st.floats(-1e5, 1e5), price=prices)
@pytest.mark.requirement("PRI-10")
def test_only_a_linear_perpetual_is_delta_one(contracts: float, price: float) -> None:
    linear, inverse = worlds.perpetual(), worlds.inverse_perpetual(size=10.0)
    assert slope(linear, contracts, price) == (contracts, 0.0)
    found = slope(inverse, contracts, price)
    assert found.delta == pytest.approx(contracts * 10.0 / price)
    assert found.gamma == pytest.approx(-contracts * 10.0 / price**2)


@given(price=prices)
def test_the_coins_of_an_inverse_perpetual_are_the_slope_of_its_gain(price: float) -> None:
    listed, step = worlds.inverse_perpetual(size=1.0), 1e-4 * price
    up, down = (gain_in_settle(listed, 1e6, price, price + move) for move in (step, -step))
    found = slope(listed, 1e6, price)
    assert (up - down) / (2.0 * step) * price == pytest.approx(found.delta, rel=1e-6)
    ahead, behind = (slope(listed, 1e6, price + move).delta for move in (step, -step))
    assert (ahead - behind) / (2.0 * step) == pytest.approx(found.gamma, rel=1e-6)


@given(st.lists(st.tuples(st.floats(1.0, 1e6), prices), min_size=1, max_size=8), prices, st.booleans())
def test_an_average_entry_keeps_the_gain_of_its_fills(fills: list, price: float, inverse: bool) -> None:
    listed = worlds.inverse_perpetual(size=1.0) if inverse else worlds.perpetual()
    each = sum(gain_in_settle(listed, size, entry, price) for size, entry in fills)
    whole = gain_in_settle(listed, sum(size for size, _ in fills), average_entry(fills, inverse=inverse), price)
    scale = sum(size * (1.0 / entry + 1.0 / price if inverse else entry + price) for size, entry in fills)
    assert abs(whole - each) <= 1e-12 * scale


def test_options_and_mixed_fills_are_refused() -> None:
    from oracle_core.domain.instrument import OptionType

    with pytest.raises(PricingError, match="a perpetual, future or spot"):
        slope(worlds.option("BTC", 1e5, OptionType.CALL, days=3.0), 1.0, 1e5)
    for fills in ([], [(1.0, 100.0), (-1.0, 100.0)]):
        with pytest.raises(PricingError, match="all on one side"):
            average_entry(fills, inverse=False)
