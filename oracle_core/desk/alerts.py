"""What a person is told once: a trigger that begins to hold goes into the journal with its figures."""

from datetime import datetime

from oracle_core.domain.record import CycleRecord
from oracle_core.errors import RefusedError
from oracle_core.journal.store import Journal

ALERT = "alert"


def raise_alerts(journal: Journal, record: CycleRecord, at: datetime) -> None:
    """One entry for every trigger of a kept cycle that alerts and did not hold before; the same cycle adds none."""
    for item in record.recommendation.occasions.fired:
        if not (item.alert and item.new):
            continue
        once = f"{ALERT}:{record.cycle_id}:{item.key}"
        if journal.once(once) is not None:
            continue
        body = {
            "cycle_id": record.cycle_id, "as_of": record.as_of, "trigger": item.trigger, "coin": item.coin,
            "urgency": item.urgency, "reason": item.reason,
        }  # fmt: skip
        try:
            journal.append(ALERT, body, at, once=once)
        except RefusedError:  # another process keeps the same cycle
            continue
