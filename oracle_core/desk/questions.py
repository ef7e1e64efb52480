"""What the questions of a desk need: why, what waiting costs, what changed, convexity, calendar, prices, alerts."""

from typing import Annotated, Literal

from pydantic import Field

from oracle_core.desk.requests import BookRequest, DecisionRequest, RiskRequest
from oracle_core.strict_json import StrictModel


class WhyRequest(StrictModel):
    """A stored cycle or candidate, and what is asked about it."""

    subject: str
    about: Literal["now", "venue", "style", "risk"] = "now"


class WaitRequest(DecisionRequest):
    """What doing nothing costs over `hours`, beside the strategy's own horizon."""

    hours: Annotated[float, Field(ge=1.0, le=8_760.0)] = 24.0


class ChangesRequest(BookRequest):
    """What changed in `hours`: the newest stored cycle, or the book and market named, against an earlier cycle."""

    hours: Annotated[float, Field(gt=0.0, le=87_600.0)] = 24.0
    since: str | None = None
    """The cycle to compare with; else the newest that is old enough."""


class ConvexityRequest(BookRequest):
    """Which side of convexity each coin is on; only one coin where it is named."""

    coin: str | None = None


class CalendarRequest(BookRequest):
    """What expires, when funding is next, and which events are ahead."""


class PricesRequest(BookRequest):
    """Index and quotes of the book's coins; only one coin where it is named."""

    coin: str | None = None


class AlertsRequest(RiskRequest):
    """What needs attention now, against a persona's limits."""
