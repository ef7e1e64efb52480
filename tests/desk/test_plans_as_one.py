"""What holds of a plan as a whole: several picks together, duties on their way to approval, budgets, and no equity."""

from dataclasses import replace
from decimal import Decimal

import pytest
import worlds

from oracle_core.desk.brief import Brief
from oracle_core.desk.decide import decide, rule
from oracle_core.desk.desk import Desk
from oracle_core.desk.settings import Settings
from oracle_core.domain.hedge import ActionKind, Pick
from oracle_core.domain.instrument import MarginTier
from oracle_core.domain.verdict import Ruling
from oracle_core.hedging.evaluate import evaluate, hold
from oracle_core.hedging.families.routed import routed_hedges
from oracle_core.hedging.limits import refusals
from oracle_core.hedging.rank import ranked
from oracle_core.hedging.screen import screen
from oracle_core.playbook.persona import Objective
from oracle_core.playbook.strategy import Targets

TIER = MarginTier(up_to_notional=None, initial=0.01, maintenance=0.005)


@pytest.fixture
def bare() -> Desk:
    return Desk(settings=Settings(), environment={})


def two_deltas():
    """400,000 USD of delta in each of two coins, on 1,000,000 USD of equity: a plan may trade 600,000."""
    btc, eth = worlds.perpetual("BTC"), worlds.perpetual("ETH")
    snapshot = worlds.market(
        [(btc, worlds.quoted(btc, 100_000.0)), (eth, worlds.quoted(eth, 2_500.0))],
        volatility_index={"BTC": 0.9, "ETH": 0.9},
    )
    portfolio = worlds.book({"USD": 1e6}, worlds.held(btc, 4.0), worlds.held(eth, 160.0))
    return worlds.proposed(portfolio, snapshot, worlds.who("balanced", net_delta_pct_equity=1_000.0))


def test_what_each_of_two_picks_may_do_alone_they_may_not_do_together(bare: Desk) -> None:
    found = two_deltas()
    actions = screen(found.case, found.candidates)
    targets = [action for action in actions if action.kind is ActionKind.TO_TARGET]
    assert len(targets) == 2
    assert all(not refusals(found.case, action) for action in targets)
    bench = bare.fresh_bench(found.case.persona)
    picks = [Pick(id=action.id) for action in targets]
    alone = [rule(bench, found.case, "cycle", actions, [pick]) for pick in picks]
    together = rule(bench, found.case, "cycle", actions, picks)
    assert all(ruled.plan is not None for ruled in alone)
    assert together.plan is None
    assert together.verdict.ruling is Ruling.REFUSE
    assert "plan_notional_pct_equity" in together.verdict.findings[0].why


def test_the_plan_of_a_duty_is_a_duty_when_it_is_approved(bare: Desk) -> None:
    listed = worlds.perpetual(tiers=(TIER,))
    snapshot = worlds.market([(listed, worlds.quoted(listed, 100_000.0))], volatility_index={"BTC": 0.5})
    persona = bare.persona("balanced").value
    strategy, _ = bare.strategy("delta_neutral", persona)
    record = decide(
        Brief(
            portfolio=worlds.book({"USD": -1_000.0}, worlds.held(listed, 2.0)), market=snapshot, strategy=strategy,
            persona=persona, bench=bare.fresh_bench(persona),
        )
    )  # fmt: skip
    assert record.plan is not None
    assert (record.plan.kind, record.plan.duty) == (ActionKind.DELEVERAGE, True)


def test_without_equity_what_costs_less_leads_whatever_it_is_said_to_gain() -> None:
    resting = hold(two_deltas().case)
    dear = replace(resting, id="dear", benefit=100.0, cost=replace(resting.cost, total=9.0))
    cheap = replace(resting, id="cheap", benefit=1.0, cost=replace(resting.cost, total=1.0))
    assert [item.id for item in ranked([dear, cheap], Objective.VARIANCE, without_equity=True)] == ["cheap", "dear"]
    assert [item.id for item in ranked([dear, cheap], Objective.VARIANCE)] == ["dear", "cheap"]


@pytest.mark.parametrize(("coins", "refused"), [("1.5", False), ("3", True)])
def test_what_adds_risk_is_held_to_the_budget_of_its_strategy(coins: str, refused: bool) -> None:
    a, b = worlds.perpetual(venue="bybit"), worlds.perpetual(venue="deribit")
    snapshot = worlds.market(
        [(listed, worlds.quoted(listed, 100_000.0)) for listed in (a, b)], volatility_index={"BTC": 0.5}
    )
    carry = worlds.rules("funding_carry")
    case = worlds.facing(worlds.book({"USD": 1e6}), snapshot, worlds.who(), carry, coins=("BTC",))
    action = evaluate(case, ActionKind.CARRY_OPEN, "BTC", {a.id: Decimal(coins), b.id: -Decimal(coins)})
    assert any(reason.startswith("budget.") for reason in refusals(case, action)) is refused


@pytest.mark.parametrize(("wanted", "routes"), [(0.0, True), (None, False)])
def test_a_delta_is_routed_only_for_a_strategy_with_a_view_on_it(wanted: float | None, routes: bool) -> None:
    venues = [worlds.perpetual(venue=venue) for venue in ("bybit", "deribit")]
    bids = ((100_000.0, 2.0), (99_000.0, 50.0))
    snapshot = worlds.market(
        [(listed, worlds.quoted(listed, 100_000.0, bids=bids)) for listed in venues], volatility_index={"BTC": 0.9}
    )
    strategy = worlds.rules(targets=Targets(net_delta_pct_equity=wanted))
    case = worlds.facing(worlds.book({"USD": 1e6}, worlds.held(venues[0], 4.0)), snapshot, worlds.who(), strategy)
    assert bool(routed_hedges(case).candidates) is routes
