"""The only reader of the time."""

from collections.abc import Callable
from datetime import UTC, datetime
from time import monotonic

Clock = Callable[[], datetime]

_STARTED = monotonic()


def system_clock() -> datetime:
    """Now, aware, in UTC."""
    return datetime.now(UTC)


def seconds_running() -> float:
    """Seconds since this module was loaded: how much of a command's deadline is gone."""
    return monotonic() - _STARTED
