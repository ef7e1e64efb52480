"""What is offered whatever the strategy says: deleverage, cutting a leg, moving collateral, unwinding what is left."""

from dataclasses import replace
from decimal import Decimal

import pytest
import worlds

from oracle_core.domain.hedge import ActionKind, CandidateAction, Status
from oracle_core.domain.instrument import MarginTier, OptionType
from oracle_core.domain.portfolio import Numeraire, OpenOrder
from oracle_core.hedging.evaluate import UntradableError, evaluate
from oracle_core.hedging.limits import breached, refusals
from oracle_core.hedging.screen import screen
from oracle_core.hedging.select import select, weigh_together
from oracle_core.playbook.strategy import Targets

TIER = MarginTier(up_to_notional=None, initial=0.01, maintenance=0.005)


def screened(portfolio, snapshot, persona, strategy=None) -> tuple[object, tuple[CandidateAction, ...]]:
    found = worlds.proposed(portfolio, snapshot, persona, strategy)
    return found.case, screen(found.case, found.candidates)


def of_kind(actions: tuple[CandidateAction, ...], kind: ActionKind) -> list[CandidateAction]:
    return [action for action in actions if action.kind is kind]


def two_venues(long: float, short: float, *, equity: tuple[float, float], price: float = 100_000.0):
    """BTC long on one venue and short on another, each with its own pool."""
    a, b = (worlds.perpetual("BTC", venue=venue, tiers=(TIER,)) for venue in ("binanceusdm", "bybit"))
    snapshot = worlds.market(
        [(a, worlds.quoted(a, price)), (b, worlds.quoted(b, price))], volatility_index={"BTC": 0.5}
    )
    portfolio = worlds.book(
        {"USD": sum(equity)}, worlds.held(a, long), worlds.held(b, short),
        pools=(worlds.pool("a", "binanceusdm", equity[0]), worlds.pool("b", "bybit", equity[1])),
    )  # fmt: skip
    return portfolio, snapshot, a, b


def test_a_neutral_book_that_is_too_large_is_deleveraged_on_both_legs_by_the_smallest_share_that_cures() -> None:
    portfolio, snapshot, _, _ = two_venues(20.0, -20.0, equity=(600_000.0, 600_000.0))
    persona = worlds.who("balanced", liquidation_distance_pct_min=0.0, margin_use_pct=100.0)
    case, actions = screened(portfolio, snapshot, persona)
    (cure,) = of_kind(actions, ActionKind.DELEVERAGE)
    # 40 BTC are 4,000,000 USD against 3 x 1,200,000: a tenth of each leg ends it, to a thousandth of the book.
    assert [float(leg.contracts) for leg in cure.legs] == pytest.approx([-2.0, 2.0], abs=0.021)
    assert sum(leg.contracts for leg in cure.legs) == 0
    assert (cure.status, cure.duty) == (Status.CURE, True)
    assert breached(case, case.hold)
    assert not breached(case, cure.after)
    assert {pick.id for pick in select(case, actions)} == {cure.id}


def test_a_book_within_its_limits_is_not_deleveraged() -> None:
    portfolio, snapshot, _, _ = two_venues(5.0, -5.0, equity=(600_000.0, 600_000.0))
    _, actions = screened(portfolio, snapshot, worlds.who("degen"))
    assert not of_kind(actions, ActionKind.DELEVERAGE)


def test_without_equity_only_deleverage_is_offered_and_the_cheaper_of_equals_leads() -> None:
    listed = worlds.perpetual(tiers=(TIER,))
    snapshot = worlds.market([(listed, worlds.quoted(listed, 100_000.0))], volatility_index={"BTC": 0.5})
    portfolio = worlds.book({"USD": -1_000.0}, worlds.held(listed, 2.0))
    case, actions = screened(portfolio, snapshot, worlds.who())
    assert {action.kind for action in actions} == {ActionKind.HOLD, ActionKind.DELEVERAGE}
    assert all(action.duty for action in of_kind(actions, ActionKind.DELEVERAGE))
    (pick,) = select(case, actions)
    chosen = next(action for action in actions if action.id == pick.id)
    assert [leg.contracts for leg in chosen.legs] == [Decimal("-2.000")]


