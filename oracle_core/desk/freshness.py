"""Whether a stored cycle still speaks of the present: a newer one is stored, or the market has moved on in time."""

from oracle_core.desk.desk import Desk
from oracle_core.desk.requests import BookRequest
from oracle_core.errors import OracleError
from oracle_core.journal.cycles import CycleLine, cycles


def staleness(desk: Desk, cycle: str, asked: BookRequest) -> str:
    """Why a cycle is stale, in words; empty where it is the newest and its quotes are as new as the market's."""
    if not desk.journal_path.is_file():
        return ""
    lines = list(cycles(desk.journal))
    mine = next((line for line in lines if line.cycle_id.startswith(cycle)), None)
    if mine is None:
        return ""
    newest = max(reversed(lines), key=lambda line: line.as_of)
    reasons = [*_newer(mine, newest), *_moved_on(desk, mine, asked)]
    if not reasons:
        return ""
    stale = f"cycle {mine.cycle_id} is stale, of {mine.as_of:%Y-%m-%d %H:%M} UTC"
    return f"{stale}: {'; '.join(reasons)}; `advise` looks again"


def _newer(mine: CycleLine, newest: CycleLine) -> list[str]:
    return [f"cycle {newest.cycle_id} is newer"] if newest.as_of > mine.as_of else []


def _moved_on(desk: Desk, mine: CycleLine, asked: BookRequest) -> list[str]:
    try:
        now = desk.sources(asked).market.as_of
    except OracleError:  # a market that cannot be read says nothing of the cycle; the answer says what is wrong with it
        return []
    if now - mine.as_of <= desk.rules.approval_ttl:
        return []
    return [f"the market is of {now:%Y-%m-%d %H:%M} UTC"]
