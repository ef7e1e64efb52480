"""Delta, gamma and vega together: what the optimiser finds, what it says where it finds nothing."""

import os
from dataclasses import replace

import numpy as np
import pytest
import worlds
from hypothesis import given, settings
from hypothesis import strategies as st

from oracle_core.domain.hedge import ActionKind, CandidateAction
from oracle_core.domain.instrument import OptionType
from oracle_core.hedging.candidates import measure, propose
from oracle_core.hedging.evaluate import evaluate
from oracle_core.hedging.option_hedges.caps import flow_caps
from oracle_core.hedging.option_hedges.chain import chain
from oracle_core.hedging.option_hedges.goals import GAMMA, VEGA, Goal, goal
from oracle_core.hedging.option_hedges.polish import Table, best, nearest
from oracle_core.hedging.option_hedges.program import Program, binding, exact, solve
from oracle_core.hedging.option_hedges.sketch import sketch
from oracle_core.hedging.option_hedges.variance import quadratic
from oracle_core.hedging.situation import Situation
from oracle_core.playbook.strategy import Targets
from tests.hedging.option_chains import chain_market, find, fine, options
from tests.hedging.random_plans import beats

SWEPT = os.environ.get("ORACLE_CHAINS") == "all"
"""`make sweep-chains` tries every desk; `make test` a few."""
DESKS = [
    (who, equity)
    for who in ("cautious", "conservative", "balanced", "aggressive", "degen")
    for equity in (8e5, 1.5e6, 3e6, 5e6)
]
STRIKES = (85_000.0, 95_000.0, 100_000.0, 105_000.0, 115_000.0)
DAYS = (7.0, 30.0, 60.0)


def three_legs(
    step: str = "0.1", *, equity: float = 5e6, depth: float = 1e4, who: str = "degen", **rule: object
) -> Situation:
    """Short calls and puts of three strikes and expiries, beside a chain of thirty options."""
    listed = options(strikes=STRIKES, days=DAYS, step=step)
    hedge = fine("0.000000001" if step != "0.1" else "0.001")
    held = [
        (find(listed, 105_000.0, OptionType.CALL, 7.0), -6.0),
        (find(listed, 95_000.0, OptionType.PUT, 30.0), -8.0),
        (find(listed, 100_000.0, OptionType.CALL, 60.0), 3.0),
    ]
    book = worlds.book({"USD": equity}, *(worlds.held(item, size) for item, size in held))
    strategy = worlds.rules("delta_gamma_vega", **rule)
    return measure(book, chain_market(listed, hedge, depth=depth), strategy, worlds.who(who))


def goals_of(case: Situation) -> tuple[Goal, ...]:
    return tuple(found for name in (GAMMA, VEGA) if (found := goal(case, "BTC", name)))


def program_of(case: Situation, **changes: object) -> Program:
    net = case.hold.exposures[0].net_delta
    made = Program(
        legs=chain(case, "BTC"), goals=goals_of(case), caps=flow_caps(case, ActionKind.DELTA_GAMMA_VEGA), away=net,
        most_legs=3,
    )  # fmt: skip
    return replace(made, **changes)  # type: ignore[arg-type]


def plans(case: Situation) -> list[CandidateAction]:
    return [made for made in propose(case).candidates if made.kind is ActionKind.DELTA_GAMMA_VEGA]


@pytest.mark.requirement("ENG-08")
def test_the_solver_zeroes_delta_gamma_and_vega_of_a_book_of_three_legs() -> None:
    case = three_legs()
    asked = program_of(case, caps=())
    found = solve(asked)
    assert found is not None
    sizes = exact(asked.legs, asked.goals, asked.away, found)
    contracts = case.view.effective.copy()
    contracts[asked.legs.rows] += sizes
    table = case.view.table
    net = [float(contracts @ unit) for unit in (table.net_transaction_delta, table.gamma, table.vega / 100.0)]
    assert np.abs(net).max() < 1e-9
    assert 1 <= np.count_nonzero(sizes[: asked.legs.options]) <= 3


@pytest.mark.requirement("ENG-08")
def test_on_a_fine_grid_the_candidate_itself_is_neutral() -> None:
    met = [made for made in plans(three_legs("0.000000001", who="degen")) if "sized for its goals" in made.notes]
    assert met
    for made in met:
        exposure = made.after.exposures[0]
        assert abs(exposure.net_delta) < 1e-8
        assert abs(exposure.gamma_1pct_usd) < 1e-4
        assert abs(exposure.vega_usd_per_point) < 1e-4


@pytest.mark.requirement("ENG-08")
def test_what_cannot_be_met_is_said_with_the_constraint_that_binds() -> None:
    case = three_legs(depth=0.3)
    asked = program_of(case, caps=())
    assert solve(asked) is None
    assert binding(asked) == ("the depth that the books show",)
    found = propose(case)
    assert "no plan meets the goals; it would without the depth" in found.left_out["BTC delta, gamma and vega"]


@pytest.mark.requirement("ENG-07")
def test_without_an_option_no_perpetual_meets_a_vega_goal() -> None:
    case = three_legs()
    bare = replace(case, universe=replace(case.universe, options=()))
    asked = program_of(bare, caps=())
    assert asked.legs.options == 0
    assert solve(asked) is None
    found = propose(bare)
    assert not [made for made in found.candidates if made.kind in (ActionKind.OPTION_VEGA, ActionKind.DELTA_GAMMA_VEGA)]
    assert "nothing else changes vega" in found.left_out["BTC vega"]


def test_one_option_cannot_meet_two_goals_and_the_count_of_legs_is_what_binds() -> None:
    asked = program_of(three_legs(), caps=(), most_legs=1)
    assert solve(asked) is None
    assert "at most 1 option a plan" in binding(asked)


