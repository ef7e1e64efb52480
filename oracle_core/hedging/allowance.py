"""How much of its budget a strategy may add now: less while it is new, and where the market asks for less."""

from dataclasses import replace

from oracle_core.domain.moment import Since
from oracle_core.domain.occasion import Deployment, Level
from oracle_core.playbook.blend import Blend, Member
from oracle_core.playbook.persona import Persona

REDUCED = 0.5
"""The share of its budgets that a strategy adds where its deployment is reduced."""


def allowed_now(strategy: Blend, persona: Persona, since: Since, deployed: Deployment | None) -> Blend:
    """The strategy with the budgets it has now; reducing risk is never scaled, for no budget binds it.

    Where a strategy states no budget, its share of the persona's plan and premium limits is what is scaled.
    """
    pulled = REDUCED if deployed is not None and deployed.level is Level.REDUCED else 1.0
    members = tuple(_scaled(member, persona, pulled * _ramp(member, since)) for member in strategy.members)
    return strategy if members == strategy.members else replace(strategy, members=members)


def allowance_notes(strategy: Blend, since: Since) -> tuple[str, ...]:
    """Which strategies start small, and how far they are."""
    return tuple(
        f"{member.strategy.name} starts small: {100.0 * _ramp(member, since):.3g} % of its budgets after "
        f"{since.clean_days or 0} clean days of {ramp.days}"
        for member in strategy.members
        if (ramp := member.strategy.ramp) is not None and _ramp(member, since) < 1.0
    )


def _ramp(member: Member, since: Since) -> float:
    ramp = member.strategy.ramp
    return 1.0 if ramp is None else ramp.share(since.clean_days)


def _scaled(member: Member, persona: Persona, share: float) -> Member:
    if share >= 1.0:
        return member
    own = member.strategy.budget
    added = persona.plan_notional_pct_equity if own.added_notional_pct_equity is None else own.added_notional_pct_equity
    premium = persona.premium_week_bps_equity if own.premium_week_bps_equity is None else own.premium_week_bps_equity
    less = own.model_copy(
        update={"added_notional_pct_equity": share * added, "premium_week_bps_equity": share * premium}
    )
    return replace(member, strategy=member.strategy.model_copy(update={"budget": less}))
