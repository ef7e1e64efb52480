"""Gamma, vega and gaps hedged with options: what each family offers, what cuts it, and what no perpetual can do."""

from dataclasses import replace
from decimal import Decimal

import pytest
import worlds
from hypothesis import given, settings
from hypothesis import strategies as st

from oracle_core.domain.hedge import ActionKind, CandidateAction, Status
from oracle_core.domain.instrument import Instrument, OptionType
from oracle_core.domain.portfolio import Numeraire, Portfolio
from oracle_core.hedging.candidates import Proposal, measure, propose
from oracle_core.hedging.evaluate import evaluate
from oracle_core.hedging.limits import refusals
from oracle_core.hedging.screen import screen
from oracle_core.hedging.select import select
from oracle_core.playbook.blend import Blend
from oracle_core.playbook.strategy import Budget, DayRange
from tests.hedging.option_chains import SPOT, chain_market, find, options, quoted_option

STRIKES = (80_000.0, 90_000.0, 95_000.0, 100_000.0, 105_000.0, 110_000.0, 120_000.0)
CHAIN = options(strikes=STRIKES, days=(7.0, 30.0))
OPTION_KINDS = {
    ActionKind.OPTION_GAMMA, ActionKind.OPTION_VEGA, ActionKind.DELTA_GAMMA_VEGA, ActionKind.OPTION_WING,
    ActionKind.COLLAR,
}  # fmt: skip


def straddles(count: float, *, equity: float = 1e6, days: float = 30.0, perpetual: float = 0.0) -> Portfolio:
    pair = [find(CHAIN, 100_000.0, right, days) for right in OptionType]
    hedge = [worlds.held(worlds.perpetual(), perpetual)] if perpetual else []
    return worlds.book({"USD": equity}, *(worlds.held(listed, count) for listed in pair), *hedge)


def weighed(
    book: Portfolio, strategy: Blend, who: str = "balanced", chain: list[Instrument] = CHAIN, **quote: float
) -> tuple[Proposal, tuple[CandidateAction, ...]]:
    found = propose(measure(book, chain_market(chain, **quote), strategy, worlds.who(who)))
    return found, screen(found.case, found.candidates)


def of_kind(actions: tuple[CandidateAction, ...], kind: ActionKind) -> list[CandidateAction]:
    return [action for action in actions if action.kind is kind]


def figure(action: CandidateAction, name: str) -> float:
    return next(detail.value for detail in action.details if detail.name == name)


# A perpetual takes out delta and never gamma or vega


@pytest.mark.requirement("ENG-06")
def test_a_straddle_book_hedged_with_the_perpetual_has_no_delta_and_the_gamma_it_had() -> None:
    _, actions = weighed(straddles(-5.0, perpetual=2.0), worlds.rules("delta_neutral"))
    target = next(
        action
        for action in of_kind(actions, ActionKind.TO_TARGET)
        if all(leg.symbol == worlds.perpetual().symbol for leg in action.legs)
    )
    before, after = target.before.exposures[0], target.after.exposures[0]
    assert abs(after.net_delta) <= 0.001
    assert abs(before.net_delta) > 1.0
    assert (after.gamma_1pct_usd, after.vega_usd_per_point) == (before.gamma_1pct_usd, before.vega_usd_per_point)


@pytest.mark.requirement("ENG-06")
def test_a_gamma_hedge_trades_an_option_for_gamma_and_the_perpetual_for_its_delta() -> None:
    _, actions = weighed(straddles(-5.0), worlds.rules("delta_gamma_vega"))
    offered = of_kind(actions, ActionKind.OPTION_GAMMA)
    assert offered
    for action in offered:
        before, after = action.before.exposures[0], action.after.exposures[0]
        assert after.net_delta == pytest.approx(before.net_delta, abs=0.001)
        assert abs(after.gamma_1pct_usd) < abs(before.gamma_1pct_usd)
        assert after.gamma_1pct_usd * before.gamma_1pct_usd >= 0.0
        assert sum(leg.symbol != worlds.perpetual().symbol for leg in action.legs) == 1


