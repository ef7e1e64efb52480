"""The worked examples of the decision: figures that were computed twice, independently of this code."""

from decimal import Decimal

import pytest
import worlds

from oracle_core.domain.hedge import ActionKind, CandidateAction, Status
from oracle_core.domain.instrument import Instrument, MarginTier, OptionType
from oracle_core.domain.portfolio import Numeraire
from oracle_core.hedging.evaluate import evaluate
from oracle_core.hedging.limits import refusals
from oracle_core.hedging.screen import screen
from oracle_core.hedging.select import select
from oracle_core.hedging.situation import Situation
from oracle_core.pricing.carry import expected_funding
from oracle_core.pricing.costs import gain_in_settle

PERSONAS = ("cautious", "conservative", "balanced", "aggressive", "degen")
CENT = 0.005


def _by_persona(*values: float) -> list[tuple[str, float]]:
    return list(zip(PERSONAS, values, strict=True))


def weighed(
    case: Situation, listed: Instrument, contracts: str, kind: ActionKind = ActionKind.TO_EDGE
) -> CandidateAction:
    return evaluate(case, kind, listed.base, {listed.id: Decimal(contracts)})


# 1. Band edge: equity $1m, long 1 BTC at 100,000, volatility 50 %


def long_one_bitcoin(persona: str, *, limits: bool) -> tuple[Situation, Instrument]:
    listed = worlds.perpetual(step="0.00001")
    snapshot = worlds.market([(listed, worlds.quoted(listed, 100_000.0))], volatility_index={"BTC": 0.5})
    who = worlds.who(persona) if limits else worlds.unlimited(persona)
    return worlds.facing(worlds.book({"USD": 1e6}, worlds.held(listed, 1.0)), snapshot, who), listed


@pytest.mark.parametrize(("contracts", "utility"), [("-0.71321", -47.11), ("-1", -55.00)])
def test_example_1_balanced_utility_of_edge_and_flat(contracts: str, utility: float) -> None:
    case, listed = long_one_bitcoin("balanced", limits=False)
    assert weighed(case, listed, contracts).terms.utility == pytest.approx(utility, abs=CENT)
    assert case.resting.utility == pytest.approx(-95.89, abs=CENT)


@pytest.mark.parametrize(("persona", "sold"), _by_persona(92_830, 85_661, 71_321, 42_643, 0))
def test_example_1_edges_from_cautious_to_degen(persona: str, sold: float) -> None:
    case, listed = long_one_bitcoin(persona, limits=False)
    found = worlds.proposed(case.view.portfolio, case.view.market, case.persona).candidates
    edges = [action for action in found if action.kind is ActionKind.TO_EDGE]
    assert sum(-float(leg.contracts) * 100_000 for action in edges for leg in action.legs) == pytest.approx(
        sold, abs=1.0
    )
    assert all(leg.id == listed.id for action in edges for leg in action.legs)


def test_example_1_aggressive_holds_because_the_benefit_is_too_small() -> None:
    case, _ = long_one_bitcoin("aggressive", limits=True)
    actions = screen(case, worlds.proposed(case.view.portfolio, case.view.market, case.persona).candidates)
    edge = next(action for action in actions if action.kind is ActionKind.TO_EDGE)
    assert edge.benefit == pytest.approx(8.72, abs=CENT)
    chosen = {pick.id for pick in select(case, actions)}
    assert chosen == {action.id for action in actions if action.kind is ActionKind.HOLD}


# 2. Coin collateral


@pytest.mark.parametrize("price", [80_000.0, 100_000.0, 125_000.0])
def test_example_2_ten_coins_short_100_000_contracts_are_a_million_dollars_at_any_price(price: float) -> None:
    listed = worlds.inverse_perpetual()
    coins = 10.0 + gain_in_settle(listed, -100_000.0, 100_000.0, price)
    assert coins * price == pytest.approx(1_000_000.00, abs=CENT)


