"""What makes the desk look: each trigger at, below and beyond its rule, from what was true before."""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import worlds

from oracle_core.domain.instrument import OptionType
from oracle_core.domain.market import Candles, Event, MarketSnapshot
from oracle_core.domain.moment import Moment, Since
from oracle_core.domain.occasion import Order, Urgency
from oracle_core.domain.portfolio import Portfolio
from oracle_core.hedging import triggers
from oracle_core.hedging.candidates import propose
from oracle_core.hedging.screen import screen
from oracle_core.hedging.triggers.table import TRIGGERS
from oracle_core.hedging.triggers.watch import moment
from oracle_core.playbook.band import Band, BandKind, Rehedge, Unit
from tests.hedging import past

BTC = worlds.perpetual()


def book(coins: float = 1.0, *more, equity: float = 1e6) -> Portfolio:
    held = [worlds.held(BTC, coins)] if coins else []
    return worlds.book({"USD": equity}, *held, *more)


def market(price: float = 100_000.0, *pairs, vol: float = 0.5, **more) -> MarketSnapshot:
    return worlds.market([(BTC, worlds.quoted(BTC, price)), *pairs], volatility_index={"BTC": vol}, **more)


def since(price: float, **more: object) -> Since:
    """A hedge of BTC an hour ago at a price."""
    before = past.ago(prices={"BTC": price}, vols={"BTC": 0.5}, **more)
    return Since(last=before, first=before, hedged={"BTC": before})


def per_option(scale: float) -> Band:
    return Band(kind=BandKind.FIXED, unit=Unit.PER_OPTION, scale=scale, rehedge_to=Rehedge.EDGE)


def test_every_trigger_file_is_in_the_table() -> None:
    files = {path.stem for path in Path(triggers.__file__).parent.glob("*.py")}
    listed = {trigger.find.__module__.rpartition(".")[2] for trigger in TRIGGERS}
    assert files - {"__init__", "trigger", "table", "watch"} == listed
    assert len({trigger.name for trigger in TRIGGERS}) == len(TRIGGERS)


@pytest.mark.requirement("HED-01")
@pytest.mark.parametrize(("away", "trades"), [(0.049, False), (0.05, False), (0.051, True), (-0.051, True)])
def test_a_band_of_five_hundredths_trades_beyond_it_and_not_at_its_edge(away: float, trades: bool) -> None:
    band = Band(kind=BandKind.FIXED, unit=Unit.COIN, scale=0.05, rehedge_to=Rehedge.EDGE)
    case = past.facing(book(away), market(), worlds.rules(band=band))
    assert bool(past.fired(case, "delta_band")) is trades
    assert any(action.legs for action in propose(case).candidates) is trades


@pytest.mark.requirement("W2")
@pytest.mark.requirement("HED-05")
@pytest.mark.parametrize(
    ("delta", "rehedge", "sold"),
    [(5.0, Rehedge.EDGE, -2.0), (5.0, Rehedge.TARGET, -5.0), (-5.0, Rehedge.EDGE, 2.0), (3.0, Rehedge.EDGE, None),
     (-3.0, Rehedge.EDGE, None), (3.0, Rehedge.TARGET, None)],
)  # fmt: skip
def test_beyond_three_the_edge_rule_sells_two_of_five_and_the_zero_rule_all(delta, rehedge, sold) -> None:
    band = Band(kind=BandKind.FIXED, unit=Unit.COIN, scale=3.0, rehedge_to=rehedge)
    case = past.facing(book(delta, equity=1e8), market(), worlds.rules(band=band))
    kind = {Rehedge.EDGE: "to_edge", Rehedge.TARGET: "to_target"}[rehedge]
    sizes = [float(action.legs[0].contracts) for action in propose(case).candidates if action.kind == kind]
    assert sizes == ([] if sold is None else [sold])


