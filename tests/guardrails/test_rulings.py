"""What each rail says, in figures a desk can check by hand. A coin is 100 USD, equity a million: 100 coins are 1 %."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oracle_core.domain.portfolio import OpenOrder
from oracle_core.domain.trading import TradingState
from oracle_core.domain.verdict import Finding, Ruling
from oracle_core.guardrails.calm import MARK, NO_FLOW, calm_outlook
from oracle_core.guardrails.case import Case
from oracle_core.guardrails.factors import cures, raised
from oracle_core.guardrails.judge import judge
from oracle_core.guardrails.orders import fit_orders
from oracle_core.guardrails.table import RAILS
from tests.guardrails.cases import Draft, calm

BY_NAME = {rail.name: rail for rail in RAILS}


def said(name: str, case: Case) -> Finding:
    """The strictest word of one rail."""
    return judge(case, (BY_NAME[name],)).findings[0]


def hedge(coins: float, trade: str, **more: object) -> Draft:
    return Draft(delta=coins, contracts=Decimal(trade), **more)


def with_leg(case: Case, **changes: object) -> Case:
    return replace(case, legs=(replace(case.legs[0], **changes),))


def test_a_plan_above_its_limit_is_clipped_to_it() -> None:
    found = said("plan_notional", hedge(8_000.0, "-8000").case())
    assert found.ruling is Ruling.CLIP
    assert found.value == pytest.approx(79.996)
    assert found.limit == 60.0
    assert found.scale == pytest.approx(60.0 / 79.996)
    assert "`plan_notional_pct_equity`" in found.why


def test_a_day_that_is_used_up_refuses_and_says_what_was_used() -> None:
    busy = replace(NO_FLOW, turnover_day_usd=1_990_000.0, working_usd=20_000.0)
    found = said("day_turnover", hedge(8_000.0, "-100", recent=busy).case())
    assert found.ruling is Ruling.REFUSE
    assert "201 of it before" in found.why


@pytest.mark.requirement("GRD-03")
@pytest.mark.parametrize(("traded", "share"), [(6, 1.0), (8, 4 / 6), (11, 1 / 6), (12, 0.0)])
def test_an_hour_lets_as_many_orders_through_as_are_left(traded: int, share: float) -> None:
    case = hedge(6_000.0, "-6000", child=Decimal(1000), recent=replace(NO_FLOW, trades_last_hour=traded)).case()
    assert said("trades_per_hour", case).scale == pytest.approx(share)


@pytest.mark.requirement("GRD-02")
@pytest.mark.parametrize(
    ("persona", "trade", "ruling"),
    [
        ("cautious", "-1000", Ruling.ALLOW),
        ("cautious", "-1000.001", Ruling.ALLOW),
        ("cautious", "-1001", Ruling.CLIP),
        ("balanced", "-1050", Ruling.ALLOW),
        ("balanced", "-1051", Ruling.CLIP),
        ("degen", "-1200", Ruling.ALLOW),
        ("degen", "-2000", Ruling.CLIP),
    ],
)
def test_a_hedge_passes_its_target_by_no_more_than_the_bias(persona: str, trade: str, ruling: Ruling) -> None:
    assert said("hedge_bias", hedge(1_000.0, trade, persona=persona).case()).ruling is ruling


@given(delta=st.floats(-5_000.0, 5_000.0), trade=st.integers(-9_000_000, 9_000_000).filter(bool))
@pytest.mark.requirement("GRD-02")
def test_a_cautious_hedge_that_is_let_through_never_flips_the_delta(delta: float, trade: int) -> None:
    draft = Draft(delta=delta, contracts=Decimal(trade) / 1000, child=Decimal(400), persona="cautious", duty=True)
    verdict = judge(draft.case())
    left = delta + float(draft.smaller(verdict.scale).contracts) if verdict.scale else delta
    assert abs(left) <= abs(delta) + 1e-9
    assert left * delta >= 0.0 or abs(left) <= 0.001 + 1e-9


def test_a_target_other_than_zero_is_what_a_hedge_brings_delta_toward() -> None:
    case = replace(hedge(1_000.0, "-600").case(), targets={"CALM": 500.0})
    assert said("hedge_bias", case).ruling is Ruling.CLIP
    assert said("hedge_bias", replace(case, targets={"CALM": 400.0})).ruling is Ruling.ALLOW


def test_what_opens_risk_on_purpose_is_not_measured_as_a_hedge() -> None:
    opens = replace(hedge(0.0, "500").case(), hedge=False)
    assert said("improves_risk", opens).ruling is Ruling.ALLOW
    assert said("hedge_bias", opens).ruling is Ruling.ALLOW
    assert said("improves_risk", replace(opens, hedge=True)).ruling is Ruling.REFUSE


@pytest.mark.parametrize(
    ("before", "after", "ruling"),
    [
        (30.0, 40.0, Ruling.ALLOW),
        (30.0, 40.1, Ruling.REFUSE),
        (50.0, 45.0, Ruling.ALLOW),
        (50.0, 50.0, Ruling.ALLOW),
        (50.0, 50.1, Ruling.REFUSE),
        (None, 41.0, Ruling.REFUSE),
        (50.0, None, Ruling.ALLOW),
    ],
)
def test_a_state_limit_refuses_new_and_worsened_breaches_only(before, after, ruling: Ruling) -> None:
    case = replace(hedge(1_000.0, "-100", others={"gross_leverage": (before, after)}).case())
    limits = replace(case.state, gross_leverage=40.0)
    found = said("state_limits", replace(case, state=limits))
    assert found.ruling is ruling
    assert ruling is Ruling.ALLOW or "`gross_leverage`" in found.why


@pytest.mark.requirement("EXE-12")
@pytest.mark.parametrize(("after", "ruling"), [(20.0, Ruling.ALLOW), (19.99, Ruling.REFUSE)])
def test_a_floor_is_broken_from_above(after: float, ruling: Ruling) -> None:
    case = hedge(1_000.0, "-100", others={"liquidation_distance_pct_min": (25.0, after)}).case()
    found = said("state_limits", case)
    assert found.ruling is ruling
    assert ruling is Ruling.ALLOW or "`liquidation_distance_pct_min`: 25 → 19.99 is below 20" in found.why


def test_unknown_margin_refuses_what_adds_risk_and_lets_a_hedge_pass() -> None:
    def lost(case: Case) -> Case:
        return replace(case, after=replace(case.after, measures=replace(case.after.measures, unknown=("one lump",))))

    assert said("margin_known", lost(hedge(1_000.0, "-100").case())).ruling is Ruling.ALLOW
    assert said("margin_known", lost(hedge(1_000.0, "100").case())).ruling is Ruling.REFUSE
    unranked = replace(lost(hedge(1_000.0, "100").case()), risk_before=None, risk_after=None)
    assert "net delta in CALM 1,000 → 1,100" in said("margin_known", unranked).why


@pytest.mark.requirement("RSK-19")
def test_a_halted_desk_lets_nothing_through() -> None:
    case = replace(hedge(1_000.0, "-100", cure=True, duty=True).case(), trading_state=TradingState.HALTED)
    assert judge(case).scale == 0.0
    assert judge(case).findings[0].rail == "kill_switch"


@given(before=st.floats(-9e3, 9e3), after=st.floats(-9e3, 9e3), gamma=st.floats(-1e4, 1e4), vega=st.floats(-1e4, 1e4))
def test_a_reducing_desk_lets_through_only_what_raises_no_factor(
    before: float, after: float, gamma: float, vega: float
) -> None:
    (start,), (end,) = calm_outlook(before).exposures, calm_outlook(after).exposures
    end = replace(end, gamma_1pct_usd=gamma, vega_usd_per_point=vega)
    case = replace(
        calm(), trading_state=TradingState.REDUCING, before=calm_outlook(before),
        after=replace(calm_outlook(after), exposures=(end,)),
    )  # fmt: skip
    allowed = said("kill_switch", case).ruling is Ruling.ALLOW
    factors = [(start.net_delta, end.net_delta), (start.gamma_1pct_usd, gamma), (start.vega_usd_per_point, vega)]
    assert allowed == all(abs(will) <= abs(was) + 1e-9 * max(1.0, abs(was)) for was, will in factors)


def test_a_reducing_desk_says_which_factor_a_plan_raises() -> None:
    case = replace(hedge(1_000.0, "100").case(), trading_state=TradingState.REDUCING)
    assert "net delta in CALM 1,000 → 1,100" in said("kill_switch", case).why


@pytest.mark.parametrize(
    ("bps", "ruling"), [(50.0, Ruling.ALLOW), (-50.0, Ruling.ALLOW), (50.1, Ruling.REFUSE), (-50.1, Ruling.REFUSE)]
)
@pytest.mark.parametrize("field", ["price", "limit_price"])
def test_the_collar_holds_on_both_sides_of_the_mark(field: str, bps: float, ruling: Ruling) -> None:
    assert said("price_collar", with_leg(calm(), **{field: MARK * (1.0 + bps / 10_000.0)})).ruling is ruling


def test_the_collar_gives_way_to_no_cure() -> None:
    cure = breached(cost_bps=5.0)
    assert cures(cure)
    assert judge(with_leg(cure, limit_price=MARK * 1.02)).ruling is Ruling.REFUSE


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"bid": 100.2}, "crossed"),
        ({"index": 0.0}, "index `0.0` is not a price"),
        ({"as_of": calm().now - timedelta(seconds=61)}, "`quote_max_age`: the quote is 61.0 s old"),
        ({"as_of": calm().now + timedelta(seconds=61)}, "in the future"),
        ({"symbol": "OTHER/USD:USD"}, "the quote is of `paper OTHER/USD:USD`"),
    ],
)
def test_a_quote_that_is_old_crossed_or_not_a_price_refuses(change: dict[str, object], why: str) -> None:
    case = calm()
    quote = case.legs[0].quote
    assert quote is not None
    found = said("quote", with_leg(case, quote=replace(quote, **change)))
    assert found.ruling is Ruling.REFUSE
    assert why in found.why


@pytest.mark.parametrize(
    ("held", "trade", "ruling"),
    [
        (5.0, "-5", Ruling.ALLOW),
        (5.0, "-5.001", Ruling.REFUSE),
        (5.0, "1", Ruling.REFUSE),
        (-5.0, "5", Ruling.ALLOW),
        (0.0, "-1", Ruling.REFUSE),
    ],
)
def test_reduce_only_neither_increases_nor_flips(held: float, trade: str, ruling: Ruling) -> None:
    case = with_leg(calm(), reduce_only=True, held=held, contracts=Decimal(trade), children=(Decimal(trade),))
    assert said("reduce_only", case).ruling is ruling


def test_two_reduce_only_legs_in_one_contract_count_together() -> None:
    leg = replace(calm().legs[0], reduce_only=True, held=5.0, contracts=Decimal(-3), children=(Decimal(-3),))
    assert said("reduce_only", replace(calm(), legs=(leg, leg))).ruling is Ruling.REFUSE


@pytest.mark.requirement("GRD-06")
def test_a_leg_is_clipped_to_the_depth_inside_its_limit() -> None:
    case = hedge(1_000.0, "-400").case()
    quote = replace(case.legs[0].quote, bids=((99.995, 100.0), (99.99, 100.0), (98.0, 900.0)))
    found = said("book_depth", with_leg(case, quote=quote, limit_price=99.9))
    assert (found.ruling, found.scale) == (Ruling.CLIP, 0.5)
    assert said("book_depth", with_leg(case, quote=quote, limit_price=97.0)).ruling is Ruling.ALLOW


@pytest.mark.requirement("GRD-06")
@pytest.mark.parametrize(
    ("held", "share"), [(0.0, 1.0), (-98_000.0, 0.5), (-100_000.0, 0.0), (98_000.0, 1.0), (-99_000.0, 0.25)]
)
def test_a_position_grows_to_its_cap_and_no_further(held: float, share: float) -> None:
    case = with_leg(hedge(1_000.0, "-4000", held=held).case(), notional_usd=400_000.0, price=MARK)
    assert said("position_cap", case).scale == pytest.approx(share)


@pytest.mark.parametrize(
    ("contracts", "children", "why"),
    [
        ("0", (), "not a trade"),
        ("-0.0005", ("-0.0005",), "off the grid"),
        ("-3", ("-1", "-1"), "add up to `-2`, not to `-3`"),
        ("-3", ("-4", "1"), "does not trade the way of the leg"),
    ],
)
def test_a_quantity_off_its_grid_refuses(contracts: str, children: tuple[str, ...], why: str) -> None:
    case = with_leg(calm(), contracts=Decimal(contracts), children=tuple(map(Decimal, children)))
    found = said("grid", case)
    assert found.ruling is Ruling.REFUSE
    assert why in found.why


@pytest.mark.parametrize(("price", "ruling"), [(99.99, Ruling.ALLOW), (99.995, Ruling.REFUSE)])
def test_an_order_never_meets_the_desks_own(price: float, ruling: Ruling) -> None:
    own = OpenOrder(venue="paper", symbol=calm().legs[0].symbol, contracts=3.0, price=price)
    assert said("self_trade", with_leg(replace(calm(), open_orders=(own,)), limit_price=99.995)).ruling is ruling


@pytest.mark.requirement("GRD-04")
@pytest.mark.parametrize(
    ("benefit", "more", "ruling"),
    [(10.0, {}, Ruling.ALLOW), (9.99, {}, Ruling.REFUSE), (-50.0, {"duty": True}, Ruling.ALLOW)],
)
def test_a_plan_earns_its_minimum_unless_it_is_a_duty(benefit: float, more: dict[str, bool], ruling: Ruling) -> None:
    assert said("edge_over_cost", replace(calm(), benefit=benefit, **more)).ruling is ruling


@pytest.mark.requirement("GRD-07")
def test_funding_paid_last_week_leaves_less_for_a_leg_that_pays() -> None:
    busy = replace(NO_FLOW, funding_cost_week_usd=900.0)
    pays = said("funding_cost_week", hedge(1_000.0, "-100", funding_usd=200.0, recent=busy).case())
    earns = said("funding_cost_week", hedge(1_000.0, "-100", funding_usd=-200.0, recent=busy).case())
    assert (pays.ruling, pays.scale) == (Ruling.CLIP, 0.5)
    assert earns.ruling is Ruling.ALLOW


def breached(**more: object) -> Case:
    """Delta 50 % of equity under balanced's 40; selling 2,000 coins (20 %) cures it."""
    return hedge(5_000.0, "-2000", child=Decimal(1_000), cure=True, **more).case()


