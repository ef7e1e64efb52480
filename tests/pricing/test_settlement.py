"""The settlement window: delta, gamma, theta and stress of an option whose average is partly fixed."""

from datetime import timedelta

import numpy as np
import pytest
import worlds

from oracle_core.domain.instrument import Instrument, OptionType
from oracle_core.domain.portfolio import Numeraire
from oracle_core.maths.black import black_core
from oracle_core.pricing.contracts import ContractTable, contract_table, stress_table
from oracle_core.pricing.inputs import PricingInputs
from oracle_core.pricing.settlement import WINDOW_YEARS, settlement_window
from oracle_core.risk.exposures import held_exposures

MINUTE = 1.0 / 525_600.0


def table(listed: Instrument, minutes: float, forward: float = 100_000.0) -> ContractTable:
    return contract_table([listed], [PricingInputs(index=forward, price=forward, years=minutes * MINUTE, vol=0.6)])


def test_at_a_quarter_to_eight_half_of_the_delta_is_left_and_ten_need_a_hedge_of_five() -> None:
    deep = worlds.option("BTC", 50_000.0, OptionType.CALL, days=15.0 / 1_440.0)
    view = worlds.seen(
        worlds.book({"USD": 1e6}, worlds.held(deep, 10.0)), worlds.market([(deep, worlds.marked(deep, 100_000.0, 0.6))])
    )
    assert held_exposures(view)[0].net_delta == pytest.approx(5.0, abs=1e-12)


@pytest.mark.parametrize(("minutes", "share"), [(45.0, 1.0), (30.0, 1.0), (20.0, 2 / 3), (15.0, 0.5), (0.0, 0.0)])
def test_delta_decays_with_the_share_of_the_average_that_is_left(minutes: float, share: float) -> None:
    found = settlement_window(np.array([minutes * MINUTE]))
    assert found.moving[0] == pytest.approx(share)
    left = minutes * MINUTE if minutes >= 30.0 else WINDOW_YEARS * share**3 / 3.0
    assert found.years[0] == pytest.approx(left)


@pytest.mark.parametrize("linear", [True, False])
def test_the_greeks_in_the_window_are_slopes_of_the_value_in_the_window(linear: bool) -> None:
    listed = worlds.option("BTC", 100_100.0, OptionType.CALL, days=15.0 / 1_440.0, linear=linear)

    def coins(price: float, minutes: float) -> float:
        """Value at a price, once the first half of the average stands at 100,000."""
        share = minutes / 30.0
        mean = 100_000.0 + 0.5 * (price - 100_000.0)
        found = black_core(mean, 100_100.0, WINDOW_YEARS * share**3 / 3.0, 0.6, sign=1.0)
        return float(found.price) / (1.0 if linear else mean)

    one, step = table(listed, 15.0), 0.5
    slope = (coins(100_000.0 + step, 15.0) - coins(100_000.0 - step, 15.0)) / (2.0 * step)
    assert one.net_transaction_delta[0] == pytest.approx(slope * (1.0 if linear else 100_000.0), rel=1e-5)
    if linear:
        bend = (coins(100_000.0 + step, 15.0) - 2.0 * coins(100_000.0, 15.0) + coins(100_000.0 - step, 15.0)) / step**2
        assert one.gamma[0] == pytest.approx(bend, rel=1e-4)
        decay = (coins(100_000.0, 14.99) - coins(100_000.0, 15.01)) / (0.02 * MINUTE)
        assert one.theta[0] == pytest.approx(decay, rel=1e-4)


def test_stress_in_the_window_moves_only_what_is_not_yet_fixed() -> None:
    deep = worlds.option("BTC", 50_000.0, OptionType.CALL, days=15.0 / 1_440.0)
    grid = stress_table(table(deep, 15.0), Numeraire.USD, (-0.1, 0.1), (1.0,))
    assert grid[0, :, 0] == pytest.approx([-5_000.0, 5_000.0], abs=1e-6)


def test_half_an_hour_before_and_earlier_nothing_changes() -> None:
    listed = worlds.option("BTC", 100_000.0, OptionType.PUT, days=1.0)
    found = table(listed, timedelta(days=1) / timedelta(minutes=1))
    core = black_core(100_000.0, 100_000.0, 1.0 / 365.0, 0.6, sign=-1.0)
    assert (found.delta[0], found.gamma[0], found.theta[0]) == (core.delta, core.gamma, core.theta)