@pytest.mark.requirement("W19")
@pytest.mark.requirement("ENG-14")
def test_twenty_options_of_five_hundredths_make_a_band_of_one_coin() -> None:
    eth = worlds.perpetual("ETH")
    call = worlds.option("ETH", 4_000.0, OptionType.CALL, days=30)
    snapshot = worlds.market([(eth, worlds.quoted(eth, 1_900.0)), (call, worlds.marked(call, 1_900.0, 0.6))])
    for coins, leaves in ((0.9, False), (1.1, True)):
        held = worlds.book({"USD": 1e6}, worlds.held(call, 20.0))
        options = past.facing(held, snapshot, worlds.rules(band=per_option(0.05))).hold.exposures[0].net_delta
        portfolio = replace(held, positions=(*held.positions, worlds.held(eth, coins - options)))
        found = past.fired(past.facing(portfolio, snapshot, worlds.rules(band=per_option(0.05))), "delta_band")
        assert bool(found) is leaves
        assert all("0.05 per option" in item.reason for item in found)


@pytest.mark.requirement("HED-03")
@pytest.mark.requirement("W6")
@pytest.mark.parametrize(
    ("rule", "start", "now", "fires"),
    [({"price_move_pct": 1.0}, 60_000.0, 60_600.0, True), ({"price_move_pct": 2.0}, 60_000.0, 60_600.0, False),
     ({"price_move_pct": 1.0}, 60_600.0, 60_000.0, False), ({"price_move_usd": 500.0}, 60_000.0, 60_500.0, True),
     ({"price_move_pct": 2.0}, 60_000.0, 60_500.0, False), ({"price_move_usd": 500.0}, 25_000.0, 25_500.0, True),
     ({"price_move_pct": 2.0}, 25_000.0, 25_500.0, True), ({"price_move_sigma_1d": 1.0}, 60_000.0, 61_600.0, True),
     ({"price_move_sigma_1d": 1.0}, 60_000.0, 61_500.0, False)],
)  # fmt: skip
def test_a_price_move_counts_from_the_last_hedge_in_the_unit_stated(rule, start, now, fires) -> None:
    # One standard deviation of a day at 50 % a year is 2.617 %: 61,571 from 60,000 (e to its power: 61,591).
    case = past.facing(book(), market(now), past.asking(**rule), since(start))
    assert bool(past.fired(case, "price_move")) is fires


@pytest.mark.requirement("HED-03")
def test_only_a_hedge_resets_what_a_price_move_is_measured_from() -> None:
    looked = past.ago(hours=0.5, prices={"BTC": 60_500.0})
    before = replace(since(60_000.0), last=looked)
    assert past.fired(past.facing(book(), market(60_600.0), past.asking(price_move_pct=1.0), before), "price_move")


def test_without_a_volatility_or_a_day_of_its_index_no_band_and_no_shorter_interval_is_claimed() -> None:
    steps = ({"iv_rise_points": 10.0, "interval_minutes": 15},)
    rule = past.asking(delta_band=True, interval_minutes=60, interval_steps=steps)
    bare = worlds.market([(BTC, worlds.quoted(BTC, 100_000.0))])
    silent = past.facing(book(), bare, rule, Since(first=past.ago())).occasions.silent
    assert silent["delta_band BTC"] == "no volatility of BTC to make a band from"
    assert silent["interval BTC"].startswith("not tightened by BTC")


def test_without_history_a_trigger_is_silent_and_says_why() -> None:
    case = past.facing(book(), market(), past.asking(price_move_pct=1.0, interval_minutes=60, iv_move_points=5))
    assert case.occasions.fired == ()
    assert case.occasions.silent == {
        "price_move BTC": "no hedge of BTC is known",
        "interval": "no earlier cycle of this account is known",
        "iv_move BTC": "no earlier cycle of this account is known",
    }


