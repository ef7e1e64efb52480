"""Expected against actual: the gap a day and what made it."""

import pytest

from oracle_core.simulation.shortfall import Pace, pace, shortfall


@pytest.mark.requirement("W16")
def test_fifty_a_day_expected_and_twenty_earned_is_short_by_sixty_per_cent_and_split() -> None:
    found = shortfall(Pace(50.0, -4.0, -6.0, 55.0), Pace(20.0, -9.0, -14.0, 40.0))
    assert (found.gap, found.share) == (30.0, pytest.approx(0.60))
    assert (found.fee, found.slippage, found.volatility, found.other) == (5.0, 8.0, 15.0, 2.0)
    assert found.fee + found.slippage + found.volatility + found.other == pytest.approx(found.gap)


def test_where_nothing_was_to_be_earned_there_is_no_share() -> None:
    assert shortfall(Pace(-5.0, 0.0, 0.0, 0.0), Pace(-8.0, -1.0, 0.0, 0.0)).share is None


@pytest.mark.parametrize(
    ("change", "missing"),
    [
        ({"schema": "oracle.other/1"}, "schema"),
        ({"pnl_usd": None}, "pnl_usd"),
        ({"to": "2026-01-01T00:00:00+00:00"}, "to"),
    ],
)
def test_what_is_no_result_is_refused_with_what_it_lacks(change: dict, missing: str) -> None:
    run = {
        "schema": "oracle.simulation/1", "from": "2026-01-01T00:00:00+00:00", "to": "2026-01-11T00:00:00+00:00",
        "pnl_usd": {"total": 500.0, "fees": -40.0, "spread": -50.0, "slippage": -10.0},
        "options_pnl_explained_usd": {"gamma": 900.0, "theta": -350.0},
    }  # fmt: skip
    assert pace(run) == Pace(50.0, -4.0, -6.0, 55.0)
    with pytest.raises(ValueError, match=missing):
        pace(run | change)
