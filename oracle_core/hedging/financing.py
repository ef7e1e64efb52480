"""What it costs to finance the premium of bought options: part of carry, and a row of the candidate."""

from collections.abc import Mapping
from decimal import Decimal

from oracle_core.domain.hedge import Detail
from oracle_core.domain.instrument import InstrumentId, Kind
from oracle_core.hedging.carry import leg_carry
from oracle_core.hedging.situation import Situation


def financing_details(case: Situation, trades: Mapping[InstrumentId, Decimal]) -> tuple[Detail, ...]:
    """Premium × borrow rate × the time to the horizon or expiry, of the options bought; none without a quoted rate."""
    view, paid = case.view, list[float]()
    for key, contracts in trades.items():
        row, bought = view.table.row[key], float(contracts)
        if view.table.instruments[row].kind is Kind.OPTION and bought > 0.0:
            if view.market.quotes[key].borrow_rate is None:
                continue
            paid.append(-(leg_carry(view, row, bought, case.hours) or 0.0))
    return (Detail("premium financing over horizon", sum(paid), "USD"),) if paid else ()