@pytest.mark.requirement("HED-02")
@pytest.mark.parametrize(("minutes", "checks"), [(240, 6), (60, 24), (90, 16)])
def test_a_day_with_an_interval_of_four_hours_has_exactly_six_checks(minutes: int, checks: int) -> None:
    rule, start = past.asking(interval_minutes=minutes), Moment(at=worlds.NOW)
    before, count = Since(last=start, first=start), 0
    for minute in range(15, 24 * 60 + 1, 15):
        now = worlds.NOW + timedelta(minutes=minute)
        quote = replace(worlds.quoted(BTC, 1e5), as_of=now)
        snapshot = replace(market(), as_of=now, quotes={BTC.id: quote}, rejected={})
        case = past.facing(book(), snapshot, rule, before)
        looked = Moment(at=now, fired=tuple(item.key for item in case.occasions.fired))
        if past.fired(case, "interval"):
            count += 1
            before = replace(before, fired={"interval": looked})
        before = replace(before, last=looked)
    assert count == checks


def index_history(start: float, end: float) -> dict:
    now = int(worlds.NOW.timestamp() * 1000)
    return {"BTC": ((now - 86_400_000, start), (now, end))}


@pytest.mark.requirement("HED-08")
@pytest.mark.parametrize(
    ("index", "minutes", "fires"), [(0.69, 31, False), (0.70, 31, True), (0.70, 29, False), (0.50, 61, True)]
)
def test_a_rise_of_twenty_points_of_the_volatility_index_shortens_the_interval(index, minutes, fires) -> None:
    steps = ({"iv_rise_points": 10.0, "interval_minutes": 45}, {"iv_rise_points": 20.0, "interval_minutes": 30})
    looked = past.ago(hours=minutes / 60)
    snapshot = market(vol=index, volatility_history=index_history(0.5, index))
    case = past.facing(
        book(), snapshot, past.asking(interval_minutes=60, interval_steps=steps), Since(last=looked, first=looked)
    )  # fmt: skip
    found = past.fired(case, "interval")
    assert bool(found) is fires
    if fires and index == 0.70:
        assert "interval 30, tightened from 60: the volatility index of BTC rose 20 points" in found[0].reason


@pytest.mark.requirement("HED-04")
def test_a_move_of_implied_volatility_fires_once_and_then_counts_from_there() -> None:
    start, rule = past.ago(hours=3, vols={"BTC": 0.5}), past.asking(iv_move_points=5)
    before = Since(last=start, first=start)
    assert not past.fired(past.facing(book(), market(vol=0.549), rule, before), "iv_move")
    (found,) = past.fired(past.facing(book(), market(vol=0.55), rule, before), "iv_move")
    assert "+5 points" in found.reason
    after = past.ago(hours=1, vols={"BTC": 0.55}, fired=(found.key,))
    again = replace(before, last=after, fired={found.key: after})
    assert not past.fired(past.facing(book(), market(vol=0.58), rule, again), "iv_move")


@pytest.mark.requirement("HED-04")
@pytest.mark.parametrize(
    ("half", "way"), [(1.4, None), (1.5, "wider"), (3.0, "wider"), (0.17, None), (0.16, "narrower")]
)
def test_a_change_of_liquidity_fires_once_and_then_counts_from_there(half: float, way: str | None) -> None:
    def seen(half_spread: float, since: Since):
        dear = worlds.perpetual(venue="bybit")
        pairs = [
            (BTC, worlds.quoted(BTC, 1e5, half_spread=half_spread)),
            (dear, worlds.quoted(dear, 1e5, half_spread=90)),
        ]
        rule = past.asking(liquidity_factor=3)
        return past.facing(book(), worlds.market(pairs, volatility_index={"BTC": 0.5}), rule, since)

    first = moment(seen(5.0, Since()))
    assert first.spreads == {"BTC": pytest.approx(1.0)}
    before = Since(last=first, first=replace(first, spreads={"BTC": 1.0}))
    case = seen(10.0 * half, before)
    found = past.fired(case, "liquidity")
    assert [f"bp, {way}; rule 3 ×" in item.reason and item.new for item in found] == ([True] if way else [])
    if way:
        again = replace(before, last=moment(case), fired={found[0].key: moment(case)})
        assert not past.fired(seen(10.0 * half, again), "liquidity")