def test_further_solutions_trade_other_options() -> None:
    asked = program_of(three_legs(), caps=())
    seen: list[frozenset[int]] = []
    for _ in range(3):
        found = solve(asked, seen)
        assert found is not None
        used = frozenset(int(leg) for leg in np.flatnonzero(found[: asked.legs.options]))
        assert not any(group <= used for group in seen)
        seen.append(used)


def test_plans_are_on_the_grid_within_the_legs_and_leave_no_limit_worse() -> None:
    case = three_legs(who="aggressive")
    made = plans(case)
    assert made
    for action in made:
        grids = {leg.id: case.view.market.instruments[leg.id].grid for leg in action.legs}
        assert all(grids[leg.id].holds(leg.contracts) for leg in action.legs)
        assert sum(case.view.market.instruments[leg.id].is_option for leg in action.legs) <= 3
        assert action.breach <= case.hold.measures.stress_loss_pct_equity
    assert [item.id for item in plans(case)] == [item.id for item in made]


def tables(case: Situation, count: int) -> list[tuple[Table, np.ndarray]]:
    """What the optimiser weighs and what it makes of it, for some sets of options."""
    asked = program_of(case)
    found: list[tuple[Table, np.ndarray]] = []
    seen: list[frozenset[int]] = []
    while len(found) < count and (sizes := solve(replace(asked, caps=()), seen)) is not None:
        used = [int(leg) for leg in np.flatnonzero(sizes[: asked.legs.options])]
        seen.append(frozenset(used))
        legs = asked.legs.narrowed(used)
        kept = exact(legs, asked.goals, asked.away, sizes[[*used, len(sizes) - 1]])
        table = Table(
            legs=legs, sketch=sketch(legs), variance=quadratic(legs, np.maximum(np.abs(kept), legs.least)),
            caps=asked.caps, goals=asked.goals, away=asked.away,
        )  # fmt: skip
        found.append((table, best(table, [nearest(legs, table.sketch, asked.goals, asked.away, kept)])))
    return found


@pytest.mark.parametrize(("who", "equity"), DESKS if SWEPT else [DESKS[n] for n in (1, 8, 11, 16)])
def test_no_random_plan_of_the_same_legs_beats_the_optimiser(who: str, equity: float) -> None:
    found = tables(three_legs(who=who, equity=equity), 2)
    assert found or equity < 1e6
    for number, (table, plan) in enumerate(found):
        assert beats(table, plan, seed=number) is None


def test_the_objective_sizes_a_hedge_that_is_worth_more_than_doing_nothing() -> None:
    found = tables(three_legs(who="cautious", equity=1.5e6), 2)
    assert any(plan[: table.legs.options].any() for table, plan in found)


def test_legs_are_brought_to_the_goals_from_wherever_they_start() -> None:
    asked = program_of(three_legs(), caps=())
    found = solve(asked)
    assert found is not None
    sizes = exact(asked.legs, asked.goals, asked.away, np.round(1.3 * found, 1))
    missed = [
        item.missing - float(sizes @ unit)
        for item, unit in zip(asked.goals, (asked.legs.gamma, asked.legs.vega), strict=True)
    ]
    assert np.abs(missed).max() < 1e-6
    assert abs(float(sizes @ asked.legs.delta) + asked.away) < 1e-9


def test_a_target_beyond_the_limit_of_its_persona_is_cut_to_it_and_says_so() -> None:
    case = three_legs(who="cautious", targets=Targets(net_delta_pct_equity=0.0, gamma_1pct_pct_equity=9.0))
    found = goal(case, "BTC", GAMMA)
    assert found is not None
    assert (found.low, found.high) == (pytest.approx(0.04 * case.equity_usd), pytest.approx(0.04 * case.equity_usd))
    assert found.note == "target 9 cut to 4: gamma_1pct_pct_equity of cautious"


def test_no_solution_loses_more_than_the_stress_limit_and_without_it_one_would() -> None:
    case = three_legs(who="cautious", targets=Targets(net_delta_pct_equity=0.0, gamma_1pct_pct_equity=-4.0))
    asked = program_of(case, caps=())
    limit = -max(0.1 * case.equity_usd, -case.hold.worst.pnl_usd)

    def worst(sizes: np.ndarray | None) -> float:
        assert sizes is not None
        cells = case.view.stress.reshape(len(case.view.effective), -1)
        held = case.view.effective @ cells + sizes @ cells[asked.legs.rows]
        return float(held.min())

    assert worst(solve(asked, relaxed="stress_loss_pct_equity")) < limit - 1.0
    bounded = solve(asked)
    assert bounded is None or worst(bounded) >= limit - 1.0


@given(sizes=st.lists(st.floats(-12.0, 12.0), min_size=3, max_size=3))
@settings(max_examples=20, deadline=None)
def test_the_sketch_weighs_as_evaluate_does(sizes: list[float]) -> None:
    case = THREE
    legs = chain(case, "BTC").narrowed([0, 9, 20])
    numbers, variance = sketch(legs), quadratic(legs, np.full(len(legs.listed), 5.0))
    plan = legs.flattened(legs.within(np.array([*sizes, 0.0])))[None, :]
    found = numbers.weigh(plan, variance.of(plan))
    action = evaluate(case, ActionKind.DELTA_GAMMA_VEGA, "BTC", legs.trades(plan[0]))
    assert found.utility[0] == pytest.approx(action.terms.utility, abs=1e-5)
    assert found.cost[0] == pytest.approx(action.cost.total, abs=1e-9)
    assert found.breach[0] == pytest.approx(action.breach, abs=1e-9)


THREE = three_legs(who="balanced")
