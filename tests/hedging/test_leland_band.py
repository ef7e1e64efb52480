"""The band of Leland's rule: as wide as delta moves in one interval, and refused where no interval pays."""

import math

import numpy as np
import pytest
import worlds

from oracle_core.errors import InputError
from oracle_core.hedging.bands import band
from oracle_core.hedging.candidates import propose
from oracle_core.maths.bands import leland_volatility
from oracle_core.playbook.band import Band, BandKind, Rehedge, Unit
from oracle_core.playbook.load import load_strategy
from oracle_core.playbook.strategy import Strategy, Triggers
from tests.hedging import past
from tests.hedging.test_triggers import market, straddle

LELAND = Band(kind=BandKind.LELAND, unit=Unit.COIN, scale=1.0, rehedge_to=Rehedge.TARGET)
YEAR_MINUTES = 525_600.0


def rule(minutes: int):
    return worlds.rules(band=LELAND, triggers=Triggers(interval_minutes=minutes))


@pytest.mark.requirement("HED-07")
@pytest.mark.parametrize("side", [1.0, -1.0])
def test_a_leland_band_is_the_move_of_delta_in_one_interval_at_lelands_volatility(side: float) -> None:
    portfolio, pairs = straddle(10.0 * side)
    case = past.facing(portfolio, market(100_000.0, *pairs), rule(240))
    gamma = case.hold.exposures[0].gamma_1pct_usd / (0.01 * 100_000.0**2)
    vol = leland_volatility(0.5, 240 / YEAR_MINUTES, round_trip_cost=2e-4, position=side)
    wanted = abs(gamma) * 100_000.0 * float(vol) * math.sqrt(240 / YEAR_MINUTES)
    assert band(case, "BTC", 1e-4).half_width == pytest.approx(wanted, rel=1e-9)


def test_a_delta_without_drift_leaves_it_after_one_interval_on_average() -> None:
    draw = np.random.default_rng(5)
    steps = 400
    walk = np.cumsum(draw.standard_normal((4_000, 8 * steps)) / math.sqrt(steps), axis=1)
    outside = np.abs(walk) >= 1.0
    first = np.where(outside.any(axis=1), outside.argmax(axis=1), 8 * steps) / steps
    assert first.mean() == pytest.approx(1.0, abs=0.08)


def test_where_no_interval_pays_the_instrument_is_left_out_with_its_leland_number() -> None:
    portfolio, pairs = straddle(10.0)
    case = past.facing(portfolio, market(100_000.0, *pairs), rule(1))
    found = propose(case)
    assert any("Leland number" in reason for reason in found.left_out.values())
    assert past.facing(portfolio, market(100_000.0, *pairs), rule(1)).occasions.fired == ()


def test_a_leland_band_without_an_interval_is_refused_by_name() -> None:
    shipped = load_strategy("delta_neutral").value.model_dump(by_alias=True)
    with pytest.raises((InputError, ValueError), match="consistent"):
        Strategy.model_validate({**shipped, "band": LELAND, "triggers": Triggers()})
