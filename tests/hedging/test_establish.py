"""Base positions: what is opened, how large, with which hedge, and what binds."""

from dataclasses import replace

import chains
import pytest
import worlds
from hypothesis import given, settings
from hypothesis import strategies as st

from oracle_core.domain.hedge import ActionKind, CandidateAction, Status
from oracle_core.domain.instrument import MarginTier, OptionType
from oracle_core.domain.limits import excess
from oracle_core.domain.market import MarketSnapshot, VenueStatus
from oracle_core.hedging.candidates import Proposal
from oracle_core.hedging.screen import screen
from oracle_core.hedging.select import select
from oracle_core.hedging.structures import fresh_structures
from oracle_core.playbook.blend import Blend
from oracle_core.playbook.params.establish import Shape

EMPTY = worlds.book({"USD": 1e6})


def opened(found: Proposal) -> list[CandidateAction]:
    return [item for item in found.candidates if item.kind is ActionKind.ESTABLISH]


def opening(rule: Blend | None = None, persona=None, market=None, book=EMPTY) -> list[CandidateAction]:
    return opened(
        worlds.proposed(book, market or chains.chain(), persona or worlds.who(), rule or worlds.rules("gamma_scalp"))
    )


def structures(action: CandidateAction) -> float:
    return max(abs(float(leg.contracts)) for leg in action.legs if leg.symbol.count("-") > 1)


@pytest.mark.requirement("ENG-16", "PST-06")
def test_an_empty_book_that_scalps_gamma_is_offered_straddles_with_their_hedge() -> None:
    offered = opening()
    assert offered
    for action in offered:
        rights = [leg.symbol[-1] for leg in action.legs if leg.symbol.count("-") > 1]
        assert sorted(rights) == ["C", "P"]
        assert all(leg.contracts > 0 for leg in action.legs if leg.symbol.count("-") > 1)
        assert abs(action.after.exposures[0].net_delta) < 0.001
        assert action.after.exposures[0].gamma_1pct_usd > 0.0
    assert any(len(action.legs) == 3 for action in offered)


@pytest.mark.requirement("ENG-16")
def test_an_inverse_straddle_is_hedged_by_its_net_transaction_delta() -> None:
    offered = opening(market=chains.chain(linear=False))
    assert offered
    assert all(abs(action.after.exposures[0].net_delta) < 0.001 for action in offered)


@pytest.mark.requirement("ENG-17")
@pytest.mark.parametrize("budget", [0.4, 0.8])
def test_the_size_halves_when_the_budget_of_time_value_halves(budget: float) -> None:
    rich = worlds.book({"USD": 1e8})
    whole, half = (
        opening(chains.ruled("gamma_scalp", section="establish", theta_day_bps_equity=share * budget), book=rich)[0]
        for share in (1.0, 0.5)
    )
    assert structures(half) == pytest.approx(structures(whole) / 2.0, abs=0.1)
    assert "sized by theta_day_bps_equity" in half.notes[0]
    assert 0.0 < -half.after.exposures[0].theta_usd_per_day <= budget / 2.0 / 1e4 * 1e8


@pytest.mark.requirement("ENG-17")
@pytest.mark.parametrize("name", ["cautious", "conservative", "balanced", "aggressive", "degen"])
def test_no_base_position_exceeds_a_limit_of_the_persona(name: str) -> None:
    persona = worlds.who(name)
    limits = persona.state_limits()
    greedy = chains.ruled("gamma_scalp", section="establish", theta_day_bps_equity=1_000.0)
    greedy = replace(greedy, members=tuple(replace(m, strategy=m.strategy.model_copy(
        update={"budget": m.strategy.budget.model_copy(update={"added_notional_pct_equity": None,
                                                                 "premium_week_bps_equity": None})}
    )) for m in greedy.members))  # fmt: skip
    offered = opening(greedy, persona)
    assert offered
    for action in offered:
        after = action.after.measures
        for limit in ("gamma_1pct_pct_equity", "vega_point_pct_equity", "stress_loss_pct_equity"):
            assert excess(limit, after.value(limit), getattr(limits, limit)) == 0.0
        assert 1e4 * action.cost.total / 1e6 <= persona.plan_cost_bps_equity + 0.5


