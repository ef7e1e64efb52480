"""Only what is listed, alive and named as the leg names it."""

from oracle_core.guardrails.case import Case, CaseLeg
from oracle_core.guardrails.legs import leg_rail


def objection(case: Case, leg: CaseLeg) -> str | None:
    """Why the instrument of a leg may not be traded."""
    listed = leg.instrument
    if listed is None:
        return "no such instrument is listed"
    if listed.id != leg.id:
        return f"the leg was given the terms of `{listed.id}`"
    if listed.expired(case.now):
        return f"expired at `{listed.expiry}`"
    return None


RAIL = leg_rail("instrument", "every instrument is listed and alive", objection)
