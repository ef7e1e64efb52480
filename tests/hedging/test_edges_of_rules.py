"""Where rules of triggers, gates and carry turn: guards that could be broken by hand without a test failing."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
import worlds

from oracle_core.domain.hedge import ActionKind
from oracle_core.domain.instrument import MarginTier, OptionType
from oracle_core.domain.market import Event
from oracle_core.domain.moment import Since
from oracle_core.domain.occasion import Level
from oracle_core.domain.trading import TradingState
from oracle_core.hedging.candidates import propose
from oracle_core.hedging.carry import kept, leg_carry
from oracle_core.hedging.evaluate import evaluate
from oracle_core.hedging.gates import gate_refusals, gated_state
from oracle_core.hedging.iv_only import moved_by_volatility
from oracle_core.hedging.screen import screen
from oracle_core.hedging.select import urgent
from oracle_core.hedging.situation import Situation
from oracle_core.hedging.triggers.inventory import fades
from tests.hedging import past
from tests.hedging.test_triggers import BTC, book, market, straddle

LOSING = past.hedges("BTC", [(-0.1, 100_000.0 + 500.0 * n) for n in range(6)])


@pytest.mark.parametrize(("share", "told"), [(0.79, False), (0.8, True), (0.81, True)])
def test_a_pool_is_told_of_from_four_fifths_of_its_limit_on(share: float, told: bool) -> None:
    tiered = worlds.perpetual(tiers=(MarginTier(up_to_notional=None, initial=0.5, maintenance=0.005),))
    snapshot = worlds.market([(tiered, worlds.quoted(tiered, 100_000.0))], volatility_index={"BTC": 0.5})
    portfolio = worlds.book({"USD": 1e6}, worlds.held(tiered, 1.0), pools=(worlds.pool("p", "deribit", 1e6),))
    persona = worlds.who(margin_use_pct=5.0 / share)  # 50,000 of 1,000,000 are 5 %
    found = past.fired(past.facing(portfolio, snapshot, persona=persona), "margin")
    assert any("margin use" in item.reason for item in found) is told


def test_a_gate_holds_back_no_duty_and_never_loosens_a_halt() -> None:
    case = past.facing(book(), market(), past.asking(loss_streak=5), Since(hedges=LOSING))
    more = evaluate(case, ActionKind.TO_TARGET, "BTC", {BTC.id: Decimal(1)})
    assert gate_refusals(case, more)
    assert gate_refusals(case, replace(more, duty=True)) == ()
    assert gated_state(case, [BTC.id], TradingState.HALTED) is TradingState.HALTED


def test_income_is_cut_by_the_haircut_and_a_payment_is_not() -> None:
    quote = worlds.quoted(BTC, 1e5, funding_rate=1e-4, funding_interval_hours=8.0)
    case = past.facing(book(), worlds.market([(BTC, quote)], volatility_index={"BTC": 0.5}))
    row = case.view.table.row[BTC.id]
    for contracts, share in ((-1.0, 0.75), (1.0, 1.0)):
        expected = leg_carry(case.view, row, contracts, 168.0)
        assert expected is not None
        assert kept(case, row, contracts, 168.0) == pytest.approx(share * expected)


def test_the_worst_of_two_coins_decides_whether_to_run() -> None:
    eth = worlds.perpetual("ETH")
    portfolio, pairs = straddle(1.0)
    quote = worlds.quoted(eth, 2_000.0)
    snapshot = market(100_000.0, *pairs, (eth, quote), candles={eth.id: worlds.walk(days=40, vol=0.6)})
    both = replace(portfolio, positions=(*portfolio.positions, worlds.held(eth, -1.0)))
    event = Event(at=worlds.NOW + timedelta(hours=5), name="FOMC", underlyings=())
    near = replace(snapshot, events=(event,))
    found = past.facing(both, near, past.asking("short_vol_hedged", deploy=True)).occasions.deployment
    assert found is not None
    assert (found.level, [reason[:3] for reason in found.reasons]) == (Level.REDUCED, ["ETH"])


def test_a_book_without_options_does_not_bleed_and_is_silent_about_it() -> None:
    case = past.facing(book(), market(), past.asking(bleed=True))
    assert not past.fired(case, "bleed")
    assert not [name for name in case.occasions.silent if name.startswith("bleed")]


def test_beyond_two_days_no_strike_pins() -> None:
    portfolio, pairs = straddle(1.0, days=2.5)
    (found,) = past.fired(past.facing(portfolio, market(100_000.0, *pairs), past.asking(expiry_days=5.0)), "expiry")
    assert "pinned" not in found.reason


@pytest.mark.parametrize("linear", [True, False])
def test_delta_that_volatility_moved_is_the_net_transaction_delta_of_then_and_now(linear: bool) -> None:
    call = worlds.option("BTC", 120_000.0, OptionType.CALL, days=30.0, linear=linear)

    def seen(vol: float, since: Since) -> Situation:
        snapshot = market(100_000.0, (call, worlds.marked(call, 100_000.0, vol)), vol=vol)
        return past.facing(book(0.0, worlds.held(call, 10.0)), snapshot, None, since)

    before = past.ago(prices={"BTC": 100_000.0}, vols={"BTC": 0.5})
    then, now = seen(0.5, Since()), seen(1.0, Since(hedged={"BTC": before}))
    moved = now.hold.exposures[0].net_delta - then.hold.exposures[0].net_delta
    assert moved_by_volatility(now, "BTC") == pytest.approx(moved, rel=1e-9)
    assert abs(moved) > 0.5


def test_the_same_trades_are_read_once() -> None:
    case = past.facing(book(), market())
    same = [evaluate(case, kind, "BTC", {BTC.id: Decimal(-1)}) for kind in (ActionKind.TO_TARGET, ActionKind.RECENTRE)]
    assert len(screen(case, same)) == 1


@pytest.mark.parametrize(("second", "count"), [(100_000.0, 2), (100_100.0, 2), (99_900.0, 1)])
def test_selling_again_at_the_same_price_or_higher_is_one_more_fade(second: float, count: int) -> None:
    assert fades(past.hedges("BTC", [(-0.1, 100_000.0), (-0.1, second)])) == count


def test_a_pool_beyond_its_limit_may_not_wait_for_a_resting_order() -> None:
    tiered = worlds.perpetual(tiers=(MarginTier(up_to_notional=None, initial=0.5, maintenance=0.005),))
    snapshot = worlds.market([(tiered, worlds.quoted(tiered, 100_000.0))], volatility_index={"BTC": 0.5})
    portfolio = worlds.book({"USD": 1e6}, worlds.held(tiered, 1.0), pools=(worlds.pool("p", "deribit", 1e6),))
    for limit, waits in ((6.0, True), (4.0, False)):  # 5 % is used; near its limit of 6, beyond that of 4
        case = past.facing(portfolio, snapshot, persona=worlds.who(margin_use_pct=limit))
        assert past.fired(case, "margin")
        assert urgent(case) is not waits


@pytest.mark.requirement("ENG-18")
def test_a_pause_stands_beside_the_hedges_with_no_cost_and_the_exposure_as_it_is() -> None:
    case = past.facing(book(3.0), market(), past.asking(loss_streak=5), Since(hedges=LOSING))
    actions = screen(case, propose(case).candidates)
    pause = next(item for item in actions if item.kind is ActionKind.PAUSE)
    assert (pause.cost.total, pause.legs) == (0.0, ())
    assert pause.after.exposures == pause.before.exposures
    assert pause.after.exposures[0].net_delta == pytest.approx(3.0)