def test_a_change_of_liquidity_is_silent_where_nobody_stands_or_nothing_is_remembered() -> None:
    rule, alone = (
        past.asking(liquidity_factor=3),
        worlds.market([(BTC, replace(worlds.quoted(BTC, 1e5), bid=None, bids=()))]),
    )
    assert past.facing(book(), alone, rule).occasions.silent["liquidity BTC"] == "spread of BTC: nobody on one side"
    case = past.facing(book(), market(vol=0.5), rule)
    assert case.occasions.silent["liquidity BTC"] == "no earlier cycle of this account is known"


@pytest.mark.requirement("HED-04")
@pytest.mark.requirement("HED-24")
@pytest.mark.parametrize(("before", "now", "said"), [(1e-4, -1e-4, "shorts pay now"), (-1e-4, 2e-4, "longs pay now"),
                                                     (1e-4, 2e-4, None), (1e-4, 0.0, None)])  # fmt: skip
def test_funding_that_changes_sign_fires_once(before: float, now: float, said: str | None) -> None:
    quote = worlds.quoted(BTC, 1e5, funding_rate=now, funding_interval_hours=8.0)
    snapshot = worlds.market([(BTC, quote)], volatility_index={"BTC": 0.5})
    rule, name = past.asking(funding_flip=True), str(BTC.id)
    seen = Since(last=past.ago(funding={name: before}))
    found = past.fired(past.facing(book(), snapshot, rule, seen), "funding")
    assert [said in item.reason and item.alert and item.new for item in found] == ([True] if said else [])
    again = Since(last=past.ago(funding={name: now}, fired=tuple(item.key for item in found)))
    assert not past.fired(past.facing(book(), snapshot, rule, again), "funding")


@pytest.mark.requirement("HED-24")
@pytest.mark.parametrize(("rates", "told"), [((1e-4, 0.0, -1e-4), [2]), ((1e-4, 0.0, 2e-4), []), ((0.0, 0.0, 1e-4), []),
                                             ((1e-4, 0.0, 0.0, -1e-4, -1e-4), [3])])  # fmt: skip
def test_funding_that_turns_through_zero_is_told_when_the_other_side_pays(rates, told: list[int]) -> None:
    rule, before, fired = past.asking(funding_flip=True), Since(), []
    for number, rate in enumerate(rates):
        quote = worlds.quoted(BTC, 1e5, funding_rate=rate, funding_interval_hours=8.0)
        case = past.facing(book(), worlds.market([(BTC, quote)], volatility_index={"BTC": 0.5}), rule, before)
        fired += [number] if past.fired(case, "funding") else []
        before = Since(last=moment(case))
    assert fired == told


@pytest.mark.requirement("HED-04")
def test_a_spike_of_funding_is_told_as_new_only_when_it_begins() -> None:
    hour = 3_600_000
    now = int(worlds.NOW.timestamp() * 1000)
    settled = tuple((now - 8 * hour * n, 1e-4 + 1e-6 * (n % 3)) for n in range(40, 0, -1))
    quote = worlds.quoted(BTC, 1e5, funding_rate=2e-3, funding_interval_hours=8.0)
    snapshot = worlds.market([(BTC, quote)], volatility_index={"BTC": 0.5}, funding_history={BTC.id: settled})
    rule = past.asking(funding_flip=True)
    (first,) = past.fired(past.facing(book(), snapshot, rule, Since(last=past.ago())), "funding")
    (later,) = past.fired(past.facing(book(), snapshot, rule, Since(last=past.ago(fired=(first.key,)))), "funding")
    assert (first.new, later.new, "spike" in first.reason) == (True, False, True)


@pytest.mark.requirement("HED-04")
def test_realised_over_implied_fires_when_it_crosses() -> None:
    bars = {BTC.id: worlds.walk(days=40, vol=0.6)}
    rule = past.asking(rv_iv_ratio=1.0)
    for ratio, fires in ((0.8, True), (1.3, False)):
        case = past.facing(
            book(), market(vol=0.5, candles=bars), rule, Since(last=past.ago(ratios={"BTC": ratio}))
        )  # fmt: skip
        assert bool(past.fired(case, "rv_iv")) is fires


