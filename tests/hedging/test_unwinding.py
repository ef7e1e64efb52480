"""What is held given up: profits taken, positions closed and reduced, and what the calendar asks."""

from dataclasses import replace
from datetime import timedelta

import chains
import pytest
import worlds

from oracle_core.domain.hedge import ActionKind, CandidateAction, Status
from oracle_core.domain.instrument import OptionType
from oracle_core.domain.market import Event
from oracle_core.domain.portfolio import Portfolio
from oracle_core.hedging.candidates import Proposal
from oracle_core.hedging.heat import heat
from oracle_core.hedging.screen import screen
from oracle_core.hedging.select import select
from oracle_core.playbook.blend import Blend

EXAMPLE_6 = [
    ("cautious", 311.36), ("conservative", -33.88), ("balanced", -36.96), ("aggressive", -37.23), ("degen", -37.36),
]  # fmt: skip


def of_kind(found: Proposal, kind: ActionKind) -> list[CandidateAction]:
    return [item for item in found.candidates if item.kind is kind]


def proposal(book: Portfolio, rule: Blend, persona: str = "balanced", **market: object) -> Proposal:
    return worlds.proposed(book, chains.chain(**market), worlds.who(persona), rule)


def by_symbol(action: CandidateAction) -> dict[str, float]:
    return {leg.symbol: float(leg.contracts) for leg in action.legs}


def short_straddle(coins: float = -2.0, hedge: float = 0.0, **more: object) -> Portfolio:
    held = [worlds.held(item, coins, **more) for item in chains.options(100_000.0)]
    perps = [worlds.held(worlds.perpetual(), hedge)] if hedge else []
    return worlds.book({"USD": 1e6}, *held, *perps)


# Take profit: worked example 6, through the family


def cheap_puts(persona: str, entry: float | None) -> tuple[Proposal, tuple[CandidateAction, ...]]:
    put = worlds.option("BTC", 85_000.0, OptionType.PUT, days=5)
    snapshot = worlds.market([(put, worlds.marked(put, 100_000.0, 0.570028, mark=15.0, ask=20.0))])
    book = worlds.book({"USD": 1e6}, worlds.held(put, -5.0, entry_price=entry))
    found = worlds.proposed(book, snapshot, worlds.who(persona), worlds.rules("profit_management", horizon_hours=168.0))
    return found, screen(found.case, found.candidates)


@pytest.mark.requirement("PST-06")
@pytest.mark.parametrize("entry", [None, 900.0, 15.0])
@pytest.mark.parametrize(("persona", "benefit"), EXAMPLE_6)
def test_example_6_profit_management_closes_cheap_puts_only_for_the_cautious(
    persona: str, benefit: float, entry: float | None
) -> None:
    found, actions = cheap_puts(persona, entry)
    (action,) = of_kind(found, ActionKind.TAKE_PROFIT)
    assert by_symbol(action) == {action.legs[0].symbol: 5.0}
    assert action.cost.total == pytest.approx(37.50, abs=0.005)
    assert action.benefit == pytest.approx(benefit, abs=0.01)
    picked = {pick.id for pick in select(found.case, actions)}
    assert (action.id in picked) is (persona == "cautious")


@pytest.mark.parametrize(
    ("entry", "coins", "proposed"),
    [(40_000.0, -1.0, True), (20_000.0, -1.0, False), (None, -1.0, False),
     (3_000.0, 1.0, True), (4_200.0, 1.0, False), (None, 1.0, False)],
)  # fmt: skip
def test_what_has_earned_its_premium_or_gained_enough_is_proposed(
    entry: float | None, coins: float, proposed: bool
) -> None:
    # The call is worth 6,280: bought back at 6,406, sold at 6,155.
    call = chains.options(100_000.0)[0]
    book = worlds.book({"USD": 1e6}, worlds.held(call, coins, entry_price=entry))
    found = of_kind(proposal(book, worlds.rules("profit_management")), ActionKind.TAKE_PROFIT)
    assert bool(found) is proposed


def test_an_entry_price_proposes_and_never_ranks() -> None:
    call = chains.options(100_000.0)[0]
    benefits = set()
    for entry in (35_000.0, 90_000.0):
        book = worlds.book({"USD": 1e6}, worlds.held(call, -1.0, entry_price=entry))
        (action,) = of_kind(proposal(book, worlds.rules("profit_management")), ActionKind.TAKE_PROFIT)
        benefits.add(action.benefit)
    assert len(benefits) == 1


