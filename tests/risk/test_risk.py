"""Exposures, variance and margin of a book: sums that hold, rules of each pool, unknowns that are said."""

from dataclasses import replace

import numpy as np
import pytest
import worlds
from hypothesis import given
from hypothesis import strategies as st

from oracle_core.domain.instrument import MarginTier, OptionType
from oracle_core.domain.portfolio import Numeraire, OpenOrder
from oracle_core.errors import InputError, MarketDataError
from oracle_core.pricing.costs import trade_cost
from oracle_core.risk.exposures import exposure_slices, held_exposures
from oracle_core.risk.outlook import outlook
from oracle_core.risk.variance import variance_model
from oracle_core.risk.view import BookView
from oracle_core.risk.volatility import Volatility, horizon_volatilities

TIERS = (MarginTier(up_to_notional=1e6, initial=0.02, maintenance=0.01),
         MarginTier(up_to_notional=None, initial=0.05, maintenance=0.025, deduction=15_000.0))  # fmt: skip


def view(*, numeraire: Numeraire = Numeraire.USD, sizes: tuple[float, ...] = (2.0, -3.0, 5.0, -20_000.0)) -> BookView:
    call = worlds.option("BTC", 105_000.0, OptionType.CALL, days=20)
    put = worlds.option("BTC", 90_000.0, OptionType.PUT, days=50, linear=False)
    linear, inverse = worlds.perpetual(), worlds.inverse_perpetual(venue="other")
    pairs = [(call, worlds.marked(call, 100_000.0, 0.5)), (put, worlds.marked(put, 100_000.0, 0.6)),
             (linear, worlds.quoted(linear, 100_000.0)), (inverse, worlds.quoted(inverse, 100_000.0))]  # fmt: skip
    held = [worlds.held(listed, size) for (listed, _), size in zip(pairs, sizes, strict=True) if size]
    return worlds.seen(worlds.book({"USD": 1e6, "BTC": 4.0}, *held, numeraire=numeraire), worlds.market(pairs))


def test_the_net_is_collateral_options_and_linear_contracts() -> None:
    found = held_exposures(view())[0]
    parts = (
        found.collateral_delta,
        found.net_transaction_delta,
        found.perpetual_delta,
        found.future_delta,
        found.spot_delta,
    )
    assert found.net_delta == pytest.approx(sum(parts), abs=1e-12)
    assert found.collateral_delta == 4.0
    assert found.perpetual_delta == pytest.approx(5.0 - 2.0)
    assert held_exposures(view(numeraire=Numeraire.COIN))[0].collateral_delta == 0.0


def test_coin_equity_with_transaction_deltas_is_cash_with_black_deltas() -> None:
    found = view()
    exposure = held_exposures(found)[0]
    inverse_value = float(found.held @ np.where(found.table.coin_settled, found.table.value_usd, 0.0)) / 100_000.0
    assert 4.0 + exposure.net_transaction_delta == pytest.approx(
        4.0 - inverse_value + exposure.options_delta, abs=1e-12
    )


@pytest.mark.requirement("ENG-01")
@pytest.mark.parametrize("by", ["venue", "pool", "expiry", "position"])
def test_every_slicing_adds_up_to_the_book(by: str) -> None:
    found = view()
    whole, slices = held_exposures(found)[0], exposure_slices(found)[by]
    for name in ("options_delta", "net_transaction_delta", "perpetual_delta", "gamma_1pct_usd", "vega_usd_per_point"):
        assert sum(getattr(row[0], name) for row in slices.values()) == pytest.approx(getattr(whole, name), abs=1e-9)
    # Coin equity is the account's: no slice counts it, or every one of them would.
    assert {row[0].collateral_delta for row in slices.values()} == {0.0}
    net = sum(row[0].net_delta for row in slices.values())
    assert net == pytest.approx(whole.net_delta - whole.collateral_delta, abs=1e-9)


