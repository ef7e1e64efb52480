"""Gross leverage: every position counts by itself, in whichever pool it stands."""

import numpy as np
import pytest
import worlds

from oracle_core.domain.portfolio import Numeraire, OpenOrder, Portfolio
from oracle_core.risk.outlook import outlook
from oracle_core.risk.view import BookView

LISTED = worlds.perpetual("ETH")


def book(*sizes: float, working: float = 0.0) -> BookView:
    pools = tuple(worlds.pool(f"pool {number}", "deribit", 1e6) for number in range(len(sizes)))
    positions = [worlds.held(LISTED, size, pool=pool.id) for size, pool in zip(sizes, pools, strict=True)]
    orders = (OpenOrder(venue=LISTED.venue, symbol=LISTED.symbol, contracts=working, price=990.0),) if working else ()
    portfolio = Portfolio(
        name="test", numeraire=Numeraire.USD, equity={"USD": 1e5}, positions=tuple(positions), pools=pools,
        open_orders=orders,
    )  # fmt: skip
    return worlds.seen(portfolio, worlds.market([(LISTED, worlds.quoted(LISTED, 1_000.0))]))


def leverage(view: BookView, leg: float = 0.0) -> float:
    legs = np.zeros(len(view.table.instruments))
    legs[view.table.row[LISTED.id]] = leg
    return outlook(view, legs).measures.gross_leverage


def test_long_in_one_pool_and_short_in_another_are_both_gross() -> None:
    assert leverage(book(100.0, -100.0)) == pytest.approx(2.0)


@pytest.mark.parametrize(("leg", "wanted"), [(-30.0, 1.2), (-50.0, 1.0), (-100.0, 1.5), (50.0, 2.0)])
def test_a_leg_changes_the_gross_by_what_it_does_to_the_net(leg: float, wanted: float) -> None:
    assert leverage(book(100.0, -50.0), leg) == pytest.approx(wanted)


def test_a_working_order_counts_as_filled() -> None:
    assert leverage(book(100.0, working=-30.0)) == pytest.approx(0.7)
    assert leverage(book(100.0, working=30.0), -130.0) == pytest.approx(0.0)
