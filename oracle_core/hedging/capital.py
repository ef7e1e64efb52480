"""What trades tie up: a spot purchase its price, a contract its initial margin."""

from collections.abc import Mapping
from decimal import Decimal

from oracle_core.domain.instrument import InstrumentId, Kind
from oracle_core.hedging.situation import Situation
from oracle_core.pricing.margin import has_margin_rule, line_margin

Trades = Mapping[InstrumentId, Decimal]


def capital_usd(case: Situation, trades: Trades) -> float | None:
    """What legs tie up, in USD; None where the margin of what one opens is unknown.

    Legs that reduce what is held tie up nothing, and free nothing here: the venue's account shows that.
    """
    total = 0.0
    for key, added in opened_usd(case, trades).items():
        row = case.view.table.row[key]
        listed = case.view.table.instruments[row]
        if listed.kind is Kind.SPOT:
            total += added
        elif not added or has_margin_rule(listed):
            total += line_margin(listed, added / float(case.view.table.notional_usd[row]), added).initial
        else:
            return None
    return total


def opened_usd(case: Situation, trades: Trades) -> dict[InstrumentId, float]:
    """USD of notional by which each leg makes a position larger."""
    table, found = case.view.table, dict[InstrumentId, float]()
    for key, contracts in trades.items():
        row = table.row[key]
        held = float(case.view.effective[row])
        found[key] = max(abs(held + float(contracts)) - abs(held), 0.0) * float(table.notional_usd[row])
    return found
