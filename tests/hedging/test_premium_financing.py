"""Buying options on borrowed money costs interest, which is carry and a row of the candidate."""

from decimal import Decimal

import pytest
import worlds

from oracle_core.domain.hedge import ActionKind
from oracle_core.domain.instrument import OptionType
from oracle_core.hedging.evaluate import evaluate

PERPETUAL = worlds.perpetual()
CALL = worlds.option("BTC", 1e5, OptionType.CALL, days=3.0)
BOOK = worlds.book({"USD": 1_000_000.0}, worlds.held(PERPETUAL, 0.001))


def case(rate: float | None, hours: float = 168.0):
    quote = worlds.marked(CALL, 1e5, 0.5, bid=1_800.0, ask=1_810.0, mark=1_807.0, borrow_rate=rate)
    flat = worlds.quoted(PERPETUAL, 1e5, funding_rate=0.0, funding_interval_hours=8.0)
    return worlds.facing(
        BOOK, worlds.market([(PERPETUAL, flat), (CALL, quote)]), worlds.who(), worlds.rules(horizon_hours=hours), [CALL]
    )


@pytest.mark.requirement("HED-35")
@pytest.mark.parametrize(("hours", "days"), [(24.0, 1.0), (168.0, 3.0)])
def test_premium_times_rate_times_days_is_carry_and_a_row_of_the_candidate(hours: float, days: float) -> None:
    found = case(0.12, hours)
    bought = evaluate(found, ActionKind.PARTIAL, "BTC", {CALL.id: Decimal(2)})
    premium = 2.0 * float(found.view.table.value_usd[found.view.table.row[CALL.id]])
    row = next(item for item in bought.details if item.name == "premium financing over horizon")
    assert row.value == pytest.approx(premium * 0.12 * days / 365.0)
    assert bought.terms.carry == pytest.approx((found.resting.carry or 0.0) - row.value)


def test_without_a_rate_or_for_options_sold_there_is_no_such_row() -> None:
    for rate, contracts in ((None, 2), (0.12, -2)):
        done = evaluate(case(rate), ActionKind.PARTIAL, "BTC", {CALL.id: Decimal(contracts)})
        assert done.details == ()
        assert done.terms.carry == 0.0