@pytest.mark.parametrize(
    ("cost_bps", "ruling"), [(12.0 * 5.0, Ruling.ALLOW), (12.0 * 5.0 + 0.1, Ruling.CLIP), (1.0, Ruling.ALLOW)]
)
def test_a_cure_may_cost_five_times_as_much(cost_bps: float, ruling: Ruling) -> None:
    total = cost_bps / 10_000.0 * 1_000_000.0
    case = breached()
    assert said("plan_cost", replace(case, cost=replace(case.cost, total=total))).ruling is ruling


def test_a_cure_may_exceed_its_personas_flow_up_to_the_global_cap() -> None:
    case = hedge(40_000.0, "-36500", child=Decimal(8_000), cure=True, cost_bps=1.0).case()
    assert cures(case)
    found = said("plan_notional", case)
    assert (found.ruling, found.limit) == (Ruling.CLIP, 240.0)
    inside = hedge(15_000.0, "-11500", child=Decimal(8_000), cure=True, cost_bps=1.0).case()
    assert said("plan_notional", inside).why == "`plan_notional_pct_equity`: 114.994 of 240 (cure)"
    assert said("order_notional", inside).limit == 80.0


@pytest.mark.parametrize(
    "case",
    [
        hedge(3_000.0, "-1000", cure=True).case(),
        hedge(5_000.0, "-500", cure=True).case(),
        hedge(5_000.0, "-2000", cure=True, others={"gross_leverage": (2.0, 3.5)}).case(),
        replace(breached(), cure=False),
    ],
    ids=["nothing is breached", "the breach stays", "another breach is made", "not labelled"],
)
def test_a_label_that_is_not_true_gives_no_room(case: Case) -> None:
    assert not cures(case)
    dear = replace(case, cost=replace(case.cost, total=2_000.0))
    assert said("plan_cost", dear).ruling is Ruling.CLIP


