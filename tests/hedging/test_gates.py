"""A gate that holds stops new risk in code, offers a pause, and leaves duties and reducing alone."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
import worlds

from oracle_core.desk.wording import situation_notes
from oracle_core.domain.hedge import ActionKind, CandidateAction, Status, Style
from oracle_core.domain.market import Candles, Event
from oracle_core.domain.moment import Since
from oracle_core.domain.occasion import Level
from oracle_core.domain.portfolio import OpenOrder
from oracle_core.domain.trading import TradingState
from oracle_core.hedging.candidates import propose
from oracle_core.hedging.evaluate import evaluate
from oracle_core.hedging.gates import gated_state
from oracle_core.hedging.limits import refusals
from oracle_core.hedging.screen import screen
from oracle_core.hedging.select import select
from oracle_core.hedging.situation import Situation
from oracle_core.playbook.band import Band, BandKind, Rehedge, Unit
from oracle_core.playbook.blend import blend
from oracle_core.playbook.strategy import Budget, Ramp
from oracle_core.reading.bars import coin_bars
from oracle_core.reading.deployment import Snapshot, deployment
from oracle_core.reading.regime import Regime, volatility_break
from tests.hedging import past
from tests.hedging.test_triggers import BTC, book, market, straddle


def bought(case: Situation, contracts: str) -> CandidateAction:
    return evaluate(case, ActionKind.TO_TARGET, "BTC", {BTC.id: Decimal(contracts)})


@pytest.mark.requirement("RSK-14")
@pytest.mark.parametrize(
    ("ratio", "held_before", "gated"), [(1.8, False, False), (2.2, False, True), (1.8, True, True), (1.3, True, False)]
)
def test_a_break_of_volatility_reduces_the_desk_until_it_has_calmed(ratio, held_before, gated) -> None:
    before = Since(last=past.ago(fired=("volatility_break BTC",) if held_before else ()))
    case = past.facing(book(), market(candles=wild(ratio)), past.asking(volatility_break=2.0), before)
    assert bool(past.fired(case, "volatility_break")) is gated
    assert gated_state(case, [BTC.id], TradingState.ACTIVE) is (TradingState.REDUCING if gated else TradingState.ACTIVE)
    assert any("gate volatility_break" in reason for reason in refusals(case, bought(case, "0.5"))) is gated
    assert not any("gate" in reason for reason in refusals(case, bought(case, "-0.5")))


def wild(ratio: float) -> dict:
    """A month of five-minute bars whose last hour is exactly so volatile against the 30 days before now."""
    low, high = 0.1, 60.0
    for _ in range(30):
        middle = 0.5 * (low + high)
        found = volatility_break(coin_bars(market(candles=_drifting(middle)), "BTC"))
        assert isinstance(found, float)
        low, high = (middle, high) if found < ratio else (low, middle)
    return _drifting(high)


def _drifting(factor: float) -> dict:
    step, count = 300_000, 30 * 288 + 12
    first = int(worlds.NOW.timestamp() * 1000) - count * step
    price, rows = 100_000.0, []
    for number in range(count):
        hour, last = number // 12, number >= count - 12
        size = 0.001 * (factor if last else 1.0) * (1.0 if hour % 2 else -1.0)
        after = price * (1.0 + size)
        rows.append((float(first + number * step), price, max(price, after), min(price, after), after, 1.0))
        price = after
    return {BTC.id: Candles(timeframe="5m", rows=tuple(rows))}


UP = [(-0.1, 100_000.0 + 500.0 * n) for n in range(5)]
CHOP = [(-0.1 if n % 2 else 0.1, 100_000.0 + 500.0 * (n % 2)) for n in range(5)]


@pytest.mark.requirement("HED-10")
@pytest.mark.requirement("T8")
@pytest.mark.parametrize(("side", "path", "stops"), [(0.0, UP, True), (-1.0, UP, True), (1.0, UP, False),
                                                     (0.0, CHOP, False), (-1.0, CHOP, False)])  # fmt: skip
def test_a_trend_stops_fades_and_short_gamma_and_never_a_long_option_scalper(side, path, stops) -> None:
    price = path[-1][1] + 1.0
    portfolio, pairs = straddle(side, price=price) if side else (book(-0.5), [])
    since = Since(hedges=past.hedges("BTC", path))
    case = past.facing(portfolio, market(price, *pairs), past.asking(trend=5), since)
    assert bool(past.fired(case, "trend")) is stops
    assert not past.fired(past.facing(portfolio, market(price, *pairs), past.asking(trend=6), since), "trend")


@pytest.mark.requirement("HED-11")
def test_five_losing_hedges_in_a_row_pause_until_one_wins_or_the_time_has_passed() -> None:
    rule, losing = past.asking(loss_streak=5), [(-0.1, 100_000.0 + 500.0 * n) for n in range(6)]
    case = past.facing(book(), market(), rule, Since(hedges=past.hedges("BTC", losing)))
    (found,) = past.fired(case, "loss_streak")
    assert "5 hedges in a row lost 250.00 USD, limit 5" in found.reason
    pause = next(action for action in screen(case, propose(case).candidates) if action.kind is ActionKind.PAUSE)
    assert pause.status is Status.OFFERED
    assert pause.instruction is not None
    assert "pause delta_neutral in BTC" in pause.instruction.text
    assert any("loss_streak" in note for note in pause.notes)
    for other in (losing[:5], [*losing, (-0.1, 102_000.0)]):
        since = Since(hedges=past.hedges("BTC", other))
        assert not past.fired(past.facing(book(), market(), rule, since), "loss_streak")
    late = Since(hedges=past.hedges("BTC", losing, hours=25.0))
    assert not past.fired(past.facing(book(), market(), rule, late), "loss_streak")


@pytest.mark.requirement("T8")
@pytest.mark.parametrize(("side", "pauses"), [(-1.0, True), (0.0, True), (1.0, False)])
def test_a_string_of_losing_hedges_pauses_no_book_whose_long_options_earned_them(side: float, pauses: bool) -> None:
    losing = past.hedges("BTC", [(-0.1, 100_000.0 + 500.0 * n) for n in range(6)])
    portfolio, pairs = straddle(side, price=102_500.0) if side else (book(-0.5), [])
    case = past.facing(portfolio, market(102_500.0, *pairs), past.asking(loss_streak=5), Since(hedges=losing))
    assert bool(past.fired(case, "loss_streak")) is pauses


@pytest.mark.requirement("GRD-08")
@pytest.mark.parametrize(("fades", "refused"), [(3, False), (4, True)])
def test_an_inventory_cap_stops_the_next_fade(fades: int, refused: bool) -> None:
    sold = [(-0.1, 100_000.0 + 200.0 * n) for n in range(fades)]
    case = past.facing(
        book(-0.4), market(101_000.0), past.asking(inventory_fades=4), Since(hedges=past.hedges("BTC", sold))
    )
    assert any("gate inventory" in reason for reason in refusals(case, bought(case, "-0.1"))) is refused
    assert not any("gate" in reason for reason in refusals(case, bought(case, "0.1")))


@pytest.mark.parametrize("state", [TradingState.REDUCING, TradingState.HALTED])
def test_a_stopped_desk_adds_no_risk_and_still_offers_what_reduces(state: TradingState) -> None:
    case = past.facing(book(3.0), market(), state=state)
    actions = screen(case, propose(case).candidates)
    assert any(action.status is not Status.REFUSED and action.legs for action in actions)
    assert any("gate halted" in reason for reason in refusals(case, bought(case, "1")))
    picked = {pick.id for pick in select(case, actions)}
    assert all(action.kind is not ActionKind.PAUSE for action in actions if action.id in picked)


def test_a_gate_never_refuses_a_cure() -> None:
    case = past.facing(book(6.0, equity=1e6), market(), state=TradingState.REDUCING)
    assert next(action.status for action in screen(case, propose(case).candidates)) is Status.CURE


@pytest.mark.requirement("RSK-21")
@pytest.mark.parametrize(("pnl", "told", "stopped"), [(1.0, False, False), (-1.0, True, False), (-2_500.0, True, True)])
def test_a_strategy_whose_fills_have_lost_is_told_once_and_stopped_at_its_stop(pnl, told, stopped) -> None:
    rule = past.asking(pnl_stop_bps_equity=25)
    case = past.facing(book(), market(), rule, Since(pnl_usd={"delta_neutral": pnl}))
    assert [item.new and item.alert for item in past.fired(case, "pnl_negative")] == ([True] if told else [])
    assert bool(past.fired(case, "pnl_stop")) is stopped
    held = Since(last=past.ago(fired=("pnl_negative delta_neutral",)), pnl_usd={"delta_neutral": pnl})
    assert not any(item.new for item in past.fired(past.facing(book(), market(), rule, held), "pnl_negative"))


HOUR = timedelta(hours=1)


@pytest.mark.requirement("HED-25")
@pytest.mark.requirement("T40")
@pytest.mark.requirement("RSK-15")
@pytest.mark.parametrize(
    ("figures", "long_gamma", "short_gamma"),
    [({}, Level.ON, Level.ON), ({"regime": Regime.CHOPPY, "break_ratio": 1.9}, Level.ON, Level.ON),
     ({"break_ratio": 2.0}, Level.REDUCED, Level.OFF), ({"regime": Regime.CRASH}, Level.REDUCED, Level.OFF),
     ({"regime": Regime.TRENDING}, Level.ON, Level.REDUCED), ({"event_in": 5 * HOUR}, Level.ON, Level.REDUCED),
     ({"regime": Regime.QUIET}, Level.ON, Level.ON), ({"funding_spike": True}, Level.REDUCED, Level.REDUCED),
     ({"stopped": True, "funding_spike": True}, Level.OFF, Level.OFF)],
)  # fmt: skip
def test_whether_to_run_depends_on_the_market_and_the_sign_of_gamma(figures, long_gamma, short_gamma) -> None:
    for side, wanted in ((True, long_gamma), (False, short_gamma)):
        found = deployment(Snapshot(coin="BTC", long_gamma=side, **figures))
        assert found.level is wanted
        assert bool(found.reasons) is (wanted is not Level.ON)
        assert any("regime" in reason for reason in found.unknown) is ("regime" not in figures)


@pytest.mark.requirement("T40")
@pytest.mark.parametrize(("strategy", "level"), [("gamma_scalp", Level.ON), ("short_vol_hedged", Level.REDUCED)])
def test_an_event_ahead_of_a_book_without_gamma_holds_back_only_who_would_not_be_long(
    strategy: str, level: Level
) -> None:
    event = Event(at=worlds.NOW + 5 * HOUR, name="FOMC", underlyings=("BTC",))
    bare = market(events=(event,))
    found = past.facing(book(0.1), bare, past.asking(strategy, deploy=True)).occasions.deployment
    assert found is not None
    assert found.level is level


@pytest.mark.requirement("HED-25")
def test_off_is_a_gate_and_reduced_halves_the_budgets() -> None:
    portfolio, pairs = straddle(-1.0)
    quote = market(100_000.0, *pairs)
    rule = past.asking("short_vol_hedged", deploy=True)
    stopped = past.facing(portfolio, quote, rule, state=TradingState.REDUCING)
    assert past.fired(stopped, "deploy")
    event = Event(at=worlds.NOW + 5 * HOUR, name="FOMC", underlyings=("BTC",))
    reduced = past.facing(portfolio, replace(quote, events=(event,)), rule)
    assert reduced.occasions.deployment is not None
    assert reduced.occasions.deployment.level is Level.REDUCED
    for policy in rule.policies:
        for before, now in zip(rule.budgets(policy), reduced.strategy.budgets(policy), strict=True):
            assert now.added_notional_pct_equity == pytest.approx(0.5 * (before.added_notional_pct_equity or 0.0))


@pytest.mark.requirement("PST-09")
@pytest.mark.parametrize(("clean", "share"), [(None, 0.1), (0, 0.1), (5, 0.55), (10, 1.0), (30, 1.0)])
def test_a_new_strategy_starts_with_a_tenth_of_its_budget_and_grows_over_clean_days(clean, share: float) -> None:
    rule = worlds.rules("gamma_scalp", ramp=Ramp(), budget=Budget(added_notional_pct_equity=20.0))
    case = past.facing(book(), market(), rule, Since(clean_days=clean))
    (budget,) = case.strategy.budgets(next(iter(rule.policies)))
    assert budget.added_notional_pct_equity == pytest.approx(20.0 * share)
    premium = worlds.who().premium_week_bps_equity
    assert budget.premium_week_bps_equity == (None if share == 1.0 else pytest.approx(premium * share))
    assert any("starts small" in note for note in situation_notes(case)) is (share < 1.0)
    flat = past.facing(book(3.0), market(), rule, Since(clean_days=clean))
    assert any(action.kind is ActionKind.TO_EDGE for action in screen(flat, propose(flat).candidates))


@pytest.mark.requirement("HED-09")
@pytest.mark.parametrize(("persona", "left"), [("degen", 0.1), ("balanced", 0.05), ("cautious", 0.0)])
def test_a_bias_of_a_tenth_leaves_a_tenth_where_the_persona_allows_it(persona: str, left: float) -> None:
    band = Band(kind=BandKind.FIXED, unit=Unit.COIN, scale=0.01, rehedge_to=Rehedge.TARGET)
    case = past.facing(book(1.0, equity=1e8), market(), worlds.rules(bias=0.1, band=band), persona=worlds.who(persona))
    sold = next(item for item in propose(case).candidates if item.kind is ActionKind.TO_TARGET).legs[0]
    assert 1.0 + float(sold.contracts) == pytest.approx(left, abs=1e-9)


@pytest.mark.requirement("W21")
@pytest.mark.requirement("T38")
@pytest.mark.parametrize(("ratio", "style"), [(1.0, Style.MAKER_THEN_TAKER), (2.2, Style.TAKER)])
def test_a_hedge_rests_in_a_calm_market_and_takes_what_is_offered_in_a_wild_one(ratio: float, style: Style) -> None:
    band = Band(kind=BandKind.FIXED, unit=Unit.COIN, scale=0.1, rehedge_to=Rehedge.TARGET)
    rule = replace(past.asking(volatility_break=2.0), band=band)
    snapshot = market(candles=wild(ratio))
    case = past.facing(book(0.4), snapshot, rule, persona=worlds.unlimited("cautious"))
    actions = screen(case, propose(case).candidates)
    (pick,) = select(case, actions)
    sold = next(action for action in actions if action.id == pick.id)
    assert (float(sold.legs[0].contracts), pick.style) == (-0.4, style)


@pytest.mark.requirement("W21")
@pytest.mark.requirement("ENG-10")
@pytest.mark.requirement("T15")
def test_with_a_resting_order_for_the_whole_hedge_the_next_look_orders_nothing() -> None:
    band = Band(kind=BandKind.FIXED, unit=Unit.COIN, scale=0.1, rehedge_to=Rehedge.TARGET)
    resting = OpenOrder(venue=BTC.venue, symbol=BTC.symbol, contracts=-0.4, price=100_100.0)
    for orders, legs in (((), {-0.4}), ((resting,), set())):
        case = past.facing(replace(book(0.4), open_orders=orders), market(), worlds.rules(band=band))
        found = [action for action in propose(case).candidates if action.kind is ActionKind.TO_TARGET]
        assert {float(action.legs[0].contracts) for action in found} == legs
        assert bool(past.fired(case, "delta_band")) is bool(legs)


@pytest.mark.requirement("HED-15")
def test_a_week_that_bled_more_than_gamma_earned_is_told() -> None:
    portfolio, pairs = straddle(10.0)
    for vol, told in ((0.1, True), (1.2, False)):
        snapshot = market(100_000.0, *pairs, candles={BTC.id: worlds.walk(days=40, vol=vol)})
        found = past.fired(past.facing(portfolio, snapshot, past.asking(bleed=True)), "bleed")
        assert [item.alert for item in found] == ([True] if told else [])


@pytest.mark.requirement("T14")
def test_the_edge_and_the_zero_rule_are_two_settings_and_only_one_of_them_is_offered() -> None:
    for rehedge, kind in ((Rehedge.EDGE, ActionKind.TO_EDGE), (Rehedge.TARGET, ActionKind.TO_TARGET)):
        band = Band(kind=BandKind.FIXED, unit=Unit.COIN, scale=0.01, rehedge_to=rehedge)
        case = past.facing(book(1.0), market(), worlds.rules(band=band), persona=worlds.unlimited("balanced"))
        actions = screen(case, propose(case).candidates)
        both = {ActionKind.TO_EDGE, ActionKind.TO_TARGET}
        assert {item.kind for item in actions if item.kind in both and item.status is not Status.REFUSED} == {kind}


def test_of_several_strategies_the_tightest_triggers_count_in_any_order() -> None:
    one, other = (past.asking(**given).members[0].strategy for given in (
        {"interval_minutes": 60, "trend": 4, "expiry_days": 2.0}, {"interval_minutes": 15, "trend": 6, "events": True}
    ))  # fmt: skip
    other = other.model_copy(update={"name": "other"})
    found = blend([(one, 1.0), (other, 3.0)]).triggers
    assert found == blend([(other, 3.0), (one, 1.0)]).triggers
    assert (found.interval_minutes, found.trend, found.expiry_days, found.events) == (15, 4, 2.0, True)
