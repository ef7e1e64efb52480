"""A report for programs: `oracle.report/1`, the same values with every digit."""

from collections.abc import Mapping

from oracle_core.domain.canonical import Json, to_json
from oracle_core.domain.limits import STATE_LIMITS
from oracle_core.domain.record import CycleRecord
from oracle_core.reports.advice import picked
from oracle_core.reports.book import advised, before, headroom, readings
from oracle_core.reports.inputs import DailyInputs
from oracle_core.reports.outcome import outcome
from oracle_core.reports.parameters import effort, refine

SCHEMA = "oracle.report/1"


def document(inputs: DailyInputs) -> dict[str, Json]:
    """The day. What is absent is null."""
    book = inputs.book
    return {
        "schema": SCHEMA, "report": "daily", "mode": inputs.mode, "disclaimer": "not financial advice",
        "as_of": to_json(inputs.as_of), "date": inputs.local.date().isoformat(), "zone": inputs.zone,
        "account": inputs.account, "trading_state": inputs.trading_state.value,
        "equity_usd": None if book is None else book.equity_usd,
        "exposures": None if book is None else {item.coin: to_json(item) for item in book.exposures},
        "stress": _stress(inputs),
        "recommendations": [_recommendation(inputs, record) for record in inputs.records],
        "costs": _costs(inputs), "parameters": to_json(refine(effort(inputs))), "limits": _limits(inputs),
        "indicators": None if inputs.market is None else to_json(readings(inputs)),
    }  # fmt: skip


def _stress(inputs: DailyInputs) -> Json:
    held, then = before(inputs), advised(inputs)
    if held is None:
        return None
    after: Mapping[str, Json] = (
        {} if then is None else {"after": to_json(then.stress), "worst_after": to_json(then.worst)}
    )
    return {"before": to_json(held.stress), "worst_before": to_json(held.worst), **after}


def _recommendation(inputs: DailyInputs, record: CycleRecord) -> Json:
    advice = record.recommendation
    return {
        "cycle_id": record.cycle_id, "as_of": to_json(record.as_of), "reason": record.reason,
        "strategy": advice.strategy, "persona": advice.persona, "advisor": to_json(advice.advisor),
        "chosen": [
            {"id": found.id, "label": found.label, "kind": found.kind.value, "scale": pick.scale,
             "style": pick.style.value, "legs": to_json(found.legs), "benefit": found.benefit}
            for pick, found in picked(record)
        ],
        "cost": to_json(advice.cost), "assumptions": list(advice.assumptions),
        "verdict": {"ruling": record.verdict.ruling.value, "scale": record.verdict.scale,
                    "binding": to_json(record.verdict.binding)},
        "plan": None if record.plan is None else {"hash": record.plan.hash, "legs": to_json(record.plan.legs),
                                                  "cost_usd": record.plan.cost_usd},
        "outcome": outcome(inputs, record).value,
    }  # fmt: skip


def _costs(inputs: DailyInputs) -> Json:
    fees: dict[str, float] = {}
    for done in inputs.fills:
        fees[done.fill.fee_currency] = fees.get(done.fill.fee_currency, 0.0) + done.fill.fee
    return {
        "fills": to_json(inputs.fills), "fees": to_json(fees),
        "notional_usd": sum(done.notional_usd for done in inputs.fills),
    }  # fmt: skip


def _limits(inputs: DailyInputs) -> Json:
    book, limits = inputs.book, inputs.limits
    if book is None or limits is None:
        return None
    found: dict[str, Json] = {}
    for name in STATE_LIMITS:
        value, bound = book.measures.value(name), float(getattr(limits, name))
        room = None if value is None else headroom(name, value, bound)
        found[name] = {"value": value, "bound": bound, "headroom_pct": room}
    return {"state": found, "unknown": list(book.measures.unknown)}
