"""Advice on the band from a day: too many dear hedges widen it, delta left outside tightens it."""

import pytest

from oracle_core.reports.parameters import Direction, Effort, refine


@pytest.mark.requirement("PST-08")
@pytest.mark.parametrize(
    ("effort", "direction", "said"),
    [
        (Effort(24, 2, 20, 90.0, 30.0), Direction.WIDEN, "20 hedges, cost took 75 % of what hedging was worth"),
        (Effort(24, 2, 20, 30.0, 90.0), Direction.KEEP, "cost took 25 %"),
        (Effort(24, 2, 3, 90.0, 30.0), Direction.KEEP, "3 hedges"),
        (Effort(24, 12, 1, 10.0, 90.0), Direction.TIGHTEN, "left outside its band in 50 % of cycles"),
        (Effort(24, 12, 0, 0.0, 0.0), Direction.TIGHTEN, "no hedge was paid for"),
        (Effort(24, 12, 1, 90.0, 10.0), Direction.KEEP, "cost took 90 %"),
        (Effort(3, 3, 0, 0.0, 0.0), Direction.KEEP, "3 cycles say too little"),
        (Effort(24, 0, 0, 0.0, 0.0), Direction.KEEP, "0 % of cycles"),
    ],
)
def test_the_direction_follows_trades_cost_and_time_outside(effort: Effort, direction: Direction, said: str) -> None:
    found = refine(effort)
    assert found.direction is direction
    assert said in found.reason