@pytest.mark.parametrize(
    ("persona", "changes", "named"),
    [
        ({"vega_point_pct_equity": 0.004}, {}, "vega_point_pct_equity (0.004 % of equity, balanced)"),
        ({}, {"vega_point_pct_equity": 0.005}, "vega_point_pct_equity (0.005 % of equity)"),
        ({"gamma_1pct_pct_equity": 0.1}, {}, "gamma_1pct_pct_equity (0.1 % of equity, balanced)"),
        ({"stress_loss_pct_equity": 0.2}, {}, "stress_pct_of_limit (50 % of the 0.2 % of balanced)"),
        ({"premium_week_bps_equity": 20}, {}, "premium_week_bps_equity (20 bp of equity)"),
        ({"plan_notional_pct_equity": 5}, {}, "plan_notional_pct_equity (5 % of equity, balanced)"),
        ({"plan_cost_bps_equity": 0.5}, {}, "plan_cost_bps_equity (0.5 bp of equity, balanced)"),
        ({}, {}, "budget.premium_week_bps_equity (60 bp of equity)"),
    ],
)
def test_the_reason_names_the_budget_that_binds(persona: dict, changes: dict, named: str) -> None:
    generous = {"premium_week_bps_equity": 100.0} | persona
    offered = opening(chains.ruled("gamma_scalp", section="establish", **changes), worlds.who(**generous))
    assert any(action.notes[0].endswith(f"sized by {named}") for action in offered), [a.notes[0] for a in offered]


@pytest.mark.requirement("ENG-17")
@pytest.mark.parametrize("held", [0.0, 10.0, 30.0])
def test_what_is_held_already_counts_against_the_budgets(held: float) -> None:
    rich, legs = {"USD": 1e8}, chains.options(100_000.0)
    book = worlds.book(rich, *(worlds.held(item, held) for item in legs)) if held else worlds.book(rich)
    theta = opening(chains.ruled("gamma_scalp", section="establish", theta_day_bps_equity=1.0), book=book)
    assert all(0.0 < -action.after.exposures[0].theta_usd_per_day <= 10_000.0 for action in theta)
    vega = opening(persona=worlds.who(vega_point_pct_equity=0.012), book=book)
    assert all(action.after.exposures[0].vega_usd_per_point <= 12_000.0 for action in vega)
    for offered, budget in ((theta, "theta_day_bps_equity"), (vega, "vega_point_pct_equity")):
        assert any(f"sized by {budget}" in action.notes[0] for action in offered)


def test_depth_on_the_side_that_is_taken_binds_too() -> None:
    offered = opening(market=chains.chain(depth=0.2))
    assert {structures(action) for action in offered} == {0.2}
    assert all("sized by depth (0.2 contracts of " in action.notes[0] for action in offered)


def test_the_gamma_target_is_the_most_that_is_opened() -> None:
    rule = worlds.rules("gamma_scalp", targets=worlds.rules("gamma_scalp").members[0].strategy.targets.model_copy(
        update={"gamma_1pct_pct_equity": 0.15}))  # fmt: skip
    offered = opening(rule)
    assert offered
    assert all(action.after.exposures[0].gamma_1pct_usd <= 1_500.0 for action in offered)
    assert any("targets.gamma_1pct_pct_equity" in action.notes[0] for action in offered)
    reached = worlds.book({"USD": 1e6}, *(worlds.held(item, 1.0) for item in chains.options(100_000.0)))
    found = worlds.proposed(reached, chains.chain(), worlds.who(), rule)
    assert not opened(found)
    assert "targets.gamma_1pct_pct_equity" in " ".join(found.left_out.values())