@given(
    calls=st.floats(-20.0, 20.0).map(lambda size: round(size, 1)),
    puts=st.floats(-20.0, 20.0).map(lambda size: round(size, 1)),
    coins=st.floats(-5.0, 5.0).map(lambda size: round(size, 3)),
    name=st.sampled_from(["delta_neutral", "delta_gamma_vega", "short_vol_hedged", "protective_overlay"]),
)
@settings(max_examples=12, deadline=None)
@pytest.mark.requirement("ENG-07")
def test_what_trades_no_option_changes_no_gamma_and_no_vega(calls: float, puts: float, coins: float, name: str) -> None:
    sizes = {OptionType.CALL: calls, OptionType.PUT: puts}
    held = [worlds.held(find(CHAIN, 100_000.0, right, 30.0), size) for right, size in sizes.items() if size]
    book = worlds.book({"USD": 1e6}, *held, *([worlds.held(worlds.perpetual(), coins)] if coins else []))
    _, actions = weighed(book, worlds.rules(name))
    for action in actions:
        options_traded = any(leg.symbol != worlds.perpetual().symbol for leg in action.legs)
        before, after = action.before.exposures, action.after.exposures
        moved = [
            (b.gamma_1pct_usd, b.vega_usd_per_point) != (a.gamma_1pct_usd, a.vega_usd_per_point)
            for b, a in zip(before, after, strict=True)
        ]
        assert options_traded or not any(moved)
        assert options_traded or action.kind not in OPTION_KINDS


@pytest.mark.requirement("ENG-07")
def test_where_only_perpetuals_are_quoted_a_vega_goal_gets_nothing_and_says_why() -> None:
    pair = [find(CHAIN, 100_000.0, right, 30.0) for right in OptionType]
    perpetual = worlds.perpetual()
    pairs = [(perpetual, worlds.quoted(perpetual, SPOT))]
    pairs += [(listed, worlds.marked(listed, SPOT, 0.55)) for listed in pair]
    found = propose(measure(straddles(-5.0), worlds.market(pairs), worlds.rules("delta_gamma_vega"), worlds.who()))
    assert not [made for made in found.candidates if made.kind in OPTION_KINDS]
    assert "nothing else changes vega" in found.left_out["BTC vega"]
    assert "nothing else changes gamma" in found.left_out["BTC gamma"]


# Goals and caps


def test_without_a_target_and_within_the_limits_no_gamma_or_vega_is_hedged() -> None:
    _, actions = weighed(straddles(-0.5), worlds.rules("short_vol_hedged"))
    assert not of_kind(actions, ActionKind.OPTION_GAMMA)
    assert not of_kind(actions, ActionKind.OPTION_VEGA)


@pytest.mark.requirement("ENG-09")
def test_the_vega_cap_cuts_the_size_of_a_new_option_and_the_note_names_it() -> None:
    # Short near gamma, long far vega close to the cap: buying gamma far out adds vega, which only size can hold.
    near = [worlds.held(find(CHAIN, 100_000.0, right, 7.0), -6.0) for right in OptionType]
    far = [worlds.held(find(CHAIN, 100_000.0, right, 30.0), 18.0) for right in OptionType]
    book = worlds.book({"USD": 1e6}, *near, *far)
    only_far = [listed for listed in CHAIN if listed.expiry == find(CHAIN, 100_000.0, OptionType.CALL, 30.0).expiry]
    universe = worlds.rules("delta_gamma_vega").members[0].strategy.universe
    days = DayRange(min=20.0, max=60.0)
    rule = worlds.rules("delta_gamma_vega", universe=universe.model_copy(update={"option_days": days}), budget=Budget())
    cap = worlds.who().model_copy(
        update={"vega_point_pct_equity": 0.40, "premium_week_bps_equity": 1e4, "plan_notional_pct_equity": 1e3}
    )
    market = chain_market([*CHAIN])
    hold = measure(book, market, rule, cap).hold
    persona = cap.model_copy(update={"vega_point_pct_equity": hold.measures.vega_point_pct_equity + 0.02})
    target = rule.members[0].strategy.targets.model_copy(
        update={"gamma_1pct_pct_equity": 30.0, "vega_point_pct_equity": None}
    )
    case = measure(book, market, replace(rule, targets=target), persona)
    found = propose(case)
    bought = [made for made in found.candidates if made.kind is ActionKind.OPTION_GAMMA]
    assert bought
    assert only_far
    for action in bought:
        assert action.after.measures.vega_point_pct_equity <= persona.vega_point_pct_equity + 1e-9
        assert any("vega_point_pct_equity" in note and "of balanced" in note for note in action.notes)


