"""Every leg rests on a quote that is fresh, sound and not crossed."""

from oracle_core.guardrails.case import Case, CaseLeg
from oracle_core.guardrails.legs import leg_rail


def objection(case: Case, leg: CaseLeg) -> str | None:
    """Why the quote of a leg may not be relied on. Age is counted here again, on the case's own clock."""
    if leg.quote is None:
        return f"no quote ({leg.quote_problem or 'missing'})"
    if leg.quote.id != leg.id:
        return f"the quote is of `{leg.quote.id}`"
    age, oldest = case.now - leg.quote.as_of, case.desk.quote_max_age
    if age > oldest:
        return f"`quote_max_age`: the quote is {age.total_seconds():,.1f} s old, above {oldest.total_seconds():,.1f} s"
    if -age > oldest:
        return f"`quote_max_age`: the quote is {-age.total_seconds():,.1f} s in the future"
    return leg.quote_problem or leg.quote.defect()


RAIL = leg_rail("quote", "every quote is fresh and sound", objection, limits=("quote_max_age",))