@pytest.mark.requirement("RSK-06")
def test_example_5_posting_52_000_restores_the_distance_and_nothing_moves_it_automatically() -> None:
    listed = worlds.perpetual(tiers=(TIER,))
    snapshot = worlds.market([(listed, worlds.quoted(listed, 100_000.0))], volatility_index={"BTC": 0.5})
    portfolio = worlds.book({"USD": 50_000.0}, worlds.held(listed, 5.0), pools=(worlds.pool("p", "deribit", 50_000.0),))
    persona = worlds.unlimited("balanced").model_copy(update={"liquidation_distance_pct_min": 20.0})
    case, actions = screened(portfolio, snapshot, persona)
    (posted,) = of_kind(actions, ActionKind.TRANSFER_COLLATERAL)
    assert posted.instruction is not None
    assert (posted.instruction.amount, posted.instruction.source) == (52_000.0, None)
    assert posted.after.measures.liquidation_distance_pct_min == pytest.approx(20.0, abs=1e-6)
    assert posted.legs == ()
    assert posted.id not in {pick.id for pick in select(case, actions)}


@pytest.mark.requirement("RSK-06")
def test_a_pool_at_120_per_cent_of_maintenance_is_topped_up_from_the_pool_that_can_spare_it() -> None:
    portfolio, snapshot, _, _ = two_venues(10.0, -10.0, equity=(5_900.0, 900_000.0))
    persona = worlds.unlimited("degen")
    _, actions = screened(portfolio, snapshot, persona)
    (moved,) = of_kind(actions, ActionKind.TRANSFER_COLLATERAL)
    assert moved.instruction is not None
    # 10 BTC need 5,000 USD of maintenance; 1.2 times that are 6,000.
    assert (moved.instruction.source, moved.instruction.target, moved.instruction.amount) == ("b", "a", 100.0)
    pools = {pool.pool: pool.equity_usd for pool in moved.after.pools}
    assert pools == {"a": pytest.approx(6_000.0), "b": pytest.approx(899_900.0)}


@pytest.mark.requirement("RSK-06")
@pytest.mark.parametrize("persona", ["cautious", "balanced", "degen"])
def test_a_pool_at_just_120_per_cent_is_strained_for_every_persona_and_a_person_is_told_sum_and_source(persona) -> None:
    portfolio, snapshot, _, _ = two_venues(10.0, -10.0, equity=(6_000.0, 2_900_000.0))
    case, actions = screened(portfolio, snapshot, worlds.who(persona, venue_share_pct_max=100.0))
    (pool, _) = case.hold.pools
    assert pool.equity_usd == pytest.approx(1.2 * pool.maintenance_usd)
    (moved,) = of_kind(actions, ActionKind.TRANSFER_COLLATERAL)
    assert (moved.instruction.source, moved.instruction.currency) == ("b", "USD")
    assert moved.instruction.amount > 0.0
    assert moved.breach == 0.0
    assert moved.legs == ()
    assert moved.id not in {pick.id for pick in select(case, actions)}


@pytest.mark.requirement("RSK-16")
def test_what_a_venue_holds_beyond_its_share_is_to_be_moved_to_the_venue_that_holds_least() -> None:
    portfolio, snapshot, _, _ = two_venues(1.0, -1.0, equity=(800_000.0, 200_000.0))
    _, actions = screened(portfolio, snapshot, worlds.who("balanced"))
    (moved,) = of_kind(actions, ActionKind.TRANSFER_COLLATERAL)
    assert moved.instruction is not None
    # 80 % stand on one venue and 60 % may.
    assert (moved.instruction.source, moved.instruction.target, moved.instruction.amount) == ("a", "b", 200_000.0)
    assert moved.after.measures.venue_share_pct_max == pytest.approx(60.0)