# Cures


def gap_chain() -> list[Instrument]:
    return options(strikes=(90_000.0, 100_000.0, 110_000.0), days=(7.0,))


def gap_book(chain: list[Instrument]) -> Portfolio:
    """Twenty short straddles a week before expiry, their delta flat: worked example 4."""
    pair = [find(chain, 100_000.0, right) for right in OptionType]
    flat = worlds.book({"USD": 1e6}, *(worlds.held(listed, -20.0) for listed in pair))
    perpetual = worlds.perpetual(fee=0.0)
    pairs = [(perpetual, worlds.quoted(perpetual, SPOT))]
    pairs += [(listed, worlds.marked(listed, SPOT, 0.55)) for listed in pair]
    delta = worlds.facing(flat, worlds.market(pairs), worlds.who()).hold.exposures[0].net_delta
    return worlds.book({"USD": 1e6}, *flat.positions, worlds.held(perpetual, -delta))


def gap_market(chain: list[Instrument]) -> tuple[list[Instrument], object]:
    perpetual = worlds.perpetual(fee=0.0)
    pairs = [(perpetual, worlds.quoted(perpetual, SPOT))]
    for listed in chain:
        wing = listed.strike != 100_000.0 and ((listed.strike or 0.0) > SPOT) == (listed.option_type is OptionType.CALL)
        pairs.append((listed, quoted_option(listed) if wing else worlds.marked(listed, SPOT, 0.55)))
    return chain, worlds.market(pairs)


@pytest.mark.parametrize("strategy", ["delta_neutral", "short_vol_hedged", "protective_overlay"])
def test_example_4_the_smallest_wings_that_cure_the_gap_are_found_and_chosen(strategy: str) -> None:
    chain, snapshot = gap_market(gap_chain())
    found = propose(measure(gap_book(chain), snapshot, worlds.rules(strategy), worlds.who()))  # type: ignore[arg-type]
    actions = screen(found.case, found.candidates)
    cure = next(action for action in of_kind(actions, ActionKind.OPTION_WING) if action.duty)
    sizes = {leg.symbol[-8:]: float(leg.contracts) for leg in cure.legs if leg.symbol != worlds.perpetual().symbol}
    assert sizes == {"110000-C": 13.5, "-90000-P": 13.5}
    assert (cure.status, cure.breach) == (Status.CURE, 0.0)
    assert [pick.id for pick in select(found.case, actions)] == [cure.id]


def test_a_wing_below_the_smallest_cure_leaves_the_breach() -> None:
    chain, snapshot = gap_market(gap_chain())
    found = propose(measure(gap_book(chain), snapshot, worlds.rules(), worlds.who()))  # type: ignore[arg-type]
    cure = next(made for made in found.candidates if made.kind is ActionKind.OPTION_WING and made.duty)
    assert cure.before.measures.stress_loss_pct_equity == pytest.approx(49.68, abs=0.01)
    assert cure.after.measures.gamma_1pct_pct_equity <= 15.0
    assert cure.after.measures.gamma_1pct_pct_equity > 14.9