def test_the_average_entry_of_two_positions_counts_and_an_unknown_one_hides_it() -> None:
    call = chains.options(100_000.0)[0]

    def offered(second: float | None) -> bool:
        entries = {"one": 40_000.0, "two": second}
        held = [worlds.held(call, -1.0, entry_price=price, strategy=name) for name, price in entries.items()]
        found = proposal(worlds.book({"USD": 1e6}, *held), worlds.rules("profit_management"))
        return bool(of_kind(found, ActionKind.TAKE_PROFIT))

    assert (offered(40_000.0), offered(8_000.0), offered(None)) == (True, False, False)


def test_a_straddle_closed_at_a_profit_takes_its_hedge_with_it() -> None:
    held = [worlds.held(item, 4.0, entry_price=2_000.0) for item in chains.options(100_000.0)]
    book = worlds.book({"USD": 1e6}, *held, worlds.held(worlds.perpetual(), -2.4))
    found = proposal(book, worlds.rules("gamma_scalp"), spot=110_000.0)
    whole = [item for item in of_kind(found, ActionKind.TAKE_PROFIT) if len(item.legs) == 3]
    assert whole
    assert all(abs(item.after.exposures[0].net_delta) < 0.001 for item in whole)


def test_what_comes_nearer_to_the_target_is_not_hedged_on_the_way() -> None:
    put = worlds.option("BTC", 85_000.0, OptionType.PUT, days=5.0)
    book = worlds.book({"USD": 1e6}, worlds.held(put, -5.0), worlds.held(worlds.perpetual(), 3.0))
    (action,) = of_kind(proposal(book, worlds.rules("profit_management"), vols={5.0: 0.57}), ActionKind.TAKE_PROFIT)
    assert by_symbol(action) == {put.symbol: 5.0}


def test_closing_adds_no_notional_though_it_may_add_risk() -> None:
    wings = [worlds.option("BTC", strike, right, days=30.0)
             for strike, right in ((115_000.0, OptionType.CALL), (85_000.0, OptionType.PUT))]  # fmt: skip
    held = [worlds.held(item, 4.0, entry_price=100.0) for item in wings]
    book = worlds.book({"USD": 1e6}, *short_straddle(-4.0).positions, *held)
    found = proposal(book, worlds.rules("profit_management"))
    gains = of_kind(found, ActionKind.TAKE_PROFIT)
    assert any(action.terms.risk < found.case.resting.risk for action in gains)
    for action in screen(found.case, gains):
        assert not any(reason.startswith("budget") for reason in action.reasons), action.reasons


# Close and reduce: a hot book


@pytest.mark.requirement("ENG-18", "PST-06")
def test_a_hot_book_is_offered_closes_and_reductions_with_cost_and_exposure_after() -> None:
    found = proposal(short_straddle(-8.0), worlds.rules("heat_control"))
    closes, reductions = of_kind(found, ActionKind.CLOSE), of_kind(found, ActionKind.REDUCE)
    assert {len([leg for leg in item.legs if leg.symbol.count("-") > 1]) for item in closes} == {1, 2}
    assert reductions
    for action in (*closes, *reductions):
        assert action.cost.total > 0.0
        assert abs(action.after.exposures[0].gamma_1pct_usd) < abs(action.before.exposures[0].gamma_1pct_usd)
    whole = next(item for item in closes if len(item.legs) >= 2 and not item.after.exposures[0].gamma_1pct_usd)
    assert whole.after.worst.pnl_usd == pytest.approx(0.0, abs=200.0)
    half = reductions[0].after.exposures[0]
    assert half.gamma_1pct_usd == pytest.approx(0.5 * found.case.hold.exposures[0].gamma_1pct_usd)
    assert abs(half.net_delta) < 0.001


def test_a_calm_book_is_not_argued_with() -> None:
    found = proposal(short_straddle(-0.2), worlds.rules("heat_control"))
    assert heat(found.case).pct < 60.0
    assert not of_kind(found, ActionKind.CLOSE)
    assert not of_kind(found, ActionKind.REDUCE)
    assert "nearest limit" in found.left_out["close"]


