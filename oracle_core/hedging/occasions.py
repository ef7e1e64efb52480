"""What the calendar says of a coin: whether a position is opened before an event, or closed after it.

Long convexity enters before what moves volatility, and short convexity gives way to it.
"""

from datetime import datetime, timedelta
from typing import NamedTuple

from oracle_core.domain.market import Event
from oracle_core.hedging.situation import Situation
from oracle_core.playbook.params.events import EventParams


class Entry(NamedTuple):
    """Whether now is the time before an event, and which event in words."""

    open: bool
    text: str
    at: datetime | None


def entry(case: Situation, coin: str, rules: EventParams) -> Entry:
    """The next event of a coin: entered from `enter_hours_before` on, until it happens."""
    now = case.view.market.as_of
    ahead = sorted((event for event in _of(case, coin) if event.at > now), key=lambda event: (event.at, event.name))
    if not ahead:
        return Entry(False, "no event ahead in the calendar", None)
    event, hours = ahead[0], (ahead[0].at - now) / timedelta(hours=1)
    said = f"{event.name} in {hours:.4g} h, entered from {rules.enter_hours_before:g} h before"
    return Entry(hours <= rules.enter_hours_before, said, event.at)


def exit_note(case: Situation, coin: str, opened_at: datetime | None, rules: EventParams) -> str | None:
    """Which event a position was opened for and that is over; None while none is, or once its exit has lapsed.

    A position whose opening is not known counts as opened for the event.
    """
    now = case.view.market.as_of
    before, after = timedelta(hours=rules.enter_hours_before), timedelta(hours=rules.exit_hours_after)
    for event in sorted(_of(case, coin), key=lambda found: (found.at, found.name), reverse=True):
        started = event.at + after
        for_it = opened_at is None or event.at - before <= opened_at <= event.at
        if for_it and started <= now <= started + timedelta(hours=rules.exit_within_hours):
            hours = (now - event.at) / timedelta(hours=1)
            return f"{event.name} was {hours:.4g} h ago, exited from {rules.exit_hours_after:g} h after"
    return None


def _of(case: Situation, coin: str) -> list[Event]:
    """The events that concern a coin; one that names no coin concerns all."""
    return [event for event in case.view.market.events if not event.underlyings or coin in event.underlyings]
