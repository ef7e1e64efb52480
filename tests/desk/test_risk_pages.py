"""Margin and stress as a desk asks for them: both ways of margining a leg, shares of venues, a gap by revaluation."""

from math import erf, log, sqrt
from pathlib import Path

import pytest

from oracle_core.console.render.page import render

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
COINS = {"book": EXAMPLES / "three-coins.book.json", "market": EXAMPLES / "three-coins.market.json"}
LIFE, VOL = 20.0 / 365.0, 0.42
"""Of the example's straddle: from 7 to 27 November 2026, 08:00."""


def straddle(price: float, vol: float) -> float:
    """A call and a put of 1,800 on ether, and nothing of the engine's."""
    wide = vol * sqrt(LIFE)
    first = log(price / 1_800.0) / wide + 0.5 * wide
    call = price * _normal(first) - 1_800.0 * _normal(first - wide)
    return 2.0 * call - price + 1_800.0


def _normal(x: float) -> float:
    return 0.5 * (1.0 + erf(x / sqrt(2.0)))


@pytest.mark.requirement("RSK-11")
@pytest.mark.parametrize("spot_pct", [-30.0, -25.0, -10.0, -5.0, 5.0, 10.0, 25.0, 30.0])
def test_the_row_of_a_gap_has_the_pnl_with_a_shock_of_volatility_and_the_delta_of_full_revaluation(
    ask, spot_pct: float
) -> None:
    (shown,) = ask("stress", days=(0.0,))["over_time"]
    at = 1_900.0 * (1.0 + spot_pct / 100.0)
    hedge = 0.9549 * (at - 1_900.0)
    cells = {(cell["spot_pct"], cell["vol_factor"]): cell["pnl_usd"] for cell in shown["cells"]}
    for factor in (0.75, 1.0, 1.5):
        made = -10.0 * (straddle(at, factor * VOL) - straddle(1_900.0, VOL)) + hedge
        assert cells[spot_pct, factor] == pytest.approx(made, abs=1e-6)
    (row,) = [row for row in shown["delta_after"]["ETH"] if row["spot_pct"] == spot_pct]
    slope = -10.0 * (straddle(at + 0.01, VOL) - straddle(at - 0.01, VOL)) / 0.02 + 0.9549
    assert row["coins"] == pytest.approx(slope, abs=1e-4)


@pytest.mark.requirement("RSK-09")
def test_the_margin_page_shows_return_and_distance_of_a_leg_in_its_pool_and_alone(ask) -> None:
    shown = ask("margin", **COINS)
    legs = {leg["symbol"]: leg for leg in shown["legs"]}
    assert {"ETH/USDT:USDT", "SOL/USDT:USDT"} <= set(legs)
    for leg in legs.values():
        pool = next(item for item in shown["pools"] if item["pool"] == leg["pool"])
        assert leg["cross_roe_pct"] == pytest.approx(100.0 * leg["pnl_usd"] / pool["equity_usd"])
        assert leg["isolated_roe_pct"] == pytest.approx(100.0 * leg["pnl_usd"] / leg["isolated_equity_usd"])
        assert leg["cross_distance_pct"] == pool["liquidation_distance_pct"]
        assert abs(leg["isolated_roe_pct"]) >= abs(leg["cross_roe_pct"])
    page = render(shown, 100)
    head = next(line for line in page.splitlines() if "ROE pool" in line)
    assert head.split() == ["P&L", "ROE", "pool", "distance", "alone:", "leverage", "ROE", "distance", "survives"]


@pytest.mark.requirement("RSK-16")
def test_the_margin_page_lists_each_venue_s_share_of_equity_and_a_plan_beyond_the_cap_is_refused(
    ask,
) -> None:
    shown = ask("margin", **COINS, persona="cautious")
    shares, equity = shown["venue_share_pct"], {pool["venue"]: pool["equity_usd"] for pool in shown["pools"]}
    assert shares == {venue: pytest.approx(100.0 * held / sum(equity.values())) for venue, held in equity.items()}
    assert shown["limits"]["venue_share_pct_max"] == 40.0
    crowded = max(shares, key=lambda venue: shares[venue])
    assert shares[crowded] > 40.0
    told = ask("candidates", **COINS, strategy="funding_carry", persona="cautious")["candidates"]
    opening = [item for item in told if item["kind"] == "carry_open" and crowded in str(item["legs"])]
    assert opening
    assert all(any("venue_share_pct_max" in reason for reason in item["reasons"]) for item in opening)