def collateral_only(price: float, numeraire: Numeraire) -> tuple[Situation, tuple[CandidateAction, ...]]:
    listed = worlds.inverse_perpetual()
    snapshot = worlds.market([(listed, worlds.quoted(listed, price))], volatility_index={"BTC": 0.5})
    portfolio = worlds.book({"BTC": 10.0}, numeraire=numeraire)
    persona = worlds.unlimited("cautious")
    case = worlds.facing(portfolio, snapshot, persona)
    return case, worlds.proposed(portfolio, snapshot, persona).candidates


@pytest.mark.parametrize(("price", "contracts"), [(100_000.0, -100_000), (103_217.5, -103_217)])
def test_example_2_coin_collateral_is_sold_to_the_dollar_and_the_dust_stays(price: float, contracts: int) -> None:
    case, actions = collateral_only(price, Numeraire.USD)
    assert case.hold.exposures[0].net_delta == pytest.approx(10.0)
    target = next(action for action in actions if action.kind is ActionKind.TO_TARGET)
    assert target.legs[0].contracts == contracts
    left = target.after.exposures[0].delta_usd
    assert left == pytest.approx(10.0 * price + 10.0 * contracts, abs=CENT)


def test_example_2_a_desk_that_counts_coin_holds() -> None:
    _, actions = collateral_only(100_000.0, Numeraire.COIN)
    assert [action.kind for action in actions] == [ActionKind.HOLD]


def test_coin_equity_with_inverse_options_counts_the_net_transaction_delta() -> None:
    listed = worlds.option("BTC", 110_000.0, OptionType.CALL, days=30, linear=False)
    snapshot = worlds.market([(listed, worlds.marked(listed, 100_000.0, 0.55))])
    case = worlds.facing(worlds.book({"BTC": 10.0}, worlds.held(listed, -20.0)), snapshot, worlds.who())
    exposure = case.hold.exposures[0]
    assert exposure.net_delta == pytest.approx(4.561360, abs=5e-7)
    assert 10.0 + exposure.options_delta == pytest.approx(4.008427, abs=5e-7)  # the wrong mix, kept apart


# 3. Funding rotation: what a rate is worth over a week


@pytest.mark.parametrize(("mean", "gain"), [(0.0, 980.43), (0.10, 2_506.06)])
def test_example_3_funding_gain_reverts_to_its_mean(mean: float, gain: float) -> None:
    # Short $1m on A paying 20 %/y; B pays 5 %/y: the gap of 25 %/y reverts to the gap of the means.
    now_a, now_b, million = -0.20 / 8760, 0.05 / 8760, 1e6
    mean_b = mean / 8760
    moved = expected_funding(now_b, mean_b, -million, 168.0) - expected_funding(now_a, 0.0, -million, 168.0)
    assert moved == pytest.approx(gain, abs=CENT)


def test_example_3_balanced_haircut_takes_a_quarter_of_the_income() -> None:
    income = expected_funding(0.05 / 8760, 0.0, -1e6, 168.0)
    saved = -expected_funding(-0.20 / 8760, 0.0, -1e6, 168.0)
    assert saved + 0.75 * income == pytest.approx(931.41, abs=CENT)


# 4. Gap: 20 short straddles a week before expiry