@pytest.mark.requirement("ENG-12")
def test_a_correlation_that_breaks_from_nine_tenths_to_a_fifth_fires() -> None:
    eth = worlds.perpetual("ETH")

    def candles(own: np.ndarray) -> Candles:
        prices = 1_000.0 * np.exp(np.concatenate([[0.0], np.cumsum(own)]))
        first = int(worlds.NOW.timestamp() * 1000) - (own.size * 6 + 2) * 3_600_000  # closes stand on six hours
        rows = [(float(first + n * 6 * 3_600_000), float(a), float(max(a, b)), float(min(a, b)), float(b), 1.0)
                for n, (a, b) in enumerate(pairwise(prices))]  # fmt: skip
        return Candles(timeframe="6h", rows=tuple(rows))

    draw = np.random.default_rng(3)
    one, noise = draw.standard_normal(360) * 0.01, draw.standard_normal(360) * 0.01
    together = 0.9 * one + 0.19**0.5 * noise
    broken = np.concatenate([together[:-30], 0.2 * one[-30:] + 0.96**0.5 * noise[-30:]])
    rule = past.asking(correlation_drop=0.4)
    for moves, fires in ((together, False), (broken, True)):
        snapshot = worlds.market(
            [(BTC, worlds.quoted(BTC, 1e5)), (eth, worlds.quoted(eth, 2_500.0))],
            volatility_index={"BTC": 0.5, "ETH": 0.6}, candles={BTC.id: candles(one), eth.id: candles(moves)},
        )  # fmt: skip
        case = past.facing(worlds.book({"USD": 1e6}, worlds.held(BTC, 0.1), worlds.held(eth, 1.0)), snapshot, rule)
        found = past.fired(case, "correlation_break")
        assert bool(found) is fires
        assert all("size cross-hedges and pairs again" in item.reason for item in found)


def straddle(side: float, *, days: float = 20.0, price: float = 100_000.0) -> tuple[Portfolio, list]:
    options = [worlds.option("BTC", 100_000.0, right, days=days) for right in OptionType]
    portfolio = book(0.0, *(worlds.held(item, side) for item in options))
    return portfolio, [(item, worlds.marked(item, price, 0.5)) for item in options]


@pytest.mark.requirement("HED-36")
@pytest.mark.parametrize(
    ("side", "said"), [(1.0, "long gamma may stay or be entered"), (-1.0, "short gamma reduces before it")]
)
def test_before_an_event_long_gamma_may_enter_and_short_gamma_reduces(side: float, said: str) -> None:
    portfolio, pairs = straddle(side)
    for hours, fires in ((23.0, True), (25.0, False)):
        event = Event(at=worlds.NOW + timedelta(hours=hours), name="CPI", underlyings=())
        case = past.facing(portfolio, market(100_000.0, *pairs, events=(event,)), past.asking(events=True))
        assert [said in item.reason for item in past.fired(case, "event")] == ([True] if fires else [])


@pytest.mark.requirement("HED-36")
@pytest.mark.parametrize(("hours", "fires"), [(-3.0, False), (-4.0, True), (-52.0, True), (-53.0, False)])
def test_after_an_event_the_hours_of_the_exit_are_told_while_options_are_held(hours: float, fires: bool) -> None:
    event = Event(at=worlds.NOW + timedelta(hours=hours), name="CPI", underlyings=("BTC",))
    portfolio, pairs = straddle(1.0)
    for held, wanted in ((portfolio, fires), (book(), False)):
        case = past.facing(held, market(100_000.0, *pairs, events=(event,)), past.asking(events=True))
        found = past.fired(case, "event")
        assert ["close what was opened for it" in item.reason for item in found] == ([True] if wanted else [])


@pytest.mark.parametrize(("days", "fires", "pinned"), [(3.0, False, False), (1.5, True, True), (0.5, True, True)])
def test_an_option_near_its_end_and_its_strike_is_said_to_be_pinned(days: float, fires: bool, pinned: bool) -> None:
    portfolio, pairs = straddle(1.0, days=days)
    found = past.fired(past.facing(portfolio, market(100_000.0, *pairs), past.asking(expiry_days=2.0)), "expiry")
    assert [("pinned" in item.reason) for item in found] == ([pinned] if fires else [])
    assert all(item.urgency is (Urgency.NOW if days <= 1.0 else Urgency.SOON) for item in found)


