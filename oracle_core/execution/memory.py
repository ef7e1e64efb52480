"""The paper venue's memory: its book is the journal."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from oracle_core.domain.instrument import InstrumentId
from oracle_core.domain.trading import OrderReport
from oracle_core.execution.records import recorded_report
from oracle_core.journal.fills import fills
from oracle_core.journal.store import Journal


@dataclass(frozen=True, slots=True)
class JournalMemory:
    """What a paper venue remembers of its orders and of the depth that they took."""

    journal: Journal

    def report(self, client_id: str) -> OrderReport | None:
        """What became of an order, when it is recorded."""
        return recorded_report(self.journal, client_id)

    def taken(self, key: InstrumentId, client_id: str, since: datetime, *, buys: bool) -> float:
        """Contracts that other orders took from one side since a quote was shown."""
        lines = (line.fill for line in fills(self.journal, since=since))
        found = [
            fill.contracts
            for fill in lines
            if fill.id == key
            and fill.client_id != client_id
            and fill.filled_at >= since
            and (fill.contracts > 0) is buys
        ]
        return float(abs(sum(found, Decimal(0))))