def gap_book(net_perpetual: float) -> tuple[Situation, list[Instrument]]:
    perpetual = worlds.perpetual(fee=0.0)
    rights = (OptionType.CALL, OptionType.PUT)
    straddle = [worlds.option("BTC", 100_000.0, right, days=7) for right in rights]
    wings = [
        worlds.option("BTC", 110_000.0, OptionType.CALL, days=7),
        worlds.option("BTC", 90_000.0, OptionType.PUT, days=7),
    ]
    fair = {listed.id: _black_price(listed) for listed in wings}
    pairs = [(perpetual, worlds.quoted(perpetual, 100_000.0))]
    pairs += [(listed, worlds.marked(listed, 100_000.0, 0.55)) for listed in straddle]
    pairs += [
        (
            listed,
            worlds.marked(
                listed, 100_000.0, 0.55, mark=fair[listed.id], bid=0.975 * fair[listed.id], ask=1.025 * fair[listed.id]
            ),
        )
        for listed in wings
    ]
    snapshot = worlds.market(pairs)
    flat = worlds.book({"USD": 1e6}, *(worlds.held(listed, -20.0) for listed in straddle))
    delta = worlds.facing(flat, snapshot, worlds.who()).hold.exposures[0].net_delta
    hedge = worlds.held(perpetual, net_perpetual - delta)
    return worlds.facing(
        worlds.book({"USD": 1e6}, *flat.positions, hedge), snapshot, worlds.who(), options=wings
    ), wings


def _black_price(listed: Instrument) -> float:
    from oracle_core.maths.black import black_price

    assert listed.strike is not None
    assert listed.option_type is not None
    return float(black_price(100_000.0, listed.strike, 7 / 365, 0.55, sign=listed.option_type.sign))


@pytest.mark.parametrize(
    ("net", "worst"),
    [(0.0, -496_806.0), (-2.0, -522_183.0), (2.0, -556_806.0), (-4.0, -582_183.0), (4.0, -616_806.0)],
)
def test_example_4_a_perpetual_only_makes_the_gap_worse(net: float, worst: float) -> None:
    case, _ = gap_book(net)
    assert case.hold.worst.pnl_usd == pytest.approx(worst, abs=1.0)


def bought_wings(case: Situation, wings: list[Instrument], each: str) -> CandidateAction:
    """Wings with their delta taken out by the perpetual, which costs nothing here."""
    bought = {listed.id: Decimal(each) for listed in wings}
    delta = evaluate(case, ActionKind.PARTIAL, "BTC", bought).after.exposures[0].net_delta
    hedge = Decimal(f"{-delta:.12f}")
    return evaluate(case, ActionKind.PARTIAL, "BTC", {**bought, worlds.perpetual().id: hedge})


@pytest.mark.parametrize(("each", "breach"), [("10", 0.172), ("12", 0.042), ("13.4", None), ("13.5", 0.0), ("14", 0.0)])
def test_example_4_wings_cure_the_gap_from_13_5_on(each: str, breach: float | None) -> None:
    case, wings = gap_book(0.0)
    found = bought_wings(case, wings, each).breach
    assert found > 0.0 if breach is None else found == pytest.approx(breach, abs=0.0005)


@pytest.mark.parametrize(("each", "benefit"), [("14", 7_991), ("16", 8_922), ("18", 9_794), ("20", 10_422)])
def test_example_4_benefit_of_wings(each: str, benefit: float) -> None:
    case, wings = gap_book(0.0)
    assert bought_wings(case, wings, each).benefit == pytest.approx(benefit, abs=2.0)


# 5. Liquidation


def liquidation_case(sold: str | None) -> float:
    tier = MarginTier(up_to_notional=None, initial=0.01, maintenance=0.005)
    listed = worlds.perpetual(tiers=(tier,))
    snapshot = worlds.market([(listed, worlds.quoted(listed, 100_000.0))], volatility_index={"BTC": 0.5})
    portfolio = worlds.book({"USD": 50_000.0}, worlds.held(listed, 5.0))
    case = worlds.facing(portfolio, snapshot, worlds.unlimited("balanced"))
    if sold is None:
        price = case.hold.pools[0].liquidation_price
        assert price == pytest.approx(90_452.26, abs=CENT)
        distance = case.hold.measures.liquidation_distance_pct_min
    else:
        action = weighed(case, listed, sold)
        if sold == "-2.556":
            assert action.cost.total == pytest.approx(140.58, abs=CENT)
        distance = action.after.measures.liquidation_distance_pct_min
    assert distance is not None
    return distance


