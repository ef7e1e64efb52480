"""Quantities are on the contract grid, above its minimums, and the children of a leg add up to it."""

from decimal import Decimal

from oracle_core.domain.instrument import Instrument
from oracle_core.guardrails.case import Case, CaseLeg
from oracle_core.guardrails.legs import leg_rail


def objection(_case: Case, leg: CaseLeg) -> str | None:
    """Why a venue would not take the leg's quantities."""
    if leg.instrument is None:
        return "cannot check: the grid is unknown"
    if not leg.contracts.is_finite() or leg.contracts == 0:
        return f"`{leg.contracts}` contracts is not a trade"
    children = leg.children or (leg.contracts,)
    for child in children:
        if not child.is_finite() or child * leg.contracts <= 0:
            return f"child `{child}` does not trade the way of the leg, `{leg.contracts}`"
        if not leg.instrument.grid.holds(child):
            grid = leg.instrument.grid
            return f"`{child}` contracts is off the grid: steps of {grid.amount_step}, at least {grid.min_amount}"
    if sum(children) != leg.contracts:
        return f"children add up to `{sum(children)}`, not to `{leg.contracts}`"
    return _below_minimum_notional(leg, leg.instrument, min(children, key=abs))


def _below_minimum_notional(leg: CaseLeg, listed: Instrument, smallest: Decimal) -> str | None:
    least = listed.grid.min_notional
    if least is None:
        return None
    if leg.notional_usd is None:
        return "cannot check: the notional is unknown"
    value = abs(leg.notional_usd) * float(abs(smallest / leg.contracts))
    return None if value >= least else f"a child of {value:,.2f} USD is below the venue's minimum {least:,.2f}"


RAIL = leg_rail("grid", "every quantity is on its grid", objection)
