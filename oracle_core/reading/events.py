"""What the calendar holds for a coin, and whether it is near enough for caution."""

from datetime import timedelta
from typing import Final, NamedTuple

from oracle_core.domain.market import Event, MarketSnapshot

CAUTION_HOURS: Final = 24.0
AFTERMATH_HOURS: Final = 1.0
"""So long after it an event still moves volatility."""


class Ahead(NamedTuple):
    """An event and the hours until it; below 0 it has just been."""

    event: Event
    hours: float

    @property
    def said(self) -> str:
        """The event and when, in words."""
        when = f"in {self.hours:.1f} h" if self.hours >= 0.0 else f"{-self.hours:.1f} h ago"
        return f"{self.event.name} {when}"


def events_ahead(
    market: MarketSnapshot, coin: str, hours: float = CAUTION_HOURS, after: float = AFTERMATH_HOURS
) -> tuple[Ahead, ...]:
    """The events of a coin from an hour ago until some hours ahead, soonest first: any of them asks for caution."""
    found = [
        Ahead(event, (event.at - market.as_of) / timedelta(hours=1))
        for event in market.events
        if not event.underlyings or coin in event.underlyings
    ]
    near = [item for item in found if -after <= item.hours <= hours]
    return tuple(sorted(near, key=lambda item: (item.hours, item.event.name)))