def test_without_equity_only_a_duty_that_reduces_passes() -> None:
    duty = replace(hedge(1_000.0, "-100", duty=True).case(), equity_usd=-5.0)
    assert judge(duty).ruling is Ruling.ALLOW
    assert judge(replace(duty, duty=False)).ruling is Ruling.REFUSE
    assert judge(replace(hedge(1_000.0, "100", duty=True).case(), equity_usd=-5.0)).ruling is Ruling.REFUSE
    assert judge(replace(duty, equity_usd=float("nan"))).ruling is Ruling.REFUSE


def test_a_clip_that_leaves_nothing_on_the_grid_is_a_refusal() -> None:
    full = replace(NO_FLOW, premium_week_usd=5_999.0)
    found = said("premium_week", hedge(1_000.0, "-0.001", premium_usd=100.0, recent=full).case())
    assert found.ruling is Ruling.REFUSE
    assert "no smaller plan passes" in found.why


def test_a_plan_older_than_its_approval_window_refuses() -> None:
    late = replace(calm(), now=calm().now + timedelta(seconds=301))
    assert said("approval_window", late).why == "`approval_ttl`: the plan expired 1 s ago"


def test_a_stress_loss_that_grows_counts_as_added_risk() -> None:
    case = hedge(1_000.0, "-100").case()
    deeper = replace(case.after, worst=case.after.worst._replace(pnl_usd=-40_000.0))
    assert raised(case) is None
    assert raised(replace(case, after=deeper)) == "worst stress loss in USD 30,000 → 40,000"