@pytest.mark.parametrize(("side", "target"), [("short", 3.0), ("long", -3.0)])
def test_a_side_against_the_gamma_target_opens_nothing_and_says_so(side: str, target: float) -> None:
    rule = chains.ruled("gamma_scalp", section="establish", side=side)
    rule = replace(rule, targets=rule.targets.model_copy(update={"gamma_1pct_pct_equity": target}))
    found = worlds.proposed(EMPTY, chains.chain(), worlds.who(), rule)
    assert not opened(found)
    assert "contradict" in found.left_out["establish"]


def test_short_structures_are_opened_only_where_the_strategy_says_short() -> None:
    rule = chains.ruled("gamma_scalp", section="establish", side="short")
    rule = replace(rule, targets=rule.targets.model_copy(update={"gamma_1pct_pct_equity": -3.0}))
    offered = opening(rule)
    assert offered
    for action in offered:
        assert action.after.exposures[0].gamma_1pct_usd < 0.0
        assert abs(action.after.exposures[0].net_delta) < 0.001
        assert action.after.worst.pnl_usd >= -0.5 * 0.25 * 1e6
    assert all(action.after.exposures[0].gamma_1pct_usd > 0.0 for action in opening())


def test_gamma_for_its_price_a_day_chooses_strike_and_expiry() -> None:
    def best(**market: object) -> tuple[float, float]:
        case = worlds.proposed(EMPTY, chains.chain(**market), worlds.who(), worlds.rules("gamma_scalp")).case
        found = fresh_structures(case, "BTC", [Shape.STRADDLE], 1.0, 0.4)[Shape.STRADDLE][0]
        return found.days, found.call.strike

    # At no cost gamma costs its own volatility a day: the cheaper volatility is the better expiry.
    assert best(vols={14.0: 0.50, 30.0: 0.55}, spread=0.0)[0] == 14.0
    assert best(vols={14.0: 0.60, 30.0: 0.45}, spread=0.0)[0] == 30.0
    assert best(spread=0.0)[1] == 100_000.0


def test_of_two_with_the_same_volatility_the_liquid_one_is_chosen() -> None:
    def first(wide: float) -> float:
        market = chains.chain(vols={14.0: 0.5, 21.0: 0.5}, spread=0.01)
        dear = {
            key: replace(quote, bid=(quote.mark or 0.0) * 0.8, ask=(quote.mark or 0.0) * 1.2)
            for key, quote in market.quotes.items()
            if key.symbol.count("-") > 1 and market.instruments[key].expiry == chains.options(1e5, days=wide)[0].expiry
        }
        case = worlds.proposed(
            EMPTY, replace(market, quotes={**market.quotes, **dear}), worlds.who(), worlds.rules("gamma_scalp")
        ).case
        return fresh_structures(case, "BTC", [Shape.STRADDLE], 1.0, 0.4)[Shape.STRADDLE][0].days

    assert (first(14.0), first(21.0)) == (21.0, 14.0)


def test_a_strangle_has_its_put_below_its_call() -> None:
    offered = opening(market=chains.chain(strikes=[92_000.0, 96_000.0, 100_000.0, 104_000.0, 108_000.0]))
    wide = [action for action in offered if "strangle" in action.notes[0]]
    assert wide
    for action in wide:
        strikes = {leg.symbol[-1]: float(leg.symbol.split("-")[-2]) for leg in action.legs if leg.symbol.count("-") > 1}
        assert strikes["P"] < strikes["C"]


def without(market: MarketSnapshot, *wide: tuple[float, OptionType], share: float | None = None) -> MarketSnapshot:
    """The market with some options quoted by nobody, or `share` of their mark to either side."""
    changed = dict(market.quotes)
    for key, quote in market.quotes.items():
        listed = market.instruments[key]
        if (listed.strike, listed.option_type) in wide:
            fair = quote.mark or 0.0
            bid, ask = (None, None) if share is None else (fair * (1.0 - share), fair * (1.0 + share))
            changed[key] = replace(quote, bid=bid, ask=ask)
    return replace(market, quotes=changed)


