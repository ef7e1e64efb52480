"""Carry: what legs earn or pay for being held, from funding, borrow and the basis of dated futures."""

from collections.abc import Callable, Mapping

import numpy as np

from oracle_core.domain.instrument import Kind
from oracle_core.domain.market import Quote
from oracle_core.hedging.situation import Situation
from oracle_core.pricing.carry import expected_funding, expected_roll, hourly_funding, mean_hourly_funding
from oracle_core.pricing.contracts import Floats
from oracle_core.risk.view import BookView
from oracle_core.risk.volatility import HOURS_A_YEAR

LONGEST_HOURS = 8_760.0
"""A cost that a year of income does not earn back is not earned back."""


def carry(case: Situation, contracts: Floats) -> float | None:
    """Expected funding, borrow and roll over the horizon: income after the persona's haircut, payments in full.

    Returns: USD, + received; None when nothing that is held has a quoted rate.
    """
    held = {row: float(contracts[row]) for row in _carrying_rows(case, contracts)}
    parts = [kept(case, row, amount, case.hours) for row, amount in held.items()]
    known = [part for part in parts if part is not None]
    return None if parts and not known else sum(known)


def kept(case: Situation, row: int, contracts: float, hours: float) -> float | None:
    """USD that signed contracts of a row bring over some hours, as the objective counts it."""
    expected = leg_carry(case.view, row, contracts, hours)
    if expected is None:
        return None
    return expected * (1.0 - case.persona.funding_income_haircut) if expected > 0.0 else expected


def legs_kept(case: Situation, legs: Mapping[int, float], hours: float) -> float | None:
    """USD that several legs (signed contracts by row) bring over some hours; None where one has no quoted rate."""
    parts = [kept(case, row, contracts, hours) for row, contracts in legs.items()]
    known = [part for part in parts if part is not None]
    return sum(known) if len(known) == len(parts) else None


def unquoted_funding(case: Situation, contracts: Floats) -> tuple[str, ...]:
    """The legs of a book that have no quoted rate: their carry is absent."""
    rows = _carrying_rows(case, contracts)
    silent = [row for row in rows if leg_carry(case.view, row, float(contracts[row]), case.hours) is None]
    return tuple(case.view.table.instruments[row].symbol for row in silent)


def leg_carry(view: BookView, row: int, contracts: float, hours: float) -> float | None:
    """USD that signed contracts of a row receive (+) or pay over some hours; None where no rate is quoted.

    A perpetual by its funding, which reverts to its mean; a dated future by its basis, which is gone at expiry; spot
    that is short by its borrow rate; an option that is long by financing its premium, where its quote has a borrow
    rate. Spot that is owned, and an option that is short, carry nothing.
    """
    listed = view.table.instruments[row]
    quote = view.market.quotes[listed.id]
    notional = contracts * float(view.table.notional_usd[row])
    match listed.kind:
        case Kind.PERPETUAL:
            return _funding(view, row, quote, notional, hours)
        case Kind.FUTURE:
            forward, index, years = (
                float(part[row]) for part in (view.table.price, view.table.index, view.table.years)
            )
            return expected_roll(forward, index, notional, hours, years * HOURS_A_YEAR)
        case Kind.SPOT if contracts < 0.0:
            return None if quote.borrow_rate is None else notional * quote.borrow_rate * hours / HOURS_A_YEAR
        case Kind.OPTION if contracts > 0.0 and quote.borrow_rate is not None:
            premium = contracts * float(view.table.value_usd[row])
            return -premium * quote.borrow_rate * min(hours / HOURS_A_YEAR, float(view.table.years[row])) + 0.0
        case _:
            return 0.0


def break_even_hours(gained: Callable[[float], float], cost_usd: float) -> float | None:
    """The hours after which `gained(hours)` has paid for a cost; None where a year does not.

    >>> break_even_hours(lambda hours: 2.0 * hours, 100.0)
    50.0
    """
    if cost_usd <= 0.0:
        return 0.0
    grid = [float(hours) for hours in np.geomspace(1.0 / 16.0, LONGEST_HOURS, 64)]
    after = next((hours for hours in grid if gained(hours) >= cost_usd), None)
    if after is None:
        return None
    before = max((hours for hours in grid if hours < after), default=0.0)
    for _ in range(40):
        middle = 0.5 * (before + after)
        before, after = (before, middle) if gained(middle) >= cost_usd else (middle, after)
    return round(after, 6)


def _funding(view: BookView, row: int, quote: Quote, notional: float, hours: float) -> float | None:
    now = hourly_funding(quote)
    if now is None or quote.funding_interval_hours is None:
        return None
    history = view.market.funding_history.get(view.table.instruments[row].id, ())
    as_of = view.market.as_of.timestamp() * 1000.0
    mean = mean_hourly_funding(history, as_of, quote.funding_interval_hours)
    return expected_funding(now, mean or 0.0, notional, hours)


def _carrying_rows(case: Situation, contracts: Floats) -> list[int]:
    """Perpetuals, dated futures, spot that is short, and options bought on borrowed money."""
    kinds = case.view.table.kinds
    carrying = (kinds[Kind.PERPETUAL] | kinds[Kind.FUTURE]) & (contracts != 0.0)
    found = [int(row) for row in np.flatnonzero(carrying | (kinds[Kind.SPOT] & (contracts < 0.0)))]
    bought = np.flatnonzero(kinds[Kind.OPTION] & case.view.borrowed & (contracts > 0.0))
    return [*found, *(int(row) for row in bought)]
