"""The forecast in the decision: it ranks where there are candles, sees no later bar, and Edge stops at the target."""

import random
from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest
import worlds

from oracle_core.domain.hedge import ActionKind, CandidateAction
from oracle_core.domain.instrument import OptionType
from oracle_core.domain.market import Candles, MarketSnapshot
from oracle_core.domain.portfolio import Portfolio
from oracle_core.hedging.edge import edge, edge_refusals
from oracle_core.hedging.evaluate import evaluate
from oracle_core.hedging.limits import refusals
from oracle_core.hedging.screen import screen
from oracle_core.hedging.select import select
from oracle_core.playbook.strategy import Targets
from oracle_core.risk.volatility import volatility_outlooks

SPOT = 100_000.0
PERPETUAL = worlds.perpetual()
CALL = worlds.option("BTC", SPOT, OptionType.CALL, days=30.0)
PUT = worlds.option("BTC", SPOT, OptionType.PUT, days=2.0)


def market(*, vol: float = 0.5, candles: Candles | None = None, ask: float | None = None) -> MarketSnapshot:
    side = {} if ask is None else {"bid": ask, "ask": ask, "mark": ask}
    pairs = [
        (PERPETUAL, worlds.quoted(PERPETUAL, SPOT, funding_rate=0.0, funding_interval_hours=8.0)),
        (CALL, worlds.marked(CALL, SPOT, vol, **side)),
        (PUT, worlds.marked(PUT, SPOT, vol, **side)),
    ]
    given = {} if candles is None else {PERPETUAL.id: candles}
    return worlds.market(pairs, candles=given)


def short_straddles(number: float = 5.0) -> Portfolio:
    return worlds.book({"USD": 1_000_000.0}, worlds.held(CALL, -number), worlds.held(PUT, -number))


def test_the_forecast_ranks_where_there_are_candles_and_the_implied_volatility_stays_beside_it() -> None:
    case = worlds.facing(short_straddles(), market(candles=worlds.walk(days=120, vol=0.8)), worlds.who())
    assert case.vols["BTC"].source.startswith("forecast of realised volatility, log-HAR on 120 days of 1h bars")
    assert case.vols["BTC"].value == pytest.approx(0.8, rel=0.15)
    assert case.vols["BTC"].value == case.forecasts["BTC"].value
    assert case.implied["BTC"].value == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("candles", "why"),
    [
        (worlds.walk(days=29), "needs 30 whole days of candles; BTC/USDC:USDC on deribit has 29"),
        (worlds.walk(days=90, until=worlds.NOW - worlds.timedelta(hours=25)), "end 25 hours ago"),
        (Candles(timeframe="1x", rows=()), "timeframe `1x`"),
        (Candles(timeframe="1h", rows=tuple(reversed(worlds.walk(days=60).rows))), "not in order of time"),
    ],
)
def test_without_enough_sound_candles_the_implied_volatility_ranks_and_the_reason_is_said(
    candles: Candles, why: str
) -> None:
    case = worlds.facing(short_straddles(), market(candles=candles), worlds.who())
    assert case.vols["BTC"].source == "at-the-money implied volatility"
    assert why in case.unforecast["BTC"]
    assert case.forecasts == {}
    assert case.resting.edge is None


def test_thirty_days_are_enough_for_a_weighted_mean_and_82_for_the_regression_of_a_month() -> None:
    for days, hours, method in ((30, 168.0, "EWMA"), (58, 168.0, "EWMA"), (59, 168.0, "log-HAR"), (82, 8e3, "log-HAR")):
        snapshot = market(candles=worlds.walk(days=days))
        found = volatility_outlooks(snapshot, ["BTC"], hours, worlds.seen(short_straddles(), snapshot).forwards)
        assert method in found.forecasts["BTC"].source, (days, hours)


def test_the_forecast_answers_to_the_horizon() -> None:
    """Volatility lingers for days: after a loud day the next is expected louder than the month, which is louder than
    the past."""
    past, loud = worlds.walk(days=199, vol=0.4, shock=0.25), worlds.walk(days=1, vol=1.6)
    day_ms = 24 * 3_600_000
    candles = Candles(timeframe="1h", rows=(*((row[0] - day_ms, *row[1:]) for row in past.rows), *loud.rows))
    snapshot = market(candles=candles)
    forwards = worlds.seen(short_straddles(), snapshot).forwards
    day, month = (volatility_outlooks(snapshot, ["BTC"], hours, forwards).used["BTC"].value for hours in (24.0, 720.0))
    assert day > 1.1 * month


def decided(portfolio: Portfolio, snapshot: MarketSnapshot) -> tuple[object, ...]:
    case = worlds.facing(portfolio, snapshot, worlds.who())
    proposal = worlds.proposed(portfolio, snapshot, worlds.who())
    ranked = screen(case, proposal.candidates)
    return tuple((item.id, item.benefit, item.terms) for item in ranked), select(case, ranked), case.vols


@pytest.mark.requirement("HED-27")
def test_no_decision_looks_ahead() -> None:
    """Bars that close after the market's moment may be anything, in any order: the decision is the same."""
    past = worlds.walk(days=90, vol=0.7, shock=0.4)
    ahead = worlds.walk(days=10, vol=3.0, until=worlds.NOW + worlds.timedelta(days=10, minutes=30), seed=5)
    later = [row for row in ahead.rows if row[0] + 3_600_000 > worlds.NOW.timestamp() * 1000]
    random.Random(3).shuffle(later)
    assert len(later) == 240
    expected = decided(short_straddles(), market(candles=past))
    for given in (later, later[::-1], [(row[0], -1.0, 0.0, 9e9, 2.0, -1.0) for row in later]):
        found = decided(short_straddles(), market(candles=Candles(timeframe="1h", rows=(*past.rows, *given))))
        assert found == expected
    moved = (*past.rows[:-1], (*past.rows[-1][:1], 1.0, 1e6, 1.0, 1e6, 1.0))
    assert decided(short_straddles(), market(candles=Candles(timeframe="1h", rows=moved))) != expected