@pytest.mark.requirement("RSK-07")
def test_cutting_a_leg_near_liquidation_names_its_loss_and_keeps_the_coin_hedged() -> None:
    portfolio, snapshot, a, b = two_venues(5.0, -5.0, equity=(30_000.0, 900_000.0))
    _, actions = screened(portfolio, snapshot, worlds.who("balanced"))
    cuts = of_kind(actions, ActionKind.CUT_LEG)
    assert {leg.symbol for cut in cuts for leg in cut.legs} == {a.symbol, b.symbol}
    for cut in cuts:
        mine, other = sorted(cut.legs, key=lambda leg: leg.venue)
        assert (mine.venue, other.venue) == ("binanceusdm", "bybit")
        assert mine.contracts == -other.contracts
        figures = {item.name: item.value for item in cut.details}
        assert figures["cost of cutting"] == pytest.approx(cut.cost.total)
        assert figures["lost if liquidated"] == pytest.approx(0.005 * 500_000.0)
        assert cut.after.exposures[0].net_delta == pytest.approx(cut.before.exposures[0].net_delta, abs=1e-9)
    assert sum(cut.duty for cut in cuts) == 1


@pytest.mark.requirement("RSK-07")
def test_the_cut_that_is_a_duty_is_the_smallest_on_the_grid_that_ends_the_breach() -> None:
    portfolio, snapshot, a, b = two_venues(5.0, -5.0, equity=(90_000.0, 900_000.0))
    case, actions = screened(portfolio, snapshot, worlds.who("balanced"))
    (duty,) = [cut for cut in of_kind(actions, ActionKind.CUT_LEG) if cut.duty]
    size = next(leg.contracts for leg in duty.legs if leg.id == a.id)
    assert abs(size) < Decimal("1.25"), "a quarter of the leg is more than it takes"
    for contracts, breach in ((size, False), (size + a.grid.amount_step, True)):
        cut = evaluate(case, ActionKind.CUT_LEG, "BTC", {a.id: contracts, b.id: -contracts})
        assert breached(case, cut.after) == breach


def test_collateral_that_would_crowd_the_other_venue_more_is_refused_with_the_limit() -> None:
    portfolio, snapshot, _, _ = two_venues(0.1, -0.1, equity=(550_000.0, 450_000.0))
    moving = worlds.rules(policies=(*worlds.rules().members[0].strategy.policies, ActionKind.TRANSFER_COLLATERAL))
    _, actions = screened(portfolio, snapshot, worlds.who("cautious"), moving)
    (moved,) = of_kind(actions, ActionKind.TRANSFER_COLLATERAL)
    assert moved.status is Status.REFUSED
    assert moved.reasons == ("venue_share_pct_max: 55 -> 60, limit 40 of cautious; worsens a breach",)


def test_a_crowded_venue_refuses_what_adds_risk_once_and_never_what_cures() -> None:
    strict = MarginTier(up_to_notional=None, initial=0.2, maintenance=0.1)
    a, b = worlds.perpetual(venue="binanceusdm", tiers=(strict,)), worlds.perpetual(venue="bybit", tiers=(TIER,))
    dated = worlds.future(venue="binanceusdm")
    pairs = [(listed, worlds.quoted(listed, 100_000.0)) for listed in (a, b, replace(dated, margin_tiers=(strict,)))]
    portfolio = worlds.book(
        {"USD": 275_000.0}, worlds.held(a, 10.0), worlds.held(b, -12.0),
        pools=(worlds.pool("a", "binanceusdm", 170_000.0), worlds.pool("b", "bybit", 105_000.0)),
    )  # fmt: skip
    persona = worlds.unlimited("balanced").model_copy(
        update={"liquidation_distance_pct_min": 8.0, "venue_share_pct_max": 60.0}
    )
    case = worlds.facing(portfolio, worlds.market(pairs, volatility_index={"BTC": 0.5}), persona)
    crowd = "venue_share_pct_max: binanceusdm holds 61.82 % of equity, limit 60 of balanced; adds risk there"
    # Each makes the net short larger. The first frees the pool that stands too near its liquidation.
    cure = evaluate(case, ActionKind.CUT_LEG, "BTC", {a.id: Decimal("-0.5")})
    assert cure.terms.risk < case.resting.risk
    assert refusals(case, cure) == ()
    spread = evaluate(case, ActionKind.PARTIAL, "BTC", {a.id: Decimal("0.5"), dated.id: Decimal("-1")})
    assert refusals(case, spread).count(crowd) == 1


