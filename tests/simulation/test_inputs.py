"""Candles and scenarios that are refused, with every fault named; figures of short series by hand."""

from dataclasses import replace

import numpy as np
import pytest

from oracle_core.errors import InputError
from oracle_core.simulation.metrics import daily, max_drawdown
from oracle_core.simulation.scenario import Funding, TradingCosts
from tests.simulation.runs import DAY_MS, START_MS, bars, scenario

HOUR_MS = 3_600_000


@pytest.mark.parametrize(
    ("column", "value"), [("close", float("nan")), ("high", float("inf")), ("open", 0.0), ("volume", -1.0)]
)
def test_a_value_that_is_no_price_is_refused_with_column_and_row(column: str, value: float) -> None:
    sound = bars([60_000.0] * 4)
    wrong = sound.column(column).copy()
    wrong[2] = value
    with pytest.raises(InputError, match=rf"{column}\[2\]"):
        replace(sound, **{column: wrong})


def test_candles_out_of_order_or_of_unequal_lengths_are_refused() -> None:
    sound = bars([60_000.0] * 4)
    with pytest.raises(InputError, match=r"timestamp\[3\].*2026-01-01"):
        replace(sound, start_ms=sound.start_ms[[0, 1, 2, 0]])
    with pytest.raises(InputError, match="volume"):
        replace(sound, volume=sound.volume[:3].copy())
    with pytest.raises(InputError, match="at least two bars"):
        bars([60_000.0])


def test_a_close_outside_its_own_range_is_refused() -> None:
    sound = bars([60_000.0, 61_000.0, 62_000.0])
    for changed in ({"low": sound.low + 0.5 * (sound.high - sound.low)}, {"high": sound.high - 1.0}):
        with pytest.raises(InputError, match="open and close between low and high"):
            replace(sound, **changed)


def test_every_fault_of_a_scenario_is_named_at_once() -> None:
    with pytest.raises(InputError) as caught:
        scenario(implied_vol=float("nan"), contracts=-1.0, coin="BTC/USD")
    assert [item.field for item in caught.value.faults] == ["contracts", "implied_vol", "coin"]


@pytest.mark.parametrize("costs", [{"half_spread_bps": -1.0}, {"taker_fee": float("inf")}, {"option_half_spread": 1.0}])
def test_costs_that_pay_the_trader_or_are_no_numbers_are_refused(costs: dict[str, float]) -> None:
    with pytest.raises(InputError, match=next(iter(costs))):
        TradingCosts(**costs)


@pytest.mark.requirement("SIM-07")
def test_a_fee_may_be_a_rebate() -> None:
    assert TradingCosts(taker_fee=-0.00005).taker_fee == -0.00005


def test_funding_is_either_a_history_in_order_or_one_rate() -> None:
    with pytest.raises(InputError, match="rising times"):
        Funding(history=((2, 0.0), (1, 0.0)))
    with pytest.raises(InputError, match="where a history is given"):
        Funding(history=((1, 0.0),), constant=0.0001)


def test_a_constant_rate_is_paid_at_whole_intervals_from_midnight() -> None:
    times, rates = Funding(constant=0.0001).payments(START_MS, START_MS + DAY_MS)
    assert ((times - START_MS) // HOUR_MS).tolist() == [8, 16, 24]
    assert rates.tolist() == [0.0001] * 3


def test_a_history_is_paid_after_the_start_and_up_to_the_end() -> None:
    history = tuple((START_MS + n * HOUR_MS, float(n)) for n in range(6))
    times, rates = Funding(history=history).payments(START_MS + HOUR_MS, START_MS + 3 * HOUR_MS)
    assert rates.tolist() == [2.0, 3.0]
    assert times.tolist() == [START_MS + 2 * HOUR_MS, START_MS + 3 * HOUR_MS]


def test_midnight_closes_the_day_before_it() -> None:
    times = START_MS + HOUR_MS * np.array([12, 24, 36, 48], dtype=np.int64)
    days = daily(times, np.array([101.0, 103.0, 100.0, 110.0]), start=100.0)
    assert [(day.date, day.pnl_usd) for day in days] == [("2026-01-01", 3.0), ("2026-01-02", 7.0)]


def test_the_first_fall_counts_from_what_the_desk_began_with() -> None:
    assert max_drawdown(np.array([90.0, 95.0]), start=100.0) == 10.0
