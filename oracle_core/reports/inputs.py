"""What a report is made of. Values only: the same inputs give the same bytes, on any machine, at any time."""

from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from oracle_core.domain.checks import aware, refuse
from oracle_core.domain.exposure import Outlook
from oracle_core.domain.limits import StateLimits
from oracle_core.domain.market import MarketSnapshot
from oracle_core.domain.plan import Approval, Fill
from oracle_core.domain.record import CycleRecord
from oracle_core.domain.trading import TradingState
from oracle_core.errors import InputError, fault


@dataclass(frozen=True, slots=True, kw_only=True)
class DayFill:
    """A fill of the day, the plan it belongs to, and the unsigned USD notional it stood for."""

    plan_hash: str
    fill: Fill
    notional_usd: float


@dataclass(frozen=True, slots=True, kw_only=True)
class DailyInputs:
    """The day of one account.

    as_of: the moment the report speaks of.  zone: IANA name; the day and every time shown are in it.
    records: the day's cycles, newest first.  current: the book as it stands.  market: what it was priced in.
    limits: the persona's, for the headroom.  rejected: ids of cycles that a person turned down.
    None is absent, and shown as absent.
    """

    as_of: datetime
    account: str
    trading_state: TradingState
    records: tuple[CycleRecord, ...] = ()
    current: Outlook | None = None
    market: MarketSnapshot | None = None
    limits: StateLimits | None = None
    fills: tuple[DayFill, ...] = ()
    approvals: tuple[Approval, ...] = ()
    rejected: frozenset[str] = frozenset()
    zone: str = "UTC"
    mode: str = "paper"

    def __post_init__(self) -> None:
        refuse(aware("report", as_of=self.as_of))
        time_zone(self.zone)

    @property
    def latest(self) -> CycleRecord | None:
        """The newest cycle of the day."""
        return self.records[0] if self.records else None

    @property
    def book(self) -> Outlook | None:
        """The book as it stands, else as the newest cycle found it."""
        if self.current is not None or self.latest is None:
            return self.current
        candidates = self.latest.recommendation.candidates
        return candidates[0].before if candidates else None

    @property
    def local(self) -> datetime:
        """`as_of` in the report's zone."""
        return self.as_of.astimezone(time_zone(self.zone))


def time_zone(name: str) -> tzinfo:
    """A zone by its IANA name.

    Raises: InputError: nothing of that name is known.
    """
    if name == "UTC":
        return UTC
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as e:
        raise InputError([fault("report", "zone", name, "an IANA time zone such as `Europe/Zurich`")]) from e