def test_no_strangle_has_its_strikes_crossed() -> None:
    market = chains.chain(vols={30.0: 0.5}, strikes=[98_000.0, 102_000.0])
    bare = without(market, (102_000.0, OptionType.CALL), (98_000.0, OptionType.PUT))
    assert any("strangle" in action.notes[0] for action in opening(market=market))
    assert not opening(market=bare)


def test_the_straddle_at_the_money_is_found_though_neighbours_are_cheaper_to_trade() -> None:
    market = chains.chain(vols={30.0: 0.5}, strikes=[99_000.0, 100_000.0])
    split = without(market, (100_000.0, OptionType.CALL), (99_000.0, OptionType.PUT), share=0.04)
    straddles = [action for action in opening(market=split) if "straddle" in action.notes[0]]
    assert [action.notes[0].split(":")[0] for action in straddles] == ["straddle 31MAR26 100000"]


def test_too_little_equity_for_one_contract_is_said() -> None:
    found = worlds.proposed(worlds.book({"USD": 20_000.0}), chains.chain(), worlds.who(), worlds.rules("gamma_scalp"))
    assert not opened(found)
    assert any("smaller than the smallest contract" in why for why in found.left_out.values())


@pytest.mark.parametrize("equity", [0.0, -5.0])
def test_without_equity_nothing_is_opened(equity: float) -> None:
    found = worlds.proposed(worlds.book({"USD": equity}), chains.chain(), worlds.who(), worlds.rules("gamma_scalp"))
    assert not opened(found)


def test_without_an_open_venue_for_the_hedge_nothing_is_opened() -> None:
    found = worlds.proposed(
        EMPTY, chains.chain(venue_status={"deribit": VenueStatus.HALTED}), worlds.who(), worlds.rules("gamma_scalp")
    )
    assert not opened(found)


def test_one_side_without_quotes_makes_no_straddle() -> None:
    market = chains.chain(vols={14.0: 0.5})
    bare = {
        key: replace(quote, bid=None)
        for key, quote in market.quotes.items()
        if market.instruments[key].option_type is OptionType.PUT
    }
    found = worlds.proposed(
        EMPTY, replace(market, quotes={**market.quotes, **bare}), worlds.who(), worlds.rules("gamma_scalp")
    )
    assert not opened(found)
    assert "both legs" in found.left_out["straddle BTC"]


def test_refused_base_positions_stay_visible_with_their_figures() -> None:
    found = worlds.proposed(EMPTY, chains.chain(), worlds.who(), worlds.rules("gamma_scalp"))
    shown = [item for item in screen(found.case, found.candidates) if item.kind is ActionKind.ESTABLISH]
    assert all(item.status is not Status.REFUSED or item.reasons for item in shown)
    assert {detail.name for item in shown for detail in item.details} >= {"premium paid", "theta", "days left"}


@settings(max_examples=12, deadline=None)
@given(scale=st.sampled_from([2.0, 5.0, 10.0]), spot=st.floats(96_000.0, 104_000.0))
def test_a_larger_account_opens_as_much_more(scale: float, spot: float) -> None:
    market = chains.chain(spot)
    one, many = (opening(market=market, book=worlds.book({"USD": 1e6 * k})) for k in (1.0, scale))
    assert [action.notes[0] for action in one] == [action.notes[0] for action in many]
    for small, large in zip(one, many, strict=True):
        assert scale * structures(small) - 0.01 <= structures(large) <= scale * (structures(small) + 0.1)