@pytest.mark.requirement("RSK-02")
@pytest.mark.parametrize(("sold", "distance"), [(None, 9.548), ("-2.556", 20.0007), ("-2.555", 19.9924)])
def test_example_5_liquidation_distance_after_a_sale_whose_fee_leaves_the_pool(
    sold: str | None, distance: float
) -> None:
    digits = 3 if sold is None else 4
    assert round(liquidation_case(sold), digits) == distance


# 6. Take profit: five short puts that are nearly worthless


@pytest.mark.parametrize(("persona", "benefit"), _by_persona(311.36, -33.88, -36.96, -37.23, -37.36))
@pytest.mark.parametrize("entry", [None, 900.0])
def test_example_6_closing_cheap_puts_pays_only_for_the_cautious(
    persona: str, benefit: float, entry: float | None
) -> None:
    put = worlds.option("BTC", 85_000.0, OptionType.PUT, days=5)
    snapshot = worlds.market([(put, worlds.marked(put, 100_000.0, 0.570028, mark=15.0, ask=20.0))])
    portfolio = worlds.book({"USD": 1e6}, worlds.held(put, -5.0, entry_price=entry))
    case = worlds.facing(portfolio, snapshot, worlds.who(persona), worlds.rules(horizon_hours=168.0))
    action = weighed(case, put, "5", ActionKind.PARTIAL)
    assert action.cost.total == pytest.approx(37.50, abs=CENT)
    assert case.hold.worst.pnl_usd == pytest.approx(-75_308.83, abs=0.05)
    assert action.benefit == pytest.approx(benefit, abs=0.01)


# 7. The ETH straddle, ten days on, equity $25k


def straddle(persona: str, *, limits: bool) -> Situation:
    perpetual = worlds.perpetual("ETH", step="0.0001")
    options = [worlds.option("ETH", 1_800.0, right, days=20) for right in (OptionType.CALL, OptionType.PUT)]
    pairs = [(perpetual, worlds.quoted(perpetual, 1_900.0))]
    pairs += [(listed, worlds.marked(listed, 1_900.0, 0.42)) for listed in options]
    portfolio = worlds.book(
        {"USD": 25_000.0}, *(worlds.held(listed, -10.0) for listed in options), worlds.held(perpetual, 0.954928)
    )
    who = worlds.who(persona) if limits else worlds.unlimited(persona)
    return worlds.facing(portfolio, worlds.market(pairs), who)


def straddle_action(case: Situation, kind: ActionKind) -> CandidateAction | None:
    found = worlds.proposed(case.view.portfolio, case.view.market, case.persona).candidates
    return next((action for action in found if action.kind is kind), None)


def test_the_straddle_is_short_4_509_and_net_short_3_554_ether() -> None:
    exposure = straddle("balanced", limits=True).hold.exposures[0]
    assert exposure.options_delta == pytest.approx(-4.508927, abs=5e-7)
    assert exposure.net_delta == pytest.approx(-3.553999, abs=5e-7)


@pytest.mark.parametrize(("persona", "bought"), _by_persona(2.588, 2.110, 1.355, 0.130, 0.0))
def test_example_7_edges_to_one_step(persona: str, bought: float) -> None:
    edge = straddle_action(straddle(persona, limits=False), ActionKind.TO_EDGE)
    assert (float(edge.legs[0].contracts) if edge else 0.0) == pytest.approx(bought, abs=0.001)


@pytest.mark.parametrize(
    ("limits", "kind", "benefit"),
    [
        (False, ActionKind.TO_EDGE, 1.79),
        (False, ActionKind.TO_TARGET, -2.93),
        (True, ActionKind.TO_EDGE, 2.60),
        (True, ActionKind.TO_TARGET, -9.34),
    ],
)
def test_example_7_balanced_benefits(limits: bool, kind: ActionKind, benefit: float) -> None:
    action = straddle_action(straddle("balanced", limits=limits), kind)
    assert action is not None
    assert action.benefit == pytest.approx(benefit, abs=0.01)