def test_a_breach_of_vega_is_cured_by_one_option_whatever_the_strategy_trades() -> None:
    book = straddles(-25.0)
    persona = worlds.who().model_copy(
        update={"gamma_1pct_pct_equity": 500.0, "stress_loss_pct_equity": 500.0, "gross_leverage": 50.0}
    )
    found = propose(measure(book, chain_market(CHAIN), worlds.rules("delta_neutral"), persona))
    actions = screen(found.case, found.candidates)
    assert found.case.universe.widened
    (cure,) = of_kind(actions, ActionKind.OPTION_VEGA)
    assert (cure.duty, cure.status) == (True, Status.CURE)
    assert cure.after.measures.vega_point_pct_equity <= 0.4
    lead = next(leg for leg in cure.legs if leg.symbol != worlds.perpetual().symbol)
    per_contract = (cure.before.measures.vega_point_pct_equity - cure.after.measures.vega_point_pct_equity) / float(
        lead.contracts
    )
    assert cure.after.measures.vega_point_pct_equity > 0.4 - 0.1 * per_contract - 1e-9


# Wings and collars


def overlay(book: Portfolio, who: str = "aggressive") -> tuple[Proposal, tuple[CandidateAction, ...]]:
    return weighed(book, worlds.rules("protective_overlay"), who)


@pytest.mark.requirement("HED-26")
@pytest.mark.requirement("PST-06")
@pytest.mark.parametrize(("coins", "right"), [(3.0, OptionType.PUT), (-3.0, OptionType.CALL)])
def test_a_put_insures_a_long_perpetual_and_a_call_a_short_one(coins: float, right: OptionType) -> None:
    _, actions = overlay(worlds.book({"USD": 1e6}, worlds.held(worlds.perpetual(), coins)))
    wings = of_kind(actions, ActionKind.OPTION_WING)
    assert wings
    side = "protection at -30 %" if right is OptionType.PUT else "protection at +30 %"
    for action in wings:
        bought = [leg for leg in action.legs if leg.symbol != worlds.perpetual().symbol]
        assert {leg.symbol[-1] for leg in bought} == {right.name[0]}
        assert all(leg.contracts > 0 for leg in bought)
        assert figure(action, "premium") > 0.0
        cell = next(item for item in action.after.stress if (item.spot_pct, item.vol_factor) == (
            pytest.approx(-30.0 if coins > 0.0 else 30.0), 1.0))  # fmt: skip
        held = next(item for item in action.before.stress if item[:2] == cell[:2])
        assert figure(action, side) == pytest.approx(cell.pnl_usd - held.pnl_usd, rel=1e-9)
        assert figure(action, side) > 0.0


@pytest.mark.requirement("HED-26")
def test_a_premium_budget_cuts_a_wing_and_the_note_names_it() -> None:
    _, actions = overlay(worlds.book({"USD": 1e6}, worlds.held(worlds.perpetual(), 3.0)))
    wings = of_kind(actions, ActionKind.OPTION_WING)
    assert all(figure(action, "premium") <= 50e-4 * 1e6 * (1 + 1e-9) for action in wings)
    assert any("budget.premium_week_bps_equity 50" in note for action in wings for note in action.notes)


@pytest.mark.requirement("PST-06")
@pytest.mark.parametrize(("coins", "bought"), [(3.0, OptionType.PUT), (-3.0, OptionType.CALL)])
def test_a_collar_is_paid_for_by_what_it_sells_and_covers_no_more_than_is_held(
    coins: float, bought: OptionType
) -> None:
    _, actions = overlay(worlds.book({"USD": 1e6}, worlds.held(worlds.perpetual(), coins)))
    collars = of_kind(actions, ActionKind.COLLAR)
    assert collars
    for action in collars:
        up, down = sorted(action.legs, key=lambda leg: -leg.contracts)
        assert up.symbol.endswith(bought.name[0])
        assert up.contracts == -down.contracts
        assert float(up.contracts) <= abs(coins)
        assert abs(figure(action, "premium")) < float(up.contracts) * SPOT * 0.02
        assert action.after.worst.pnl_usd > action.before.worst.pnl_usd