def test_the_heat_of_a_book_is_the_use_of_its_nearest_limit() -> None:
    found = proposal(worlds.book({"USD": 1e6}, worlds.held(worlds.perpetual(), 3.0)), worlds.rules())
    # $300k of delta: 30 % of equity against balanced's 40 %; 9 % of stress against 25 %; 0.3 x of 3 x leverage.
    assert heat(found.case) == (pytest.approx(75.0), "net_delta_pct_equity")


def test_reducing_a_hedged_structure_keeps_its_delta_at_the_target() -> None:
    found = proposal(short_straddle(-8.0, hedge=0.9), worlds.rules("heat_control"))
    lots = [item for item in of_kind(found, ActionKind.REDUCE) if any(leg.symbol.count("-") > 1 for leg in item.legs)]
    assert lots
    assert all(abs(item.after.exposures[0].net_delta) < 0.001 for item in lots)


def test_a_hedge_is_closed_only_where_that_brings_net_delta_nearer_to_its_target() -> None:
    def closed(hedge: float) -> list[dict[str, float]]:
        found = proposal(short_straddle(-8.0, hedge=hedge), worlds.rules("heat_control"))
        return [by_symbol(item) for item in of_kind(found, ActionKind.CLOSE) if len(item.legs) == 1]

    linear = "BTC/USDC:USDC"
    assert {linear: 3.0} in closed(-3.0)
    assert not any(linear in legs for legs in closed(0.9))


def test_what_is_too_small_to_halve_is_said() -> None:
    found = proposal(short_straddle(-0.1), chains.ruled("heat_control", section="reduce", heat_pct=0.0))
    assert not of_kind(found, ActionKind.REDUCE)
    assert any("smaller than the smallest contract" in why for why in found.left_out.values())


def test_a_reducing_trade_needs_no_budget() -> None:
    found = proposal(short_straddle(-8.0), worlds.rules("heat_control"), persona="degen")
    for action in screen(found.case, found.candidates):
        assert not any(reason.startswith("budget") for reason in action.reasons)


# Inventory profit


@pytest.mark.requirement("HED-34")
@pytest.mark.parametrize(
    ("target", "entry", "offered"),
    [(None, 80_000.0, False), (100.0, 80_000.0, True), (100.0, 96_000.0, False), (100.0, None, False)],
)
def test_an_inventory_that_has_gained_enough_is_reduced_and_by_default_none_is(
    target: float | None, entry: float | None, offered: bool
) -> None:
    # 0.5 BTC bought at 80,000 have gained $10,000: 100 bp of $1m.
    rule = chains.ruled("profit_management", section="reduce", inventory_profit_bps_equity=target)
    book = worlds.book({"USD": 1e6}, worlds.held(worlds.perpetual(), 0.5, entry_price=entry))
    found = of_kind(proposal(book, rule), ActionKind.REDUCE)
    assert [by_symbol(item) for item in found] == ([{"BTC/USDC:USDC": -0.25}] if offered else [])
    assert worlds.rules("profit_management").params.reduce.inventory_profit_bps_equity is None


# The event playbook


def release(hours: float) -> tuple[Event, ...]:
    return (Event(at=worlds.NOW + timedelta(hours=hours), name="CPI", underlyings=("BTC",)),)


def playbook(*policies: str) -> Blend:
    return chains.ruled("gamma_scalp", section="events", policies=policies, enter_hours_before=24, exit_hours_after=4)


@pytest.mark.requirement("HED-36")
@pytest.mark.parametrize(("hours", "entered"), [(25.0, False), (24.0, True), (1.0, True), (-1.0, False)])
def test_long_convexity_enters_from_the_stated_hours_before_an_event(hours: float, entered: bool) -> None:
    found = proposal(worlds.book({"USD": 1e6}), playbook(), events=release(hours))
    offered = of_kind(found, ActionKind.ESTABLISH)
    assert bool(offered) is entered
    assert all("CPI" in " ".join(item.notes) for item in offered)
    assert entered or found.left_out["establish BTC"]


