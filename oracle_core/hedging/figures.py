"""Figures that candidates of linear legs share: capital they tie up, what they carry, and their cost in three units."""

from collections.abc import Mapping
from decimal import Decimal

from oracle_core.domain.hedge import CandidateAction, Detail
from oracle_core.domain.instrument import Instrument, InstrumentId, Kind
from oracle_core.domain.market import Quote
from oracle_core.hedging.capital import capital_usd
from oracle_core.hedging.carry import leg_carry, legs_kept
from oracle_core.hedging.situation import Situation
from oracle_core.hedging.two_legs import rows_of
from oracle_core.pricing.carry import HOURS_A_YEAR, annualised_basis, hourly_funding
from oracle_core.pricing.inputs import SECONDS_A_YEAR

Trades = Mapping[InstrumentId, Decimal]

LATENCY_SECONDS = 1.0
"""Between a decision that a person has approved and its fill, at the least."""


def linear_details(case: Situation, trades: Trades) -> tuple[Detail, ...]:
    """Capital tied up and carry over the horizon of some legs, as far as they are known."""
    capital, rows = capital_usd(case, trades), rows_of(case, trades)
    earned = [leg_carry(case.view, row, contracts, case.hours) for row, contracts in rows.items()]
    known = [part for part in earned if part is not None]
    figures = [Detail("capital", capital, "USD")] if capital is not None else []
    if len(known) == len(earned):
        figures.append(Detail("carry over horizon", sum(known) + 0.0, "USD"))
    return (*figures, *borrow_details(case, trades))


def borrow_details(case: Situation, trades: Trades) -> tuple[Detail, ...]:
    """What borrowing the coins of a short spot leg costs over 8 hours and over the horizon."""
    figures: list[Detail] = []
    for row, contracts in rows_of(case, trades).items():
        if case.view.table.instruments[row].kind is not Kind.SPOT or contracts >= 0.0:
            continue
        for name, hours in (("borrow over 8 h", 8.0), ("borrow over horizon", case.hours)):
            paid = leg_carry(case.view, row, contracts, hours)
            if paid is not None:
                figures.append(Detail(name, -paid, "USD"))
    return tuple(figures)


def rate_a_year(case: Situation, listed: Instrument) -> Detail | None:
    """The present rate of a contract per year: funding of a perpetual (above 0 longs pay), basis of a dated future."""
    row = case.view.table.row[listed.id]
    if listed.kind is Kind.FUTURE:
        price, index, years = (
            float(part[row]) for part in (case.view.table.price, case.view.table.index, case.view.table.years)
        )
        return Detail(
            f"basis {listed.venue} {listed.symbol}", 100.0 * annualised_basis(price, index, 365.0 * years), "% a year"
        )
    hourly = hourly_funding(_quote(case, listed)) if listed.kind is Kind.PERPETUAL else None
    if hourly is None:
        return None
    return Detail(f"funding {listed.venue} {listed.symbol}", 100.0 * hourly * HOURS_A_YEAR, "% a year")


def costs_in_units(case: Situation, action: CandidateAction) -> tuple[Detail, ...]:
    """The cost of an action in coins of its coin and in contracts of its only leg, and what a second's delay may move.

    The delay may help as well as hurt: one standard deviation of it is shown, and not charged.
    """
    if action.coin is None or not action.legs:
        return ()
    figures = [Detail("cost", action.cost.total / case.view.index[action.coin], action.coin)]
    if len(action.legs) == 1:
        leg = action.legs[0]
        figures.append(Detail("cost", action.cost.total * abs(float(leg.contracts) / leg.notional_usd), "contracts"))
    if action.coin in case.vols:
        move = case.vols[action.coin].value * (LATENCY_SECONDS / SECONDS_A_YEAR) ** 0.5
        figures.append(Detail("latency allowance, 1 s", move * action.notional_usd, "USD"))
    return tuple(figures)


def income(case: Situation, trades: Trades, hours: float) -> float | None:
    """USD that legs bring over some hours, as the objective counts it; None where one has no quoted rate."""
    return legs_kept(case, rows_of(case, trades), hours)


def _quote(case: Situation, listed: Instrument) -> Quote:
    return case.view.market.quotes[listed.id]