@pytest.mark.parametrize(("persona", "bought"), [("balanced", 1.3545), ("degen", 0.0)])
def test_example_7_balanced_buys_the_edge_and_degen_holds(persona: str, bought: float) -> None:
    case = straddle(persona, limits=True)
    actions = screen(case, worlds.proposed(case.view.portfolio, case.view.market, case.persona).candidates)
    picked = {pick.id for pick in select(case, actions)}
    legs = [leg for action in actions if action.id in picked for leg in action.legs]
    assert sum(float(leg.contracts) for leg in legs) == pytest.approx(bought, abs=1e-9)


@pytest.mark.parametrize("persona", ["cautious", "conservative"])
@pytest.mark.parametrize(("bought", "refused"), [("1.5", False), ("1.58", False), ("1.65", True), ("2.5", True)])
def test_example_7_beyond_the_stress_limit_buys_above_about_1_60_are_refused(
    persona: str, bought: str, refused: bool
) -> None:
    case = straddle(persona, limits=True)
    action = weighed(case, worlds.perpetual("ETH"), bought)
    assert any(reason.startswith("stress_loss_pct_equity") for reason in refusals(case, action)) is refused


def test_the_part_of_a_refused_hedge_that_no_limit_refuses_is_offered() -> None:
    case = straddle("conservative", limits=True)
    actions = screen(case, worlds.proposed(case.view.portfolio, case.view.market, case.persona).candidates)
    part = next(action for action in actions if action.kind is ActionKind.PARTIAL)
    assert part.status is Status.CURE
    assert 0 < part.legs[0].contracts < 2


# 8. Cross-hedge: the risk of a delta, and what a hedge in the same coin costs


@pytest.mark.parametrize(
    ("dollars", "fee", "loss"),
    [(200_000.0, None, 701.11), (200_000.0, 0.0020, 400.00), (200_000.0, ALL_IN := 0.00055, 110.00),
     (100_000.0, None, 175.28), (100_000.0, 0.0020, 200.00), (100_000.0, ALL_IN, 55.00)],
)  # fmt: skip
def test_example_8_losses_of_holding_and_of_the_same_coin_hedge(dollars: float, fee: float | None, loss: float) -> None:
    listed = worlds.perpetual("ETH", fee=fee or 0.0)
    snapshot = worlds.market([(listed, worlds.quoted(listed, 2_000.0))], volatility_index={"ETH": 0.676})
    portfolio = worlds.book({"USD": 1e6}, worlds.held(listed, dollars / 2_000.0))
    case = worlds.facing(portfolio, snapshot, worlds.unlimited("balanced"))
    if fee is None:
        assert -case.resting.utility == pytest.approx(loss, abs=CENT)
    else:
        assert -weighed(case, listed, str(-dollars / 2_000.0)).terms.utility == pytest.approx(loss, abs=CENT)


def test_example_8_a_hedge_in_another_coin_leaves_the_uncorrelated_part() -> None:
    ether, bitcoin = worlds.perpetual("ETH"), worlds.perpetual("BTC", step="0.0000001")
    snapshot = worlds.market(
        [(ether, worlds.quoted(ether, 2_000.0)), (bitcoin, worlds.quoted(bitcoin, 100_000.0))],
        volatility_index={"ETH": 0.676, "BTC": 0.49},
    )
    portfolio = worlds.book({"USD": 1e6}, worlds.held(ether, 100.0), worlds.held(bitcoin, 1e-7))
    case = worlds.facing(portfolio, snapshot, worlds.unlimited("balanced"))
    beta = 0.85 * 0.676 / 0.49  # the shipped correlation; the published figure takes .90
    action = weighed(case, bitcoin, f"{-beta * 2.0:.7f}")
    left = 701.11 * (1.0 - 0.85**2)
    assert -action.terms.risk == pytest.approx(left, rel=2e-3)
