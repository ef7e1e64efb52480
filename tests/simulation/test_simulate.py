"""A hedged straddle over candles: worked figures, accounts that close, and nothing from the future."""

from dataclasses import replace
from decimal import Decimal
from math import fsum

import numpy as np
import pytest

from oracle_core.domain.hedge import Leg
from oracle_core.errors import InputError
from oracle_core.simulation.bars import Bars
from oracle_core.simulation.document import document
from oracle_core.simulation.scenario import Funding, Structure, TradingCosts
from oracle_core.simulation.simulate import simulate
from tests.simulation.runs import FREE, START_MS, bars, never, perpetual_legs, random_walk, scenario, to_zero

HOUR_MS = 3_600_000
DEAR = TradingCosts(slippage_bps=2.0, slippage_of_range=0.05)
SETTLED = tuple((START_MS + n * 8 * HOUR_MS, 1e-6 * n * (-1) ** (n // 3)) for n in range(-30, 300))


@pytest.mark.requirement("SIM-37", "W15")
@pytest.mark.parametrize(
    ("move", "trend", "chop"), [(0.02, -675.0, -914.0), (0.0314, 61.0, -57.0), (0.04, 536.0, 826.0)]
)
def test_a_long_straddle_gains_by_the_size_of_the_days_and_not_by_their_direction(
    move: float, trend: float, chop: float
) -> None:
    upward = [60_000.0 * (1.0 + move) ** day for day in range(11)]
    back_and_forth = [60_000.0 * (1.0 + move * (day % 2)) for day in range(11)]
    totals = [simulate(scenario(), bars(path), to_zero).metrics.total for path in (upward, back_and_forth)]
    assert totals == pytest.approx([trend, chop], abs=0.5)


def test_a_short_straddle_earns_exactly_what_the_long_one_loses() -> None:
    path = random_walk(1, 300)
    long, short = (simulate(scenario(structure=side), path, to_zero).metrics.total for side in Structure)
    assert long == pytest.approx(-short, abs=1e-6)


@pytest.mark.requirement("RSK-18")
@pytest.mark.requirement("T36")
def test_the_tail_of_a_run_stands_in_its_metrics_beside_its_sharpe_ratio_and_neither_of_a_few_days() -> None:
    shown = document(simulate(scenario(structure=Structure.SHORT), random_walk(4, 24 * 26), to_zero))
    made, days = shown["metrics"], np.array([day["pnl_usd"] for day in shown["days"]])
    assert len(days) >= 26
    normed = (days - days.mean()) / days.std()
    assert made["daily_skew"] == pytest.approx(float((normed**3).mean()))
    assert made["daily_kurtosis"] == pytest.approx(float((normed**4).mean()))
    assert made["daily_cvar_95"] == made["daily_var_95"] == pytest.approx(-days.min())
    assert made["sharpe"] == pytest.approx(days.mean() / days.std(ddof=1) * 365**0.5)
    few = document(simulate(scenario(), random_walk(4, 24 * 10), to_zero))["metrics"]
    assert {few[name] for name in ("sharpe", "daily_kurtosis", "daily_var_95", "daily_cvar_95")} == {None}


@pytest.mark.requirement("SIM-19")
def test_hedging_at_a_volatility_that_is_realised_earns_nothing_on_average() -> None:
    plain = scenario(days_to_expiry=5.0, check_minutes=240)
    totals = [simulate(plain, random_walk(seed, 31, step_ms=4 * HOUR_MS), to_zero).metrics.total for seed in range(300)]
    error = float(np.std(totals, ddof=1)) / np.sqrt(len(totals))
    assert abs(float(np.mean(totals))) < 3.0 * error
    # Black's price of the straddle is about 3,360 USD, so the bound above says something.
    assert error < 60.0


@pytest.mark.requirement("SIM-22")
@pytest.mark.parametrize("side", list(Structure))
def test_the_parts_of_the_result_sum_to_the_change_of_equity(side: Structure) -> None:
    busy = scenario(structure=side, days_to_expiry=3.0, check_minutes=60, costs=DEAR, funding=Funding(history=SETTLED))
    result = simulate(busy, random_walk(2, 24 * 15), to_zero)
    assert len(result.expiries_ms) == 4
    assert all(part != 0.0 for part in result.split)
    assert result.split.total == pytest.approx(result.metrics.total, abs=1e-9)
    assert result.steps[-1].equity - busy.equity_usd == pytest.approx(result.split.total, abs=1e-9)
    assert fsum(day.pnl_usd for day in result.days) == pytest.approx(result.metrics.total, abs=1e-9)
    assert fsum(result.attribution) == pytest.approx(result.split.options, abs=1e-9)
    assert result.split.main_driver == max(result.split._asdict().items(), key=lambda part: abs(part[1]))[0]


@pytest.mark.requirement("SIM-44")
def test_the_steps_add_up_again_from_trades_and_fill_prices_alone() -> None:
    busy = scenario(days_to_expiry=40.0, check_minutes=120, costs=DEAR)
    result = simulate(busy, random_walk(3, 24 * 10), to_zero)
    last = result.steps[-1]
    bought = fsum(step.traded * step.fill_price for step in result.steps if step.fill_price is not None)
    held = fsum(step.traded for step in result.steps) * last.price
    opening = result.steps[0].option_value
    option_spread = 0.01 * opening  # half of the spread is a share of the mark
    hand = held - bought - last.fees + last.option_value - opening - option_spread
    assert result.metrics.total == pytest.approx(hand, abs=1e-6)
    for step in result.steps:
        assert step.equity == pytest.approx(step.cash + step.option_value, abs=1e-9)


def test_equity_at_every_bar_passes_through_the_steps() -> None:
    result = simulate(
        scenario(days_to_expiry=3.0, check_minutes=180, costs=DEAR, funding=Funding(constant=0.0001)),
        random_walk(4, 24 * 10), to_zero,
    )  # fmt: skip
    curve = dict(zip(result.curve.time_ms.tolist(), result.curve.equity.tolist(), strict=True))
    for step in result.steps:
        assert curve[step.time_ms] == pytest.approx(step.equity, abs=1e-6)
    assert result.metrics.max_drawdown >= -min(0.0, result.metrics.total)


@pytest.mark.requirement("SIM-10")
@pytest.mark.parametrize(("rate", "received"), [(0.0001, 30.0), (-0.0001, -30.0)])
def test_a_short_perpetual_receives_what_longs_pay_on_the_mark_of_that_moment(rate: float, received: float) -> None:
    # Closes at 07:00, 08:00, 09:00: the payment falls on 60,000, whatever follows.
    path = bars([50_000.0, 60_000.0, 90_000.0], HOUR_MS, START_MS + 6 * HOUR_MS)
    plain = scenario(check_minutes=60, funding=Funding(constant=rate), perpetual_step=Decimal("0.1"))
    once = iter([-5.0, 0.0])
    result = simulate(plain, path, lambda book, market: perpetual_legs(market, next(once)))
    assert [step.funding for step in result.steps] == pytest.approx([0.0, received, received], abs=1e-9)


def test_a_position_opened_at_the_moment_of_a_payment_has_no_part_in_it() -> None:
    path = bars([60_000.0] * 3, HOUR_MS, START_MS + 6 * HOUR_MS)
    late = iter([0.0, -5.0])
    plain = scenario(check_minutes=60, funding=Funding(constant=0.0001), perpetual_step=Decimal("0.1"))
    result = simulate(plain, path, lambda book, market: perpetual_legs(market, next(late)))
    assert result.split.funding == 0.0


def test_a_payment_in_a_gap_is_made_on_the_last_mark_before_it() -> None:
    path = bars([50_000.0, 90_000.0], 4 * HOUR_MS, START_MS + 2 * HOUR_MS)  # closes at 06:00 and 10:00
    plain = scenario(check_minutes=60, funding=Funding(constant=0.0001), perpetual_step=Decimal("0.1"))
    result = simulate(plain, path, lambda book, market: perpetual_legs(market, -5.0))
    assert result.split.funding == pytest.approx(25.0, abs=1e-9)


@pytest.mark.requirement("SIM-06")
@pytest.mark.requirement("SIM-08")
@pytest.mark.parametrize(("fee", "total"), [(0.0004, 140.0), (0.0008, 180.0)])
def test_a_hedge_of_100k_pays_its_fee_and_a_tenth_of_a_per_cent_of_slippage(fee: float, total: float) -> None:
    costs = replace(FREE, taker_fee=fee, slippage_bps=10.0)
    plain = scenario(costs=costs, perpetual_step=Decimal("0.1"))
    once = iter([2.0, 0.0])
    result = simulate(plain, bars([50_000.0] * 3), lambda book, market: perpetual_legs(market, next(once)))
    # Buying pays its fee on the price it got, a tenth of a per cent above the mark.
    assert result.split.slippage == pytest.approx(-100.0, abs=1e-9)
    assert result.split.fees == pytest.approx(-fee * 100_100.0, abs=1e-9)
    assert -result.split.total + result.split.options == pytest.approx(total, abs=0.1)


def test_slippage_grows_with_the_range_of_the_bar() -> None:
    calm, wild = bars([60_000.0] * 3), bars([60_000.0] * 3)
    wild = replace(wild, high=wild.high * 1.05, low=wild.low * 0.95)
    costs = replace(FREE, slippage_of_range=0.1)
    paid = [
        simulate(scenario(costs=costs), path, lambda book, market: perpetual_legs(market, 1.0)).split.slippage
        for path in (calm, wild)
    ]
    assert paid == pytest.approx([0.0, -2.0 * 0.1 * 0.1 * 60_000.0], abs=1e-6)


@pytest.mark.requirement("SIM-12")
def test_a_jump_of_ten_per_cent_is_hedged_after_it_at_the_new_price() -> None:
    result = simulate(scenario(), bars([60_000.0, 66_000.0, 66_000.0]), to_zero)
    assert result.steps[1].fill_price == pytest.approx(66_000.0)
    jump = result.steps[1].equity - result.steps[0].equity
    # The same straddle moves 1,288.35 at once (full revaluation); a day of its time costs 136.74, less after the jump.
    assert 1_288.35 - 136.75 < jump < 1_288.35


def test_at_expiry_the_straddle_pays_its_intrinsic_value_and_a_new_one_is_bought_at_the_money() -> None:
    result = simulate(scenario(days_to_expiry=2.0), bars([60_000.0, 61_000.0, 63_400.0, 63_400.0]), never)
    first, _, rolled, _ = result.steps
    assert rolled.option_value == pytest.approx(first.option_value * 63_000.0 / 60_000.0, rel=0.02)
    assert rolled.equity - 1_000_000.0 == pytest.approx(3_400.0 - first.option_value, abs=1e-9)


def test_the_desk_is_asked_again_wherever_a_straddle_expires() -> None:
    result = simulate(scenario(days_to_expiry=3.0, check_minutes=5 * 1_440), random_walk(9, 24 * 8), to_zero)
    asked = [(step.time_ms - result.steps[0].time_ms) // HOUR_MS for step in result.steps]
    assert asked == [0, 72, 120, 144, 24 * 8 - 1]
    assert all(abs(step.delta_after) < 1e-6 for step in result.steps[:-1])


def test_the_greeks_explain_the_options_up_to_a_small_residual() -> None:
    explained = simulate(scenario(check_minutes=60), random_walk(10, 24 * 15), never).attribution
    assert abs(explained.residual) < 0.1 * min(abs(explained.gamma), abs(explained.theta))


def test_nothing_is_bought_or_decided_at_the_last_bar() -> None:
    result = simulate(scenario(days_to_expiry=2.0), bars([60_000.0, 61_000.0, 62_000.0]), to_zero)
    last = result.steps[-1]
    assert (last.option_value, last.traded) == (0.0, 0.0)


@pytest.mark.requirement("SIM-05")
def test_bars_of_the_future_leave_every_earlier_step_unchanged() -> None:
    whole = random_walk(5, 24 * 12)
    seen = 24 * 7
    mixed = np.concatenate([np.arange(seen), np.random.default_rng(0).permutation(np.arange(seen, len(whole)))])
    other = Bars(start_ms=whole.start_ms, **{name: whole.column(name)[mixed] for name in _PRICES})
    busy = scenario(days_to_expiry=3.0, check_minutes=60, costs=DEAR, funding=Funding(history=SETTLED))
    one, two = (simulate(busy, path, to_zero).steps for path in (whole, other))
    assert one[:seen] == two[:seen]
    assert one[seen:] != two[seen:]


def test_the_desk_is_shown_nothing_younger_than_the_close_it_decides_on() -> None:
    shown: list[tuple[int, int]] = []
    quoted: list[float | None] = []

    def look(book: object, market: object) -> list[Leg]:
        at = round(market.as_of.timestamp() * 1_000)
        rates = next(iter(market.funding_history.values()))
        quotes = [round(quote.as_of.timestamp() * 1_000) for quote in market.quotes.values()]
        shown.append((at, max([ms for ms, _ in rates] + quotes)))
        quoted.append(next(quote.funding_rate for quote in market.quotes.values() if quote.funding_rate is not None))
        return []

    simulate(scenario(check_minutes=60, funding=Funding(history=SETTLED)), random_walk(6, 48), look)
    assert len(shown) == 47
    assert all(youngest <= at for at, youngest in shown)
    settled = [[rate for ms, rate in SETTLED if ms <= at][-1] for at, _ in shown]
    assert quoted == settled


@pytest.mark.requirement("SIM-02")
def test_candles_coarser_than_the_check_interval_are_warned_of_by_both_names() -> None:
    (said,) = simulate(scenario(check_minutes=60), bars([60_000.0] * 4), never).warnings
    assert "1 day" in said
    assert "1 hour" in said
    assert simulate(scenario(check_minutes=1_440), bars([60_000.0] * 4), never).warnings == ()


def test_missing_candles_and_missing_funding_are_reported() -> None:
    path = random_walk(7, 100)
    kept = np.delete(np.arange(100), [40, 41, 42])
    holed = Bars(start_ms=path.start_ms[kept], **{name: path.column(name)[kept] for name in _PRICES})
    short = Funding(history=SETTLED[:35])
    candles, funding = simulate(scenario(check_minutes=60, funding=short), holed, never).warnings
    assert "3 candles are missing in 1 gap " in candles
    assert "2026-01-02 16:00 UTC" in candles
    assert "4 of about 12 payments" in funding


@pytest.mark.parametrize(
    ("symbol", "contracts", "named"),
    [("BTC/USD:BTC", "1", "the perpetual paper BTC/USDT:USDT"), ("BTC/USDT:USDT", "0.0000001", "0.000001")],
)
def test_a_decision_to_trade_something_else_or_off_the_grid_is_refused(symbol: str, contracts: str, named: str) -> None:
    leg = Leg(venue="paper", symbol=symbol, contracts=Decimal(contracts), coins=1.0, notional_usd=0.0, price=0.0)
    with pytest.raises(InputError, match=named):
        simulate(scenario(), bars([60_000.0] * 3), lambda book, market: [leg])


@pytest.mark.requirement("SIM-32")
def test_every_result_says_what_it_assumes_and_what_flatters_it() -> None:
    assumed = simulate(scenario(), bars([60_000.0] * 3), never).assumptions
    assert any("Liquidation is ignored" in item.text and item.favours_strategy for item in assumed)
    assert any(not item.favours_strategy for item in assumed)


@pytest.mark.requirement("SIM-45")
def test_the_hedge_takes_most_of_the_daily_variance_away() -> None:
    metrics = simulate(scenario(check_minutes=60), random_walk(8, 24 * 20), to_zero).metrics
    assert metrics.variance_reduction is not None
    assert metrics.variance_reduction > 0.8
    assert metrics.realised_vol == pytest.approx(0.6, abs=0.1)


def test_progress_counts_the_checks_to_the_end() -> None:
    seen: list[tuple[int, int]] = []
    simulate(scenario(), bars([60_000.0] * 5), never, lambda done, total: seen.append((done, total)))
    assert seen == [(1, 5), (2, 5), (3, 5), (4, 5), (5, 5)]


@pytest.mark.requirement("SIM-01")
def test_a_real_month_of_minutes_gives_the_same_result_hash_twice(real_month: Bars) -> None:
    busy = scenario(
        structure=Structure.SHORT, days_to_expiry=14.0, check_minutes=60, costs=TradingCosts(),
        implied_vol=0.45, funding=Funding(constant=0.0001), perpetual_step=Decimal("0.001"),
    )  # fmt: skip
    one, two = (simulate(busy, real_month, to_zero) for _ in range(2))
    assert one.hash == two.hash
    assert one.split.total == pytest.approx(one.metrics.total, abs=1e-9)
    other = simulate(replace(busy, implied_vol=0.46), real_month, to_zero)
    assert other.hash != one.hash
    busier = simulate(busy, replace(real_month, volume=real_month.volume + 1.0), to_zero)
    assert busier.steps == one.steps
    assert busier.hash != one.hash


_PRICES = ("open", "high", "low", "close", "volume")
