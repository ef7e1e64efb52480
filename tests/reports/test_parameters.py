"""Advice on the band from a day: too many dear hedges widen it, delta left outside tightens it."""

from dataclasses import replace

import pytest

from oracle_core.domain.occasion import Fired, Occasions, Order, Urgency
from oracle_core.domain.record import CycleRecord
from oracle_core.reports.daily import daily
from oracle_core.reports.parameters import Direction, Effort, effort, refine
from tests.reports.days import day


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


def _looks(count: int, *, cost: float, outside: bool) -> tuple[CycleRecord, ...]:
    """Cycles of the example's day, each with a plan of its own that is expected to be worth 2.60 USD after its cost."""
    (base,) = day().records
    assert base.plan is not None
    band = Fired(trigger="delta_band", order=Order.BAND, urgency=Urgency.SOON, reason="left its band", coin="ETH")
    found = replace(base.recommendation, occasions=Occasions(fired=(band,) if outside else ()))
    names = [f"{number:012x}" for number in range(count)]
    return tuple(
        replace(base, cycle_id=name, recommendation=found, plan=replace(base.plan, cycle_id=name, cost_usd=cost))
        for name in names
    )


@pytest.mark.requirement("PST-08")
@pytest.mark.parametrize(
    ("trades", "cost", "outside", "said"),
    [
        (14, 9.0, False, "Widen the band, or lengthen the interval: 14 hedges, cost took 78 % of what hedging was"),
        (2, 0.1, True, "Tighten the band, or shorten the interval: 2 hedges, cost took 4 % of what hedging was"),
        (3, 9.0, False, "Keep the band: 3 hedges"),
    ],
)
def test_the_report_of_a_day_suggests_it_from_the_fills_and_looks_of_the_journal(
    trades: int, cost: float, outside: bool, said: str
) -> None:
    records, (fill,) = _looks(24, cost=cost, outside=outside), day().fills
    fills = tuple(replace(fill, plan_hash=record.plan.hash) for record in records[:trades] if record.plan)
    inputs = replace(day(), records=records, fills=fills)
    assert effort(inputs)[:3] == (24, 24 - trades if outside else 0, trades)
    assert said in daily(inputs).markdown