@pytest.mark.requirement("HED-36")
@pytest.mark.parametrize(
    ("hours", "opened", "left"),
    [(-3.0, 10.0, False), (-4.0, 10.0, True), (-51.0, 60.0, True), (-53.0, 60.0, False), (-5.0, 40.0, False),
     (-5.0, 1.0, False), (-5.0, None, True)],
)  # fmt: skip
def test_what_was_opened_for_an_event_is_closed_from_the_stated_hours_after(
    hours: float, opened: float | None, left: bool
) -> None:
    since = None if opened is None else worlds.NOW - timedelta(hours=opened)
    held = [worlds.held(item, 0.4, opened_at=since) for item in chains.options(100_000.0)]
    rule = chains.ruled("gamma_scalp", section="close", policies=("close",), heat_pct=1_000)
    rule = _with_events(rule)
    found = proposal(worlds.book({"USD": 1e6}, *held), rule, events=release(hours))
    offered = of_kind(found, ActionKind.CLOSE)
    assert bool(offered) is left
    assert all("CPI" in " ".join(item.notes) for item in offered)


def _with_events(rule: Blend) -> Blend:
    return replace(rule, params=rule.params.model_copy(update={"events": playbook().params.events}))


@pytest.mark.requirement("HED-36")
@pytest.mark.parametrize(("coins", "hours", "reduced"), [(-0.4, 20.0, True), (-0.4, 30.0, False), (0.4, 20.0, False)])
def test_short_convexity_is_reduced_before_an_event_and_long_is_not(coins: float, hours: float, reduced: bool) -> None:
    rule = _with_events(chains.ruled("heat_control", section="reduce", heat_pct=1_000))
    found = proposal(short_straddle(coins), rule, events=release(hours))
    offered = of_kind(found, ActionKind.REDUCE)
    assert bool(offered) is reduced
    assert all("short convexity before CPI" in " ".join(item.notes) for item in offered)


def test_what_is_opened_for_an_event_outlives_it() -> None:
    rule = chains.ruled("gamma_scalp", section="events", enter_hours_before=240, exit_hours_after=4)
    found = proposal(worlds.book({"USD": 1e6}), rule, vols={8.0: 0.4, 30.0: 0.6}, events=release(9 * 24.0))
    offered = of_kind(found, ActionKind.ESTABLISH)
    assert offered
    assert all("31MAR26" in action.notes[0] for action in offered)


def test_an_event_of_another_coin_is_no_occasion() -> None:
    other = (Event(at=worlds.NOW + timedelta(hours=5), name="upgrade", underlyings=("ETH",)),)
    found = proposal(worlds.book({"USD": 1e6}), playbook(), events=other)
    assert not of_kind(found, ActionKind.ESTABLISH)
    everywhere = (Event(at=worlds.NOW + timedelta(hours=5), name="FOMC", underlyings=()),)
    assert of_kind(proposal(worlds.book({"USD": 1e6}), playbook(), events=everywhere), ActionKind.ESTABLISH)


# What a hedge of convexity is called


@pytest.mark.requirement("HED-16")
@pytest.mark.parametrize(("coins", "spot", "side", "label"), [
    (-4.0, 108_000.0, 1.0, "short gamma: hedging BTC buys high and sells low"),
    (-4.0, 92_000.0, -1.0, "short gamma: hedging BTC buys high and sells low"),
    (4.0, 108_000.0, -1.0, "long gamma: hedging BTC sells high and buys low"),
])  # fmt: skip
def test_a_hedge_is_labelled_by_the_sign_of_gamma(coins: float, spot: float, side: float, label: str) -> None:
    found = proposal(short_straddle(coins), worlds.rules(), spot=spot)
    hedges = of_kind(found, ActionKind.TO_TARGET)
    assert hedges
    for action in hedges:
        assert float(action.legs[0].contracts) * side > 0.0
        assert label in action.notes


def test_a_book_without_options_has_no_label() -> None:
    found = proposal(worlds.book({"USD": 1e6}, worlds.held(worlds.perpetual(), 1.0)), worlds.rules())
    assert not any("gamma" in note for item in found.candidates for note in item.notes)


def test_every_unwinding_is_judged_like_the_rest() -> None:
    found = proposal(short_straddle(-8.0), worlds.rules("heat_control"))
    shown = screen(found.case, found.candidates)
    assert all(item.status in Status for item in shown)
    assert [item.rank for item in shown] == list(range(1, len(shown) + 1))