def test_coin_equity_counts_as_what_a_collar_covers_and_sold_calls_use_it_up() -> None:
    own = worlds.book({"USD": 1e5, "BTC": 4.0}, numeraire=Numeraire.USD)
    found, actions = overlay(own)
    assert of_kind(actions, ActionKind.COLLAR)
    call = find(CHAIN, 120_000.0, OptionType.CALL, 30.0)
    found, actions = overlay(worlds.book({"USD": 1e5, "BTC": 4.0}, worlds.held(call, -4.0)))
    assert not of_kind(actions, ActionKind.COLLAR)
    assert "sold options do not use up" in found.left_out["BTC collars"]


@pytest.mark.requirement("PST-06")
@pytest.mark.parametrize(
    ("strategy", "kinds"),
    [
        ("delta_gamma_vega", {ActionKind.OPTION_GAMMA, ActionKind.OPTION_VEGA, ActionKind.DELTA_GAMMA_VEGA}),
        ("short_vol_hedged", {ActionKind.OPTION_WING}),
    ],
)
def test_each_strategy_yields_its_own_candidates_on_a_short_straddle(strategy: str, kinds: set[ActionKind]) -> None:
    _, actions = weighed(straddles(-3.0), worlds.rules(strategy), "aggressive")
    assert {action.kind for action in actions} >= {ActionKind.HOLD, *kinds}
    assert not {action.kind for action in actions} & (OPTION_KINDS - kinds)


# What holds whatever the size


@pytest.mark.parametrize("strategy", ["delta_gamma_vega", "protective_overlay"])
def test_a_desk_of_ten_times_the_size_gets_ten_times_the_plan(strategy: str) -> None:
    chain = options(strikes=STRIKES, days=(7.0, 30.0), step="0.000001")
    plans: list[dict[str, float]] = []
    for factor in (1.0, 10.0):
        pair = [find(chain, 100_000.0, right, 30.0) for right in OptionType]
        book = worlds.book({"USD": 1e6 * factor}, *(worlds.held(listed, -3.0 * factor) for listed in pair))
        market = chain_market(chain, worlds.perpetual(step="0.000001"), depth=1e3 * factor)
        found = propose(measure(book, market, worlds.rules(strategy), worlds.who("aggressive")))
        best = min(
            (made for made in found.candidates if made.kind in OPTION_KINDS and made.legs),
            key=lambda made: (made.breach, -made.benefit / factor, made.id),
        )
        plans.append({leg.symbol: float(leg.contracts) / factor for leg in best.legs})
    small, large = plans
    assert small.keys() == large.keys()
    assert all(small[symbol] == pytest.approx(large[symbol], rel=5e-3, abs=2e-3) for symbol in small)


@pytest.mark.parametrize(("held", "refused"), [(0.0, True), (-5.0, False)])
def test_premium_beyond_the_weeks_limit_is_refused_where_it_opens_and_not_where_it_closes(
    held: float, refused: bool
) -> None:
    call = find(CHAIN, 100_000.0, OptionType.CALL, 30.0)
    few = worlds.held(worlds.perpetual(), 0.1)
    book = worlds.book({"USD": 1e6}, few, *([worlds.held(call, held)] if held else []))
    market = chain_market(CHAIN)
    case = worlds.facing(book, market, worlds.who(), worlds.rules("short_vol_hedged"), options=[call])
    bought = evaluate(case, ActionKind.OPTION_VEGA, "BTC", {call.id: Decimal("5")})
    found = [reason for reason in refusals(case, bought) if reason.startswith("premium_week_bps_equity")]
    assert bool(found) is refused
    assert all("premium_week_bps_equity 60 of balanced" in reason for reason in found)
