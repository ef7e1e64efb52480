"""The heat index: one number from 0 to 100 for how near a book is to its limits."""

from typing import NamedTuple

from oracle_core.domain.limits import FLOORS, STATE_LIMITS, StateLimits, StateMeasures


class Heat(NamedTuple):
    """heat: 100 times the largest share of a state limit that is used, at most 100.  led_by: that limit.

    used: the share of each limit, above 1 where it is breached; a limit whose measure is unknown or unbound is absent.
    """

    heat: float
    led_by: str | None
    used: dict[str, float]


def heat_index(measures: StateMeasures, limits: StateLimits) -> Heat:
    """A ceiling uses value / limit, a floor limit / value; a ceiling of 0 counts as used up by anything above it."""
    used = {
        name: _used(name, value, float(getattr(limits, name)))
        for name in STATE_LIMITS
        if (value := measures.value(name)) is not None
    }
    led_by = max(used, key=lambda name: used[name], default=None)
    return Heat(0.0 if led_by is None else 100.0 * min(used[led_by], 1.0), led_by, used)


def _used(name: str, value: float, limit: float) -> float:
    top, bottom = (limit, value) if name in FLOORS else (value, limit)
    if bottom > 0.0:
        return top / bottom
    return 0.0 if top <= 0.0 else 1e9
