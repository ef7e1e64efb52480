"""What a venue reports of its own margin: it comes first, whole, and goes with the positions that it is asked for."""

from collections.abc import Mapping
from itertools import pairwise

import numpy as np
import pytest
import worlds
from hypothesis import given
from hypothesis import strategies as st

from oracle_core.domain.exposure import PoolMargin
from oracle_core.domain.instrument import Instrument, MarginTier, OptionType
from oracle_core.domain.portfolio import MarginModel, MarginPool, PoolBalance
from oracle_core.risk.outlook import outlook
from oracle_core.risk.view import BookView

SPOT, VOL, DAYS = 100_000.0, 0.6, 30.0
TIERS = (MarginTier(up_to_notional=None, initial=0.02, maintenance=0.01),)
CALL = worlds.option("BTC", SPOT, OptionType.CALL, days=DAYS, linear=False)
PUT = worlds.option("BTC", 90_000.0, OptionType.PUT, days=DAYS, linear=False)
LINEAR_CALL = worlds.option("BTC", 110_000.0, OptionType.CALL, days=DAYS)
PERPETUAL = worlds.perpetual(tiers=TIERS)
FUNDED = {"BTC": 10.0}

Figures = tuple[float | None, float | None]
"""Initial and maintenance margin that a venue reports, in units of a currency."""


def seen(
    equity: Mapping[str, float], reported: Mapping[str, Figures], *held: tuple[Instrument, float],
    model: MarginModel = MarginModel.CROSS,
) -> BookView:  # fmt: skip
    purse = {
        coin: PoolBalance(balance=amount, equity=amount, initial_margin=said[0], maintenance_margin=said[1])
        for coin, amount in equity.items()
        for said in [reported.get(coin, (None, None))]
    }
    pool = MarginPool(id="pool", venue=held[0][0].venue, margin_model=model, currencies=purse)
    portfolio = worlds.book(equity, *(worlds.held(listed, size) for listed, size in held), pools=(pool,))
    return worlds.seen(portfolio, worlds.market([(listed, priced(listed)) for listed, _ in held]))


def priced(listed: Instrument) -> object:
    return worlds.marked(listed, SPOT, VOL) if listed.is_option else worlds.quoted(listed, SPOT)


def after(view: BookView, closed: float) -> PoolMargin:
    """The pool with a share of everything in it closed."""
    (found,) = outlook(view, -closed * view.held).pools
    return found


def needs(found: PoolMargin) -> tuple[float, float]:
    assert found.initial_usd is not None
    assert found.maintenance_usd is not None
    return found.initial_usd, found.maintenance_usd


@pytest.mark.parametrize(("initial", "maintenance"), [(1.0, 0.8), (4.4, 2.9), (6.0, 4.5)])
def test_what_a_venue_reports_is_exact_and_goes_in_proportion_to_what_is_closed(
    initial: float, maintenance: float
) -> None:
    view = seen(FUNDED, {"BTC": (initial, maintenance)}, (CALL, -20.0))
    for closed in (0.0, 0.5, 1.0):
        left = (1.0 - closed) * SPOT
        assert needs(after(view, closed)) == pytest.approx((left * initial, left * maintenance), rel=1e-12, abs=0.0)
    gone = after(view, 1.0)
    assert (gone.margin_use_pct, gone.liquidation_distance_pct) == (0.0, None)
    assert needs(after(view, 0.0)) == (initial * SPOT, maintenance * SPOT)


@pytest.mark.parametrize("initial", [1.0, 6.0])
def test_what_a_plan_opens_adds_what_the_rule_asks_whatever_the_venue_reports(initial: float) -> None:
    silent, said = (seen(FUNDED, figures, (CALL, -20.0)) for figures in ({}, {"BTC": (initial, initial)}))
    rule = [needs(after(silent, closed)) for closed in (0.0, -0.5)]
    assert needs(after(said, -0.5)) == pytest.approx(
        [initial * SPOT + more - less for less, more in zip(*rule, strict=True)]
    )


def test_a_figure_of_which_the_rule_knows_nothing_goes_with_the_positions() -> None:
    view = seen(FUNDED, {"BTC": (0.5, 0.4)}, (CALL, 20.0))
    assert [needs(after(view, closed)) for closed in (0.0, 0.5, 1.0)] == [
        pytest.approx(figures) for figures in ((50_000.0, 40_000.0), (25_000.0, 20_000.0), (0.0, 0.0))
    ]


def test_a_venue_without_a_rule_for_options_is_never_asked_for_less_than_nothing() -> None:
    option = worlds.option("BTC", SPOT, OptionType.CALL, days=DAYS, venue="far")
    perpetual = worlds.perpetual(venue="far", tiers=TIERS)
    legs = -4.0
    for reported, wanted in ((3_000.0, 0.0), (90_000.0, 82_000.0)):
        view = seen({"USDC": 1e6}, {"USDC": (reported, reported)}, (option, -2.0), (perpetual, 4.0))
        closing = np.zeros(len(view.table.instruments))
        closing[view.table.row[perpetual.id]] = legs
        (found,) = outlook(view, closing).pools
        assert found.initial_usd == pytest.approx(wanted)
        gone = after(view, 1.0)
        assert needs(gone) == (0.0, 0.0)


