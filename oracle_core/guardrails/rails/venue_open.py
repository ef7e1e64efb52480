"""Nothing is sent to a venue that is halted, in maintenance, or whose status is unknown."""

from oracle_core.domain.market import VenueStatus
from oracle_core.guardrails.case import Case, CaseLeg
from oracle_core.guardrails.legs import leg_rail


def objection(_case: Case, leg: CaseLeg) -> str | None:
    """Why the venue of a leg takes no orders."""
    if leg.venue_status is None:
        return "cannot check: the status of the venue is unknown"
    return None if leg.venue_status is VenueStatus.OK else f"the venue is in `{leg.venue_status}`"


RAIL = leg_rail("venue_open", "every venue is open", objection)