def test_a_hedge_whose_options_are_gone_is_closed_as_a_duty_and_an_untagged_position_is_left() -> None:
    listed = worlds.perpetual()
    snapshot = worlds.market([(listed, worlds.quoted(listed, 100_000.0))], volatility_index={"BTC": 0.5})
    tagged = worlds.book({"USD": 1e6}, worlds.held(listed, 1.5, strategy="gamma_scalp"))
    _, actions = screened(tagged, snapshot, worlds.who())
    (closed,) = of_kind(actions, ActionKind.CLOSE)
    assert (closed.duty, [leg.contracts for leg in closed.legs]) == (True, [Decimal("-1.500")])
    _, untagged = screened(worlds.book({"USD": 1e6}, worlds.held(listed, 1.5)), snapshot, worlds.who())
    assert not of_kind(untagged, ActionKind.CLOSE)


def test_a_hedge_that_still_has_its_option_or_its_collateral_is_no_orphan() -> None:
    listed, call = worlds.perpetual(), worlds.option("BTC", 100_000.0, OptionType.CALL, days=7)
    snapshot = worlds.market(
        [(listed, worlds.quoted(listed, 100_000.0)), (call, worlds.marked(call, 100_000.0, 0.5))],
    )
    hedge = worlds.held(listed, 1.5, strategy="gamma_scalp")
    with_option = worlds.book({"USD": 1e6}, hedge, worlds.held(call, -3.0, strategy="gamma_scalp"))
    with_coin = worlds.book({"BTC": 10.0}, replace(hedge, contracts=-10.0), numeraire=Numeraire.USD)
    for portfolio in (with_option, with_coin):
        _, actions = screened(portfolio, snapshot, worlds.who())
        assert not of_kind(actions, ActionKind.CLOSE)


def untiered_beside(coins: float, equity: float):
    """A long BTC perpetual near liquidation, and an inverse one on the same venue whose margin nobody states."""
    tiered, bare = worlds.perpetual(tiers=(TIER,)), worlds.inverse_perpetual()
    pairs = [(tiered, worlds.quoted(tiered, 100_000.0)), (bare, worlds.quoted(bare, 100_000.0, half_spread=1.0))]
    snapshot = worlds.market(pairs, volatility_index={"BTC": 0.5})
    portfolio = worlds.book({"USD": equity}, worlds.held(tiered, coins), pools=(worlds.pool("p", "deribit", equity),))
    return portfolio, snapshot, bare


def test_a_breach_that_becomes_unknown_is_not_cured() -> None:
    portfolio, snapshot, bare = untiered_beside(5.0, 50_000.0)
    persona = worlds.unlimited("balanced").model_copy(update={"liquidation_distance_pct_min": 20.0})
    case, actions = screened(portfolio, snapshot, persona)
    blind = [action for action in actions if any(leg.symbol == bare.symbol for leg in action.legs)]
    assert blind
    assert all(action.status is Status.REFUSED and "cannot be seen" in action.reasons[0] for action in blind)
    (picked,) = [action for action in actions if action.id in {pick.id for pick in select(case, actions)}]
    assert [leg.symbol for leg in picked.legs] == ["BTC/USDC:USDC"]
    assert picked.after.measures.unknown == ()