@pytest.mark.requirement("RSK-01")
@given(
    calls=st.floats(-20.0, 10.0), puts=st.floats(-20.0, 10.0), linear=st.floats(-10.0, 10.0),
    perpetuals=st.floats(-10.0, 10.0), said=st.tuples(st.floats(0.0, 12.0), st.floats(0.0, 1.0)),
    model=st.sampled_from([MarginModel.STANDARD, MarginModel.PORTFOLIO]),
)  # fmt: skip
def test_closing_more_of_everything_never_raises_margin_nor_brings_liquidation_nearer(
    calls: float, puts: float, linear: float, perpetuals: float, said: tuple[float, float], model: MarginModel
) -> None:
    sizes = ((CALL, calls), (PUT, puts), (LINEAR_CALL, linear), (PERPETUAL, perpetuals))
    held = [(listed, size) for listed, size in sizes if abs(size) > 0.01]
    figures: Figures = (said[0], said[0] * said[1])
    view = seen({"BTC": 10.0, "USDC": 2e5}, {"BTC": figures, "USDC": figures}, *(held or [(CALL, -1.0)]), model=model)
    found = [after(view, closed) for closed in (0.0, 0.1, 0.35, 0.5, 0.8, 0.99, 1.0)]
    for fuller, emptier in pairwise(found):
        assert all(less <= more * (1.0 + 1e-9) + 1e-6 for less, more in zip(needs(emptier), needs(fuller), strict=True))
        assert min(needs(emptier)) >= 0.0
        # Between the moves of the ladder the curve is a cubic: a zero beside its kink is a few hundredths off.
        assert distance(emptier) >= distance(fuller) * (1.0 - 1e-3)
    assert needs(found[-1]) == (0.0, 0.0)


def distance(found: PoolMargin) -> float:
    return np.inf if found.liquidation_distance_pct is None else found.liquidation_distance_pct


BOTH = {"BTC": 10.0, "USDC": 1e5}


def test_a_venue_that_reports_only_some_of_the_currencies_that_carry_positions_is_not_taken_at_its_word() -> None:
    held = ((CALL, -20.0), (PERPETUAL, 20.0))
    ruled = after(seen(BOTH, {}, *held), 0.0)
    partly = after(seen(BOTH, {"BTC": (4.0, 2.0)}, *held), 0.0)
    assert needs(partly) == needs(ruled)
    assert partly.rules == (*ruled.rules, "the venue's own figures are left out: they lack USDC, where positions are")
    half = after(seen(BOTH, {"BTC": (4.0, 2.0), "USDC": (42_000.0, None)}, *held), 0.0)
    assert (needs(half), half.rules) == (needs(ruled), partly.rules)
    fully = after(seen(BOTH, {"BTC": (4.0, 2.0), "USDC": (42_000.0, 22_000.0)}, *held), 0.0)
    assert needs(fully) == (442_000.0, 222_000.0)
    assert fully.rules[0].startswith("the venue's own figures, changed by")


@pytest.mark.parametrize(
    ("equity", "reported", "held", "taken"),
    [
        (BOTH, {"BTC": (4.0, 2.0)}, (CALL, -20.0), True),
        (FUNDED, {"BTC": (4.0, 2.0)}, (LINEAR_CALL, -20.0), False),
        ({"USD": 1e6}, {"USD": (4e5, 2e5)}, (LINEAR_CALL, -20.0), True),
        ({"USD": 1e6, "USDT": 1e5}, {"USD": (4e5, 2e5)}, (LINEAR_CALL, -20.0), False),
        ({"USDC": 1e6, "USDT": 1e5}, {"USDC": (4e5, 2e5)}, (LINEAR_CALL, -20.0), True),
        ({"USDC": 1e6}, {"USDC": (4e5, 2e5)}, (CALL, -20.0), False),
    ],
    ids=["an empty purse needs no figure", "no purse for its dollars", "any dollar", "not every dollar", "its own",
         "coins are never dollars"],
)  # fmt: skip
def test_a_figure_counts_for_the_positions_that_settle_in_its_currency(
    equity: Mapping[str, float], reported: Mapping[str, Figures], held: tuple[Instrument, float], taken: bool
) -> None:
    found = after(seen(equity, reported, held), 0.0)
    assert (needs(found) == pytest.approx((4e5, 2e5), rel=1e-12)) is taken


def test_margin_without_a_rule_stays_unknown_where_a_currency_does_not_report() -> None:
    far = worlds.option("BTC", SPOT, OptionType.CALL, days=DAYS, venue="far", linear=False)
    found = after(seen(BOTH, {"USDC": (1.0, 1.0)}, (far, -1.0)), 0.0)
    assert found.initial_usd is None
    assert found.unknown == (
        "margin rule of 1 option positions on far",
        "the venue's own figures are left out: they lack BTC, where positions are",
    )
