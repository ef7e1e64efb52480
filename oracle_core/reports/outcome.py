"""What became of a recommendation: sent, approved, turned down, or left alone."""

from decimal import Decimal
from enum import StrEnum

from oracle_core.domain.record import CycleRecord
from oracle_core.reports.inputs import DailyInputs, DayFill


class Outcome(StrEnum):
    """From nothing to do up to done."""

    HOLD = "hold: nothing to send"
    STOPPED = "stopped by the guardrails"
    REJECTED = "rejected by a person"
    OPEN = "not approved"
    APPROVED = "approved, not filled"
    PARTLY = "partly filled"
    FILLED = "filled"


def outcome(inputs: DailyInputs, record: CycleRecord) -> Outcome:
    """What the approvals and fills of the day say of one cycle. Fills speak before anything else."""
    plan = record.plan
    if plan is not None and (done := fills_of(inputs, plan.hash)):
        whole = all(_filled(done, leg.venue, leg.symbol) == leg.contracts for leg in plan.legs)
        return Outcome.FILLED if whole else Outcome.PARTLY
    if record.cycle_id in inputs.rejected:
        return Outcome.REJECTED
    if plan is None:
        advice = record.recommendation
        sends = any(found.legs for found in map(advice.candidate, advice.chosen) if found is not None)
        return Outcome.STOPPED if sends else Outcome.HOLD
    approved = any(given.plan_hash == plan.hash for given in inputs.approvals)
    return Outcome.APPROVED if approved else Outcome.OPEN


def fills_of(inputs: DailyInputs, plan_hash: str) -> tuple[DayFill, ...]:
    """The fills of one plan."""
    return tuple(done for done in inputs.fills if done.plan_hash == plan_hash)


def _filled(done: tuple[DayFill, ...], venue: str, symbol: str) -> Decimal:
    return sum((item.fill.contracts for item in done if item.fill.id == (venue, symbol)), Decimal(0))
