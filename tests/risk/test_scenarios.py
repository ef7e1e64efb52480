"""Revaluation over spot, volatility and time; named scenarios; where a P&L came from; and how its tails look."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
import worlds
from hypothesis import given
from hypothesis import strategies as st

from oracle_core.domain.instrument import OptionType
from oracle_core.domain.market import Candles
from oracle_core.domain.portfolio import Numeraire
from oracle_core.errors import PricingError
from oracle_core.maths.black import black_price
from oracle_core.pricing.contracts import SPOT_SHOCKS, VOL_FACTORS
from oracle_core.risk.attribution import attribution
from oracle_core.risk.correlations import correlations
from oracle_core.risk.exposures import exposure_slices, held_exposures
from oracle_core.risk.outlook import outlook
from oracle_core.risk.pairs import beta_delta, pairs
from oracle_core.risk.revaluation import BookMove, all_coins, book_pnl, delta_after, stress_over_time
from oracle_core.risk.scenarios import SCENARIOS, run_scenarios
from oracle_core.risk.stress import stress_pnl
from oracle_core.risk.tails import book_tails, tails
from oracle_core.risk.view import BookView
from oracle_core.risk.volatility import Volatility

SPOT = 100_000.0


def mixed(numeraire: Numeraire = Numeraire.USD, **equity: float) -> BookView:
    """Options of both kinds, perpetuals of both kinds and coin collateral in two coins."""
    call = worlds.option("BTC", 105_000.0, OptionType.CALL, days=20)
    put = worlds.option("BTC", 90_000.0, OptionType.PUT, days=50, linear=False)
    linear, inverse = worlds.perpetual(), worlds.inverse_perpetual(venue="other")
    ether = worlds.perpetual("ETH")
    pairs_ = [(call, worlds.marked(call, SPOT, 0.5)), (put, worlds.marked(put, SPOT, 0.6)),
              (linear, worlds.quoted(linear, SPOT)), (inverse, worlds.quoted(inverse, SPOT)),
              (ether, worlds.quoted(ether, 3_000.0))]  # fmt: skip
    sizes = (-6.0, -3.0, 5.0, -20_000.0, -40.0)
    held = [worlds.held(listed, size) for (listed, _), size in zip(pairs_, sizes, strict=True)]
    owned = equity or {"USD": 1e6, "BTC": 4.0}
    return worlds.seen(worlds.book(owned, *held, numeraire=numeraire), worlds.market(pairs_))


@pytest.mark.requirement("RSK-11")
@pytest.mark.parametrize("numeraire", list(Numeraire))
def test_the_grid_without_time_is_the_instant_stress_grid(numeraire: Numeraire) -> None:
    view = mixed(numeraire)
    grid = stress_over_time(view, view.held, np.asarray(SPOT_SHOCKS), VOL_FACTORS, (0.0,))
    assert grid[:, :, 0] == pytest.approx(stress_pnl(view, view.held), abs=1e-6)


@pytest.mark.requirement("RSK-11")
@pytest.mark.parametrize("shock", [-0.30, -0.25, -0.10, -0.05, 0.05, 0.10, 0.25, 0.30])
def test_a_gap_of_a_hedged_straddle_has_its_pnl_and_delta_by_full_revaluation(shock: float) -> None:
    legs = [worlds.option("BTC", 60_000.0, right, days=30) for right in OptionType]
    quotes = [(leg, worlds.marked(leg, 60_000.0, 0.6)) for leg in legs]
    view = worlds.seen(worlds.book({"USD": 1e6}, *(worlds.held(leg, 1.0) for leg in legs)), worlds.market(quotes))
    move = BookMove(coins=all_coins(view, [shock]), vol_factor=1.5)
    pnl, delta = float(book_pnl(view, view.held, move)[0]), float(delta_after(view, view.held, move, "BTC")[0])

    def value(price: float, vol: float) -> float:
        return sum(float(black_price(price, 60_000.0, 30 / 365, vol, sign=right.sign)) for right in OptionType)

    at = 60_000.0 * (1.0 + shock)
    assert pnl == pytest.approx(value(at, 0.9) - value(60_000.0, 0.6), abs=1e-6)
    assert delta == pytest.approx((value(at + 1.0, 0.9) - value(at - 1.0, 0.9)) / 2.0, abs=1e-6)


@pytest.mark.requirement("W10", "W11")
def test_the_gap_of_the_worked_straddle_is_the_worked_figure() -> None:
    legs = [worlds.option("BTC", 60_000.0, right, days=30) for right in OptionType]
    hedge = worlds.perpetual()
    quotes = [(leg, worlds.marked(leg, 60_000.0, 0.6)) for leg in legs] + [(hedge, worlds.quoted(hedge, 60_000.0))]
    bare = worlds.seen(worlds.book({"USD": 1e6}, *(worlds.held(leg, 1.0) for leg in legs)), worlds.market(quotes))
    held = [*bare.portfolio.positions, worlds.held(hedge, -held_exposures(bare)[0].net_delta)]
    view = worlds.seen(worlds.book({"USD": 1e6}, *held), bare.market)
    found = book_pnl(view, view.held, BookMove(coins=all_coins(view, [0.05, 0.10, -0.10, -0.30])))
    assert found == pytest.approx([335.95, 1_288.35, 1_416.39, 11_128.78], abs=0.005)


def test_delta_after_no_move_is_the_net_delta() -> None:
    for numeraire in Numeraire:
        view = mixed(numeraire)
        for found in held_exposures(view):
            after = delta_after(view, view.held, BookMove(coins={}), found.coin)
            assert after[0] == pytest.approx(found.net_delta, abs=1e-5)


def test_an_option_that_expires_within_the_days_is_worth_what_it_pays() -> None:
    call = worlds.option("BTC", 100_000.0, OptionType.CALL, days=5)
    snapshot = worlds.market([(call, worlds.marked(call, SPOT, 0.5))])
    view = worlds.seen(worlds.book({"USD": 1e6}, worlds.held(call, 2.0)), snapshot)
    grid = stress_over_time(view, view.held, np.array([-0.1, 0.1]), (1.0,), (5.0, 9.0))
    paid = float(black_price(SPOT, 100_000.0, 5 / 365, 0.5, sign=1))
    assert grid[:, 0, 0] == pytest.approx([-2.0 * paid, 20_000.0 - 2.0 * paid], abs=1e-6)
    assert grid[:, 0, 1] == pytest.approx(grid[:, 0, 0])


@pytest.mark.requirement("PRI-04")
@pytest.mark.parametrize("numeraire", list(Numeraire))
@given(
    moves=st.tuples(st.floats(-0.4, 0.4), st.floats(-0.4, 0.4)), shift=st.floats(-0.2, 0.4), days=st.floats(0.0, 19.0)
)
def test_the_parts_of_a_pnl_and_their_residual_are_the_revaluation(
    numeraire: Numeraire, moves: tuple[float, float], shift: float, days: float
) -> None:
    view = mixed(numeraire)
    by_coin = dict(zip(("BTC", "ETH"), moves, strict=True))
    found = attribution(view, view.held, by_coin, vol_shift=shift, days=days, funding=12.0, fees=5.0)
    parts = (found.delta, found.gamma, found.theta, found.vega, found.vanna, found.volga, found.funding, found.fees)
    assert sum(parts) + found.residual == pytest.approx(found.total, abs=1e-9 * max(1.0, abs(found.total)))
    move = BookMove(coins={coin: np.array([x]) for coin, x in by_coin.items()}, vol_shift=shift, days=days)
    assert found.total == pytest.approx(float(book_pnl(view, view.held, move)[0]) + 7.0)


@pytest.mark.requirement("PRI-04")
@pytest.mark.parametrize("numeraire", list(Numeraire))
def test_what_the_greeks_leave_falls_faster_than_the_square_of_the_move(numeraire: Numeraire) -> None:
    view = mixed(numeraire)
    sizes = (0.02, 0.01, 0.005)
    left = [
        abs(attribution(view, view.held, {"BTC": x, "ETH": x}, vol_shift=x, days=0.0).residual) / x**2 for x in sizes
    ]
    assert left[1] < 0.6 * left[0]
    assert left[2] < 0.6 * left[1]
    theta = [abs(attribution(view, view.held, {}, days=days).residual) / days for days in (0.2, 0.1)]
    assert theta[1] < 0.6 * theta[0]


def test_a_stated_interest_rate_discounts_what_is_revalued_and_its_theta_is_explained() -> None:
    call = worlds.option("BTC", 100_000.0, OptionType.CALL, days=30)
    snapshot = worlds.market([(call, worlds.marked(call, SPOT, 0.5))], interest_rate=0.05)
    view = worlds.seen(worlds.book({"USD": 1e6}, worlds.held(call, 2.0)), snapshot)
    grid = stress_over_time(view, view.held, np.array([0.1]), (1.0,), (0.0, 10.0))

    def value(price: float, days: float) -> float:
        return 2.0 * float(black_price(price, 100_000.0, days / 365, 0.5, sign=1, discount=np.exp(-0.05 * days / 365)))

    found = [value(110_000.0, 30.0) - value(SPOT, 30.0), value(110_000.0, 20.0) - value(SPOT, 30.0)]
    assert grid[0, 0] == pytest.approx(found, abs=1e-6)
    pnl = book_pnl(view, view.held, BookMove(coins=all_coins(view, [0.1]), days=10.0))
    assert pnl[0] == pytest.approx(found[1], abs=1e-6)
    left = [abs(attribution(view, view.held, {}, days=days).residual) / days for days in (0.2, 0.1)]
    assert left[1] < 0.6 * left[0]


@pytest.mark.requirement("RSK-12", "RSK-13")
def test_every_scenario_is_one_line_with_its_assumption() -> None:
    view = mixed(USD=5e5, USDC=2e5, BTC=2.0)
    found = run_scenarios(view, view.held)
    assert [row.name for row in found] == list(SCENARIOS)
    assert all(row.assumption and row.detail and row.pnl_usd <= 0.0 for row in found)
    assert run_scenarios(view, view.held, "gap") == found[:1]


@pytest.mark.requirement("RSK-13")
@pytest.mark.parametrize("contracts", [5.0, -5.0])
def test_a_basis_shock_of_two_per_cent_on_one_leg_costs_two_per_cent_of_it(contracts: float) -> None:
    near, far = worlds.perpetual(), worlds.perpetual(venue="far")
    portfolio = worlds.book({"USD": 1e6}, worlds.held(near, contracts), worlds.held(far, -contracts))
    view = worlds.seen(portfolio, worlds.market([(leg, worlds.quoted(leg, SPOT)) for leg in (near, far)]))
    (found,) = run_scenarios(view, view.held, "basis")
    assert found.pnl_usd == pytest.approx(-0.02 * 5.0 * SPOT)


@pytest.mark.requirement("RSK-12")
def test_a_cascade_costs_more_where_spreads_are_wider_and_depth_is_thinner() -> None:
    leg = worlds.perpetual()

    def cascade(half_spread: float, depth: float) -> float:
        quote = worlds.quoted(leg, SPOT, half_spread=half_spread)
        bid = SPOT - half_spread
        quote = replace(quote, bids=((bid, depth), (bid - 500.0, depth)))
        view = worlds.seen(worlds.book({"USD": 1e6}, worlds.held(leg, 5.0)), worlds.market([(leg, quote)]))
        return run_scenarios(view, view.held, "cascade")[0].pnl_usd

    calm, wide, thin = cascade(10.0, 1e4), cascade(100.0, 1e4), cascade(10.0, 10.0)
    assert calm == pytest.approx(-0.25 * 5.0 * SPOT - 0.0025 * 5.0 * SPOT)
    assert wide < calm
    assert thin < calm


@pytest.mark.requirement("ENG-12")
def test_a_broken_correlation_hurts_a_pair_that_a_common_move_does_not() -> None:
    bitcoin, ether = worlds.perpetual(), worlds.perpetual("ETH")
    portfolio = worlds.book({"USD": 1e6}, worlds.held(bitcoin, -1.0), worlds.held(ether, SPOT / 3_000.0))
    quotes = [(bitcoin, worlds.quoted(bitcoin, SPOT)), (ether, worlds.quoted(ether, 3_000.0))]
    view = worlds.seen(portfolio, worlds.market(quotes))
    together = book_pnl(view, view.held, BookMove(coins=all_coins(view, [-0.1, 0.1])))
    assert together == pytest.approx([0.0, 0.0], abs=1e-6)
    (apart,) = run_scenarios(view, view.held, "correlation_break")
    assert apart.pnl_usd == pytest.approx(-0.2 * SPOT)


def test_a_depeg_takes_its_share_of_the_stablecoin_and_a_frozen_venue_all_it_holds() -> None:
    view = mixed(USD=5e5, USDC=2e5)
    assert run_scenarios(view, view.held, "depeg")[0].pnl_usd == pytest.approx(-0.05 * 2e5)
    leg = worlds.perpetual(venue="a")
    pools = (worlds.pool("one", "a", 3e5), worlds.pool("two", "b", 7e5))
    portfolio = worlds.book({"USD": 1e6}, worlds.held(leg, 2.0), pools=pools)
    view = worlds.seen(portfolio, worlds.market([(leg, worlds.quoted(leg, SPOT))]))
    (found,) = run_scenarios(view, view.held, "venue_frozen")
    # The venue that holds nothing but money freezes, and the position elsewhere moves 10 % against the desk.
    assert (found.detail, found.pnl_usd) == ("b, -10 % elsewhere", pytest.approx(-7e5 - 0.10 * 2.0 * SPOT))
    alone = worlds.book({"USD": 3e5}, worlds.held(leg, 2.0), pools=pools[:1])
    (found,) = run_scenarios(worlds.seen(alone, view.market), view.held, "venue_frozen")
    assert found.pnl_usd == pytest.approx(-3e5)


def test_what_a_long_straddle_elsewhere_may_gain_pays_for_no_frozen_venue() -> None:
    legs = [worlds.option("BTC", SPOT, right, days=10, venue="b") for right in OptionType]
    pools = (worlds.pool("one", "a", 3e5), worlds.pool("two", "b", 1e5))
    portfolio = worlds.book({"USD": 4e5}, *(worlds.held(leg, 5.0) for leg in legs), pools=pools)
    view = worlds.seen(portfolio, worlds.market([(leg, worlds.marked(leg, SPOT, 0.5)) for leg in legs]))
    sides = book_pnl(view, view.held, BookMove(coins=all_coins(view, [-0.1, 0.1])))
    assert (sides > 0.0).all()
    assert run_scenarios(view, view.held, "venue_frozen")[0].pnl_usd == pytest.approx(-3e5)


def test_gammas_of_two_coins_do_not_offset_each_other_in_the_measure_that_is_limited() -> None:
    calls = [
        worlds.option("BTC", SPOT, OptionType.CALL, days=10),
        worlds.option("ETH", 3_000.0, OptionType.CALL, days=10),
    ]
    quotes = [(calls[0], worlds.marked(calls[0], SPOT, 0.5)), (calls[1], worlds.marked(calls[1], 3_000.0, 0.5))]
    held = [worlds.held(calls[0], 3.0), worlds.held(calls[1], -100.0)]
    view = worlds.seen(worlds.book({"USD": 1e6}, *held), worlds.market(quotes))
    found, measures = held_exposures(view), outlook(view).measures
    for measure, figure in (
        (measures.gamma_1pct_pct_equity, "gamma_1pct_usd"), (measures.vega_point_pct_equity, "vega_usd_per_point"),
        (measures.net_delta_pct_equity, "delta_usd"),
    ):  # fmt: skip
        long, short = (getattr(item, figure) for item in found)
        assert short < 0.0 < long
        assert measure == pytest.approx(100.0 * (long - short) / 1e6)


def test_theta_of_an_option_in_its_settlement_window_is_explained_too() -> None:
    call = worlds.option("BTC", SPOT, OptionType.CALL, days=20 / 1_440)
    snapshot = worlds.market([(call, worlds.marked(call, SPOT, 0.5))])
    view = worlds.seen(worlds.book({"USD": 1e6}, worlds.held(call, 2.0)), snapshot)
    left = [abs(attribution(view, view.held, {}, days=days).residual) / days for days in (1e-4, 5e-5)]
    assert left[1] < 0.6 * left[0]


def test_beta_is_correlation_times_the_ratio_of_volatilities_and_the_residual_what_it_leaves() -> None:
    view = mixed()
    vols = {"BTC": Volatility(0.49, "given"), "ETH": Volatility(0.676, "given")}
    found = held_exposures(view)
    listed = {
        (pair.coin, pair.other): pair
        for pair in pairs(found, vols, correlations(view.market, [item.coin for item in found]))
    }
    ether = listed["ETH", "BTC"]
    assert ether.beta == pytest.approx(0.85 * 0.676 / 0.49)
    assert ether.beta_usd == pytest.approx(ether.beta * -40.0 * 3_000.0)
    assert ether.residual_usd_per_day == pytest.approx(120_000.0 * 0.676 * (1 - 0.85**2) ** 0.5 / 365**0.5)
    whole = beta_delta(found, tuple(listed.values()), "BTC")
    assert whole == pytest.approx(found[0].delta_usd + ether.beta_usd)
    assert beta_delta(found, (), "BTC") is None


@pytest.mark.requirement("RSK-18")
def test_skew_kurtosis_var_and_shortfall_are_those_of_the_outcomes() -> None:
    outcomes = np.concatenate([np.full(95, 1.0), [-10.0, -20.0, -30.0, -40.0, -50.0]])
    found = tails(outcomes, "made up")
    assert (found.var_95, found.shortfall_95) == (10.0, 30.0)
    assert (found.var_99, found.shortfall_99) == (50.0, 50.0)
    normed = (outcomes - outcomes.mean()) / outcomes.std()
    assert found.skew == pytest.approx(float((normed**3).mean()))
    assert found.kurtosis == pytest.approx(float((normed**4).mean()))
    assert found.skew is not None
    assert found.skew < 0.0
    assert tails(np.ones(50), "flat").skew is None
    with pytest.raises(PricingError):
        tails(np.ones(5), "few")


def test_a_short_straddle_has_a_left_tail_and_a_linear_book_has_none() -> None:
    legs = [worlds.option("BTC", SPOT, right, days=10) for right in OptionType]
    quotes = [(leg, worlds.marked(leg, SPOT, 0.5)) for leg in legs]
    view = worlds.seen(worlds.book({"USD": 1e6}, *(worlds.held(leg, -5.0) for leg in legs)), worlds.market(quotes))
    found = book_tails(view, view.held, 24.0, {"BTC": Volatility(0.5, "given")})
    assert found is not None
    assert found.skew is not None
    assert found.kurtosis is not None
    assert found.skew < -1.0
    assert found.kurtosis > 4.0
    assert book_tails(view, view.held, 24.0, {}) is None


def test_a_coin_that_is_held_is_expected_to_gain_nothing_in_a_day() -> None:
    leg = worlds.perpetual()
    view = worlds.seen(
        worlds.book({"USD": 1e6}, worlds.held(leg, 1.0)), worlds.market([(leg, worlds.quoted(leg, SPOT))])
    )
    found = book_tails(view, view.held, 720.0, {"BTC": Volatility(1.0, "given")})
    assert found is not None
    # A drift that is not taken out of the lognormal would be half its variance, 4,100 USD.
    assert found.mean == pytest.approx(0.0, abs=100.0)


def test_the_tails_are_of_the_candles_where_the_market_has_enough() -> None:
    leg = worlds.perpetual()
    start = 1_700_000_000_000.0
    closes = SPOT * np.exp(np.cumsum(np.where(np.arange(400) % 50 == 49, -0.05, 0.001)))
    rows = tuple((start + 3.6e6 * n, c, c, c, c, 1.0) for n, c in enumerate(map(float, closes)))
    snapshot = worlds.market([(leg, worlds.quoted(leg, SPOT))], candles={leg.id: Candles(timeframe="1h", rows=rows)})
    view = worlds.seen(worlds.book({"USD": 1e6}, worlds.held(leg, 1.0)), snapshot)
    found = book_tails(view, view.held, 1.0, {})
    assert found is not None
    assert (found.outcomes, found.source) == (399, "candles, moves of 1 h")
    assert found.shortfall_99 == pytest.approx(SPOT * (1.0 - np.exp(-0.05)), rel=1e-9)


def test_every_contract_belongs_to_the_tenor_of_its_days() -> None:
    days = (1, 5, 20, 80, 170, 400)
    legs = [worlds.option("BTC", SPOT, OptionType.CALL, days=each) for each in days]
    hedge = worlds.perpetual()
    quotes = [(leg, worlds.marked(leg, SPOT, 0.5)) for leg in legs] + [(hedge, worlds.quoted(hedge, SPOT))]
    held = [worlds.held(leg, 1.0) for leg in (*legs, hedge)]
    view = worlds.seen(worlds.book({"USD": 1e6}, *held), worlds.market(quotes))
    assert set(exposure_slices(view)["tenor"]) == {
        "to 2 d", "to 7 d", "to 30 d", "to 90 d", "to 180 d", "over 180 d", "none"
    }  # fmt: skip
    assert timedelta(days=days[0]) < timedelta(days=2)