@given(scale=st.sampled_from([0.5, 2.0, 10.0]))
def test_exposures_and_stress_scale_with_positions_and_equity(scale: float) -> None:
    base = view()
    bigger = worlds.seen(
        replace(
            base.portfolio,
            equity={name: scale * amount for name, amount in base.portfolio.equity.items()},
            positions=tuple(replace(item, contracts=scale * item.contracts) for item in base.portfolio.positions),
        ),
        base.market,
    )
    one, other = outlook(base), outlook(bigger)
    assert other.worst.pnl_usd == pytest.approx(scale * one.worst.pnl_usd, rel=1e-12)
    for name in ("net_delta_pct_equity", "stress_loss_pct_equity", "gross_leverage", "gamma_1pct_pct_equity"):
        assert other.measures.value(name) == pytest.approx(one.measures.value(name), rel=1e-12)


def test_working_orders_count_as_filled_in_the_outlook_and_apart_in_the_exposures() -> None:
    base = view()
    order = OpenOrder(venue="deribit", symbol="BTC/USDC:USDC", contracts=-1.5, price=99_000.0)
    found = worlds.seen(replace(base.portfolio, open_orders=(order,)), base.market)
    before, after = outlook(base), outlook(found)
    assert after.exposures[0].net_delta == pytest.approx(before.exposures[0].net_delta)
    assert after.exposures[0].effective_delta == pytest.approx(before.exposures[0].net_delta - 1.5)
    assert after.worst.pnl_usd != before.worst.pnl_usd
    assert held_exposures(found)[0].net_delta == pytest.approx(held_exposures(base)[0].net_delta)
    assert held_exposures(found)[0].working_delta == pytest.approx(-1.5)


def variance(found: BookView, contracts: dict[str, float], hours: float = 168.0) -> float:
    model = variance_model(found, hours, {coin: Volatility(0.5, "test") for coin in found.coins})
    vector = np.zeros(len(found.table.instruments))
    for symbol, amount in contracts.items():
        row = next(n for n, listed in enumerate(found.table.instruments) if listed.symbol == symbol)
        vector[row] = amount
    return model.variance(vector)


def no_equity() -> BookView:
    base = view()
    return worlds.seen(replace(base.portfolio, equity={"USD": 1e6}), base.market)


def test_one_perpetual_moves_as_the_coin_does() -> None:
    listed = worlds.perpetual()
    market = worlds.market([(listed, worlds.quoted(listed, 100_000.0))])
    found = worlds.seen(worlds.book({"USD": 1e6}, worlds.held(listed, 1.0)), market)
    assert variance(found, {listed.symbol: 1.0}) == pytest.approx(0.25 * 1e10 * 168 / 8760)


def test_two_perpetuals_against_each_other_leave_only_their_basis() -> None:
    found = no_equity()
    left = variance(found, {"BTC/USDC:USDC": 1.0, "BTC/USD:BTC": -10_000.0})
    assert left == pytest.approx(0.03**2 * 1e10 * 168 / 8760)


def test_a_hedge_with_another_factor_never_looks_safer_than_nothing_at_all() -> None:
    found = no_equity()
    hedged = variance(found, {"BTC/USDC:USDC-260321-105000-C": 2.0, "BTC/USDC:USDC": -0.7})
    assert 0.0 < hedged < variance(found, {"BTC/USDC:USDC-260321-105000-C": 2.0})


@given(st.lists(st.floats(-50.0, 50.0), min_size=4, max_size=4))
def test_variance_is_never_negative(sizes: list[float]) -> None:
    found = view()
    model = variance_model(found, 168.0, {"BTC": Volatility(0.5, "test")})
    assert model.variance(np.array(sizes) * np.array([1.0, 1.0, 1.0, 1e4])) >= 0.0


@pytest.mark.requirement("RSK-01")
def test_margin_of_a_pool_is_by_its_tiers_and_each_pool_by_itself() -> None:
    a, b = worlds.perpetual(venue="a", tiers=TIERS), worlds.perpetual(venue="b", tiers=TIERS)
    market = worlds.market([(a, worlds.quoted(a, 100_000.0)), (b, worlds.quoted(b, 100_000.0))])
    pools = (worlds.pool("one", "a", 50_000.0), worlds.pool("two", "b", 200_000.0))
    portfolio = worlds.book({"USD": 250_000.0}, worlds.held(a, 5.0), worlds.held(b, -20.0), pools=pools)
    one, two = outlook(worlds.seen(portfolio, market)).pools
    assert (one.initial_usd, one.maintenance_usd, one.margin_use_pct) == pytest.approx((10_000.0, 5_000.0, 20.0))
    assert (two.initial_usd, two.maintenance_usd, two.margin_use_pct) == pytest.approx((100_000.0, 35_000.0, 50.0))
    assert one.liquidation_price < 100_000.0 < two.liquidation_price


