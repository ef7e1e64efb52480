"""Settings of the playbook around scheduled events."""

from typing import Annotated

from pydantic import Field

from oracle_core.playbook.params.section import Section


class EventParams(Section):
    """When a base position is opened before an event, and closed after it, in hours from the event.

    Long convexity is entered before; short convexity is reduced. `exit_within_hours` ends the exit, counted from its
    start: a later close is no matter of the event.
    """

    enter_hours_before: Annotated[float, Field(gt=0.0, le=720.0)] = 24.0
    exit_hours_after: Annotated[float, Field(ge=0.0, le=720.0)] = 4.0
    exit_within_hours: Annotated[float, Field(gt=0.0, le=720.0)] = 48.0

    def sentence(self) -> str:
        return (
            f"Around events: open long convexity, or reduce short convexity, from {self.enter_hours_before:g} hours "
            f"before, and close what was opened for it from {self.exit_hours_after:g} hours after, for "
            f"{self.exit_within_hours:g} hours."
        )