def test_an_orphan_is_closed_only_as_far_as_no_working_order_does_so_already() -> None:
    listed = worlds.perpetual()
    snapshot = worlds.market([(listed, worlds.quoted(listed, 100_000.0))], volatility_index={"BTC": 0.5})
    order = OpenOrder(venue=listed.venue, symbol=listed.symbol, contracts=-0.4, price=100_000.0)
    held = worlds.held(listed, 1.5, strategy="gamma_scalp")
    _, actions = screened(worlds.book({"USD": 1e6}, held, open_orders=(order,)), snapshot, worlds.who())
    (closed,) = of_kind(actions, ActionKind.CLOSE)
    assert [leg.contracts for leg in closed.legs] == [Decimal("-1.100")]


def test_the_two_legs_of_a_pair_in_different_coins_are_no_orphans() -> None:
    btc, eth = worlds.perpetual("BTC"), worlds.perpetual("ETH")
    snapshot = worlds.market(
        [(btc, worlds.quoted(btc, 100_000.0)), (eth, worlds.quoted(eth, 2_500.0))],
        volatility_index={"BTC": 0.5, "ETH": 0.7},
    )
    legs = (worlds.held(btc, 1.0, strategy="perp_pair_scalp"), worlds.held(eth, -40.0, strategy="perp_pair_scalp"))
    _, actions = screened(worlds.book({"USD": 1e6}, *legs), snapshot, worlds.who())
    assert not any(action.duty for action in of_kind(actions, ActionKind.CLOSE))


def test_a_strategy_without_a_view_on_delta_neither_hedges_it_nor_flattens_it_at_settlement() -> None:
    a, b = worlds.perpetual(venue="binanceusdm"), worlds.perpetual(venue="bybit")
    call = worlds.option("BTC", 150_000.0, OptionType.CALL, days=20.0 / 1_440.0)
    pairs = [(a, worlds.quoted(a, 100_000.0)), (b, worlds.quoted(b, 100_000.0)), (call, worlds.marked(call, 1e5, 0.5))]
    snapshot = worlds.market(pairs, volatility_index={"BTC": 0.5})
    silent = worlds.rules(targets=Targets(net_delta_pct_equity=None))
    portfolio = worlds.book({"USD": 1e7}, worlds.held(a, 3.0), worlds.held(call, 0.1))
    _, actions = screened(portfolio, snapshot, worlds.who(), silent)
    assert {action.kind for action in actions} == {ActionKind.HOLD}


@pytest.mark.parametrize(("share", "legs"), [("0.75", {"1", "-1.000"}), ("0.5", {"1", "-1.000"})])
def test_a_share_of_a_pair_is_a_pair_on_unequal_grids(share: str, legs: set[str]) -> None:
    case, action = unequal_pair()
    part = weigh_together(case, action.kind, [action], {action.id: Decimal(share)})
    assert {str(leg.contracts) for leg in part.legs} == legs


def test_a_share_below_the_grid_of_one_leg_is_no_share() -> None:
    case, action = unequal_pair()
    with pytest.raises(UntradableError, match="below the smallest size"):
        weigh_together(case, action.kind, [action], {action.id: Decimal("0.25")})


def unequal_pair():
    coarse, fine = worlds.perpetual(venue="bybit", step="1"), worlds.perpetual(venue="deribit")
    snapshot = worlds.market(
        [(listed, worlds.quoted(listed, 100_000.0)) for listed in (coarse, fine)], volatility_index={"BTC": 0.5}
    )
    case = worlds.facing(worlds.book({"USD": 1e6}), snapshot, worlds.who(), coins=("BTC",))
    legs = {coarse.id: Decimal(2), fine.id: Decimal("-2.000")}
    return case, evaluate(case, ActionKind.CARRY_OPEN, "BTC", legs)
