"""What was traded of late, from the journal: the flow that a plan's limits count before it."""

import math
from datetime import datetime, timedelta

from oracle_core.domain.trading import RecentFlow
from oracle_core.journal.fills import fills
from oracle_core.journal.store import Journal

SENDING = "sending"
MINUTE, HOUR, DAY, WEEK = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1), timedelta(days=7)


def recent_flow(journal: Journal, now: datetime, *, working_usd: float | None = 0.0) -> RecentFlow:
    """Turnover of a day, orders of an hour and a minute, premium of a week, counted back from `now`.

    What stands later than `now` counts too: a market that goes back in time gives no room. The paper venue keeps
    no resting orders and charges no funding; what works elsewhere is handed in.
    """
    week = [(line.fill.filled_at, line) for line in fills(journal, since=now - WEEK)]
    day = [line for at, line in week if at > now - DAY]
    hour = {line.fill.client_id for at, line in week if at > now - HOUR}
    return RecentFlow(
        turnover_day_usd=math.fsum(line.notional_usd for line in day),
        working_usd=working_usd,
        trades_last_hour=len(hour),
        orders_last_minute=sum(1 for _ in journal.entries(SENDING, since=now - MINUTE)),
        premium_week_usd=math.fsum(line.premium_usd for _, line in week),
        funding_cost_week_usd=0.0,
    )