def test_a_perpetual_far_from_its_index_and_a_pool_near_its_limits_are_told() -> None:
    quote = worlds.quoted(BTC, 100_000.0, index=99_000.0)
    snapshot = worlds.market([(BTC, quote)], volatility_index={"BTC": 0.5})
    (found,) = past.fired(past.facing(book(), snapshot, past.asking(basis_bps=50)), "basis")
    assert "+101 bp from its index" in found.reason
    tiered = worlds.perpetual(tiers=(worlds.MarginTier(up_to_notional=None, initial=0.01, maintenance=0.005),))
    snapshot = worlds.market([(tiered, worlds.quoted(tiered, 100_000.0))], volatility_index={"BTC": 0.5})
    empty = worlds.book({"USD": 50_000.0}, pools=(worlds.pool("p", "deribit", 50_000.0),))
    portfolio = replace(empty, positions=(worlds.held(tiered, 5.0, pool="p"),))
    found = past.fired(past.facing(portfolio, snapshot), "margin")
    assert [(item.order, item.urgency) for item in found if "liquidation" in item.key] == [(Order.LIMIT, Urgency.NOW)]


def test_gates_are_heard_before_limits_the_band_and_a_users_rules() -> None:
    rules = past.asking(price_move_pct=0.1, delta_band=True, loss_streak=1)
    before = replace(since(90_000.0), hedges=past.hedges("BTC", [(1.0, 100_000.0), (1.0, 99_000.0)]))
    band = Band(kind=BandKind.FIXED, unit=Unit.COIN, scale=0.01, rehedge_to=Rehedge.EDGE)
    case = past.facing(book(), market(), replace(rules, band=band), before)
    assert [item.order for item in case.occasions.fired] == [Order.GATE, Order.BAND, Order.RULE]


@pytest.mark.requirement("T20")
def test_a_users_rule_that_fires_inside_the_band_trades_nothing() -> None:
    band = Band(kind=BandKind.FIXED, unit=Unit.COIN, scale=2.0, rehedge_to=Rehedge.EDGE)
    case = past.facing(book(), market(), replace(past.asking(price_move_pct=1.0), band=band), since(90_000.0))
    assert past.fired(case, "price_move")
    assert not any(action.legs for action in propose(case).candidates)


@pytest.mark.parametrize(("trades_on_iv", "moved", "hedged"), [(False, 0.5, False), (True, 0.5, True),
                                                               (False, 0.0, True)])  # fmt: skip
def test_delta_that_only_implied_volatility_moved_out_of_its_band_waits(trades_on_iv, moved, hedged) -> None:
    call = worlds.option("BTC", 120_000.0, OptionType.CALL, days=30)
    snapshot = market(100_000.0, (call, worlds.marked(call, 100_000.0, 1.0)), vol=1.0)
    flat = past.facing(
        book(0.0, worlds.held(call, 10.0)), market(100_000.0, (call, worlds.marked(call, 100_000.0, 0.5)))
    )
    portfolio = book(-flat.hold.exposures[0].net_delta, worlds.held(call, 10.0))
    band = Band(kind=BandKind.FIXED, unit=Unit.COIN, scale=0.5, rehedge_to=Rehedge.EDGE)
    rule = replace(past.asking(iv_move_points=5, iv_only_moves_trade=trades_on_iv), band=band)
    before = past.ago(prices={"BTC": 100_000.0}, vols={"BTC": 1.0 - moved})
    case = past.facing(portfolio, snapshot, rule, Since(hedged={"BTC": before}), persona=worlds.unlimited("balanced"))
    proposal = propose(case)
    assert any(action.kind == "to_edge" for action in screen(case, proposal.candidates)) is hedged
    assert any("implied volatility alone" in reason for reason in proposal.left_out.values()) is not hedged