def test_the_largest_child_is_what_the_order_limit_binds() -> None:
    uneven = with_leg(hedge(8_000.0, "-3000").case(), children=(Decimal(-500), Decimal(-2_500)))
    found = said("order_notional", uneven)
    assert (found.ruling, found.value) == (Ruling.CLIP, pytest.approx(24.99875))


def test_a_label_that_is_not_true_may_not_add_risk() -> None:
    assert said("improves_risk", hedge(3_000.0, "100", cure=True).case()).ruling is Ruling.REFUSE


@pytest.mark.parametrize(("price", "ruling"), [(100.01, Ruling.ALLOW), (100.005, Ruling.REFUSE)])
def test_a_buy_never_meets_the_desks_own_offer(price: float, ruling: Ruling) -> None:
    case = hedge(-1_000.0, "100").case()
    own = OpenOrder(venue="paper", symbol=case.legs[0].symbol, contracts=-3.0, price=price)
    assert said("self_trade", replace(case, open_orders=(own,))).ruling is ruling


def test_a_buy_is_clipped_to_the_depth_inside_its_limit() -> None:
    case = hedge(-1_000.0, "400").case()
    quote = replace(case.legs[0].quote, asks=((100.005, 100.0), (102.0, 900.0)))
    assert said("book_depth", with_leg(case, quote=quote, limit_price=100.1)).scale == 0.25


def test_a_position_beyond_its_cap_may_be_made_smaller() -> None:
    case = with_leg(hedge(1_000.0, "-4000", held=150_000.0).case(), notional_usd=400_000.0)
    assert said("position_cap", case).ruling is Ruling.ALLOW


def test_a_persona_looser_than_the_caps_gets_the_caps() -> None:
    case = hedge(40_000.0, "-30000", child=Decimal(100)).case()
    loose = replace(case, flow=replace(case.flow, plan_notional_pct_equity=1_000.0))
    assert said("plan_notional", loose).limit == 240.0


@pytest.mark.parametrize(("room", "share"), [(6, 1.0), (5, 0.75), (4, 0.5), (3, 0.5), (2, 0.25), (1, 0.0)])
def test_two_legs_share_the_orders_that_are_left(room: int, share: float) -> None:
    four, two = (hedge(8_000.0, f"-{n}000", child=Decimal(1_000)).case().legs[0] for n in (4, 2))
    assert fit_orders(replace(calm(), legs=(four, two)), room) == pytest.approx(share)