@settings(max_examples=12, deadline=None)
@given(spot=st.floats(90_000.0, 110_000.0), vol=st.floats(0.3, 0.9))
def test_every_leg_is_on_its_grid_and_the_hedge_leaves_less_than_a_step(spot: float, vol: float) -> None:
    market = chains.chain(spot, vols={20.0: vol})
    for action in opening(market=market):
        assert all(market.instruments[leg.id].grid.holds(leg.contracts) for leg in action.legs)
        assert abs(action.after.exposures[0].net_delta) < 0.001 + 1e-9


def test_the_hedge_trades_where_the_book_is_before_a_cheaper_venue_where_nothing_is_held() -> None:
    market = chains.chain()
    elsewhere = worlds.perpetual(venue="other", fee=0.0)
    quotes = {**market.quotes, elsewhere.id: replace(worlds.quoted(elsewhere, chains.SPOT), as_of=worlds.NOW)}
    wider = replace(market, instruments={**market.instruments, elsewhere.id: elsewhere}, quotes=quotes)
    assert {leg.venue for action in opening(market=wider) for leg in action.legs} == {"deribit"}
    present = worlds.book({"USD": 1e6}, worlds.held(elsewhere, 0.01))
    hedges = [leg.venue for action in opening(market=wider, book=present) for leg in action.legs
              if leg.symbol.count("-") < 2]  # fmt: skip
    assert set(hedges) == {"other"}


# From reading to plan: the forecast leads, the target stops it


def loud_market(forecast: float, implied: float) -> MarketSnapshot:
    tiers = (MarginTier(up_to_notional=None, initial=0.02, maintenance=0.01),)
    market = chains.chain(vols={14.0: implied}, spread=0.01, candles={
        worlds.perpetual().id: worlds.walk(days=120, vol=forecast)
    })  # fmt: skip
    perpetual = worlds.perpetual(tiers=tiers)
    return replace(market, instruments={**market.instruments, perpetual.id: perpetual})


@pytest.mark.requirement("PST-06")
@pytest.mark.parametrize(("forecast", "implied", "opened_it"), [(0.9, 0.4, True), (0.4, 0.6, False)])
def test_a_scalper_opens_gamma_only_where_volatility_is_forecast_above_what_is_implied(
    forecast: float, implied: float, opened_it: bool
) -> None:
    book = worlds.book({"USD": 1e6}, pools=(worlds.pool("main", "deribit", 1e6),))
    found = worlds.proposed(book, loud_market(forecast, implied), worlds.who(), worlds.rules("gamma_scalp"))
    actions = screen(found.case, found.candidates)
    picked = {pick.id for pick in select(found.case, actions)}
    chosen = [action for action in actions if action.id in picked]
    assert [action.kind is ActionKind.ESTABLISH for action in chosen] == [opened_it]
    assert 0.0 <= chosen[0].after.exposures[0].gamma_1pct_usd <= 0.03 * 1e6


def renamed(market: MarketSnapshot) -> MarketSnapshot:
    """The same contracts under names that sort the other way round."""
    listed = sorted(market.instruments.values(), key=lambda item: item.id, reverse=True)
    names = {item.id: f"{number:03d}-{item.symbol}" for number, item in enumerate(listed)}
    instruments = [replace(item, symbol=names[item.id]) for item in listed]
    quotes = [replace(quote, symbol=names[key]) for key, quote in market.quotes.items()]
    return replace(
        market, instruments={item.id: item for item in instruments}, quotes={quote.id: quote for quote in quotes}
    )  # fmt: skip


@settings(max_examples=8, deadline=None)
@given(spot=st.floats(95_000.0, 105_000.0), vol=st.floats(0.3, 0.8))
def test_names_of_instruments_change_nothing_but_names(spot: float, vol: float) -> None:
    def plans(market: MarketSnapshot) -> list[tuple[float, list[float]]]:
        return sorted(
            (round(action.benefit, 6), sorted(float(leg.contracts) for leg in action.legs))
            for action in opening(market=market)
        )

    market = chains.chain(spot, vols={14.0: vol, 30.0: vol + 0.03})
    assert plans(market) == plans(renamed(market))