def test_one_lump_of_equity_over_two_venues_has_no_margin_and_says_why() -> None:
    a, b = worlds.perpetual(venue="a", tiers=TIERS), worlds.perpetual(venue="b", tiers=TIERS)
    market = worlds.market([(a, worlds.quoted(a, 100_000.0)), (b, worlds.quoted(b, 100_000.0))])
    found = outlook(worlds.seen(worlds.book({"USD": 1e6}, worlds.held(a, 1.0), worlds.held(b, 1.0)), market))
    assert found.measures.margin_use_pct is None
    assert "one lump of equity over a, b" in found.measures.unknown[0]


def test_an_expired_or_unlisted_holding_is_an_input_fault_and_all_are_named() -> None:
    dead = worlds.option("BTC", 90_000.0, OptionType.CALL, days=-1)
    market = worlds.market([(dead, worlds.marked(dead, 100_000.0, 0.5))])
    portfolio = worlds.book({"USD": 1e6}, worlds.held(dead, 1.0), worlds.held(worlds.perpetual(), 1.0))
    with pytest.raises(InputError) as refused:
        worlds.seen(portfolio, market)
    assert [item.field for item in refused.value.faults] == ["positions[0].symbol", "positions[1].symbol"]


def test_a_holding_of_more_than_there_is_and_a_price_of_next_to_nothing_are_faults_and_not_overflows() -> None:
    linear, inverse = worlds.perpetual(), worlds.inverse_perpetual()
    snapshot = worlds.market([(linear, worlds.quoted(linear, 100_000.0)), (inverse, worlds.quoted(inverse, 1e5))])
    order = OpenOrder(venue=inverse.venue, symbol=inverse.symbol, contracts=-1e12, price=1e5)
    held = worlds.book({"USD": 1e6}, worlds.held(linear, 1.0001e7), worlds.held(inverse, 9e10), open_orders=(order,))
    with pytest.raises(InputError) as refused:
        worlds.seen(held, snapshot)
    assert [item.field for item in refused.value.faults] == ["positions[0].contracts", "open_orders[0].contracts"]
    assert {item.expected for item in refused.value.faults} == {"at most 1e+12 USD of BTC"}
    tiny = worlds.market([(inverse, worlds.quoted(inverse, 1e5, bid=None, ask=None, bids=(), asks=(), mark=1e-320))])
    with pytest.raises(MarketDataError, match="a mark, or a bid and an ask"):
        worlds.seen(worlds.book({"USD": 1e6}, worlds.held(inverse, 1.0)), tiny)
    for listed in (linear, inverse):
        nearly_free = worlds.quoted(listed, 1e5, bid=1e-320, bids=((1e-320, 1e9),))
        assert trade_cost(listed, nearly_free, -1.0, 1e5) is None


def test_every_bad_quote_of_what_is_held_is_named_at_once() -> None:
    listed = [worlds.perpetual(venue=venue) for venue in ("a", "b", "c")]
    pairs = [(item, worlds.quoted(item, 100_000.0, **({"index": 0.0} if item.venue != "a" else {}))) for item in listed]
    with pytest.raises(MarketDataError) as refused:
        worlds.seen(worlds.book({"USD": 1e6}, *(worlds.held(item, 1.0) for item in listed)), worlds.market(pairs))
    assert len(refused.value.faults) == 2


def test_volatility_for_the_horizon_is_read_between_expiries_in_total_variance() -> None:
    near, far = (worlds.option("BTC", 100_000.0, OptionType.CALL, days=days) for days in (5, 20))
    found = worlds.seen(
        worlds.book({"USD": 1e6}, worlds.held(near, 1.0)),
        worlds.market([(near, worlds.marked(near, 100_000.0, 0.8)), (far, worlds.marked(far, 100_000.0, 0.5))]),
    )
    read = horizon_volatilities(found.market, ("BTC",), 240.0, found.forwards)["BTC"].value
    variance = 0.64 * 5 + (0.25 * 20 - 0.64 * 5) * (10 - 5) / (20 - 5)
    assert read == pytest.approx((variance / 10) ** 0.5)