@pytest.mark.requirement("HED-27")
def test_the_forecast_moves_the_band_before_the_price_does() -> None:
    """Long 3 BTC in the perpetual: at twice the forecast the band, cost/(aversion S sigma^2 h), is a quarter."""
    bands, book = [], worlds.book({"USD": 1_000_000.0}, worlds.held(PERPETUAL, 3.0))
    for vol in (0.4, 0.8):
        found = worlds.proposed(book, market(candles=worlds.walk(days=120, vol=vol)), worlds.who())
        bands += [item.band.half_width for item in found.candidates if item.kind is ActionKind.TO_TARGET and item.band]
        sigma = found.case.forecasts["BTC"].value
        assert bands[-1] * sigma**2 == pytest.approx(worlds.ALL_IN * 365 / 7 / (SPOT * 4e-6), rel=1e-9)
    quiet, loud = bands
    assert loud < 0.35 * quiet


@pytest.mark.requirement("PRI-08")
def test_a_shift_of_implied_volatility_changes_the_delta_and_makes_a_candidate_without_a_move_of_spot() -> None:
    """Short 20 calls 15 % out of the money, hedged at 50 %: at 80 % the same book is far from neutral."""
    call = worlds.option("BTC", 115_000.0, OptionType.CALL, days=30.0)

    def at(vol: float) -> MarketSnapshot:
        return worlds.market([(PERPETUAL, worlds.quoted(PERPETUAL, SPOT)), (call, worlds.marked(call, SPOT, vol))])

    bare = worlds.book({"USD": 1_000_000.0}, worlds.held(call, -5.0))
    net = worlds.facing(bare, at(0.5), worlds.who()).hold.exposures[0].net_delta
    hedged = worlds.book({"USD": 1_000_000.0}, worlds.held(call, -5.0), worlds.held(PERPETUAL, round(-net, 3)))
    before, after = (worlds.facing(hedged, at(vol), worlds.who()).hold.exposures[0].net_delta for vol in (0.5, 0.8))
    assert abs(before) < 0.001
    assert after < -0.4
    legs = {vol: worlds.proposed(hedged, at(vol), worlds.who()).candidates for vol in (0.5, 0.8)}
    assert [item.kind for item in legs[0.5]] == [ActionKind.HOLD]
    bought = [item for item in legs[0.8] if item.legs]
    assert bought
    assert all(item.legs[0].contracts > 0 for item in bought)


def with_target(target: float | None):
    return worlds.rules("gamma_scalp", targets=Targets(net_delta_pct_equity=0.0, gamma_1pct_pct_equity=target))


def test_edge_is_gamma_times_the_difference_of_variances_over_each_option_s_life() -> None:
    book, snapshot = short_straddles(), market(candles=worlds.walk(days=120, vol=0.8))
    case = worlds.facing(book, snapshot, worlds.who("balanced"), with_target(3.0))
    table, forecast = case.view.table, case.forecasts["BTC"].value
    expected = 0.0
    for listed, days in ((CALL, 3.0), (PUT, 2.0)):  # 72 h of horizon; the put lives two days
        gamma = float(table.gamma[table.row[listed.id]])
        expected += -5.0 * 0.5 * gamma * SPOT**2 * (forecast**2 - 0.5**2) * days / 365.0
    assert case.resting.edge == pytest.approx(0.35 * expected, rel=1e-12)
    assert case.resting.edge < 0.0


def test_edge_is_zero_without_a_gamma_target_and_a_perpetual_has_none() -> None:
    book, snapshot = short_straddles(), market(candles=worlds.walk(days=120, vol=0.8))
    assert worlds.facing(book, snapshot, worlds.who(), with_target(None)).resting.edge == 0.0
    case = worlds.facing(book, snapshot, worlds.who(), with_target(3.0))
    only = np.zeros_like(case.view.effective)
    only[case.view.table.row[PERPETUAL.id]] = 7.0
    assert edge(case, only) == 0.0


def buying(case, contracts: str) -> CandidateAction:
    return evaluate(case, ActionKind.PARTIAL, "BTC", {CALL.id: Decimal(contracts)})


def test_a_trade_that_the_forecast_leads_neither_turns_gamma_nor_passes_its_target() -> None:
    """Calls at 50 % with 120 % forecast are a gift; each buys about 0.28 % of equity in gamma for 1 %."""
    snapshot = market(candles=worlds.walk(days=120, vol=1.2), ask=5_730.0)
    trusting = worlds.unlimited("degen")
    mere = worlds.held(PERPETUAL, 0.001)
    flat = worlds.facing(worlds.book({"USD": 1_000_000.0}, mere), snapshot, trusting, with_target(1.0), [CALL])
    little, much = buying(flat, "3"), buying(flat, "5")
    assert little.terms.edge > 0.0
    assert little.benefit > 0.0 > little.benefit - little.terms.edge
    assert edge_refusals(flat, little) == ()
    assert "stops there" in edge_refusals(flat, much)[0]
    assert any("target +1" in reason for reason in refusals(flat, much))
    short = worlds.facing(
        worlds.book({"USD": 1_000_000.0}, worlds.held(CALL, -2.0)), snapshot, trusting, with_target(1.0)
    )
    turned = buying(short, "3")
    reasons = edge_refusals(short, replace(turned, benefit=turned.terms.edge - (short.resting.edge or 0.0)))
    assert any("never changes the side of gamma" in reason for reason in reasons)
