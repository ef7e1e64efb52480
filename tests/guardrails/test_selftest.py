"""Limits that are configured are limits that are enforced: the self-test finds each one that is not."""

import math
import time
from dataclasses import fields, replace

import pytest

from oracle_core.domain.limits import FLOW_LIMITS, STATE_LIMITS, FlowLimits, StateLimits
from oracle_core.errors import InputError
from oracle_core.guardrails.case import Case, DeskRules
from oracle_core.guardrails.flow import Use, flow_rail
from oracle_core.guardrails.rail import Rail
from oracle_core.guardrails.rails import plan_notional, state_limits
from oracle_core.guardrails.selftest import self_test
from oracle_core.guardrails.table import RAILS
from oracle_core.guardrails.violations import DESK, FLOW, STATE
from tests.guardrails.cases import CAPS, PERSONAS, flow_of, state_of
from tests.guardrails.cases import DESK as RULES


def run(persona: str = "balanced", *, desk: DeskRules = RULES, rails: tuple[Rail, ...] = RAILS) -> None:
    self_test(CAPS, state_of(persona), flow_of(persona), desk, rails=rails)


def faulty_fields(rails: tuple[Rail, ...]) -> set[str]:
    with pytest.raises(InputError) as caught:
        run(rails=rails)
    return {found.field for found in caught.value.faults}


def without(name: str) -> tuple[Rail, ...]:
    return tuple(rail for rail in RAILS if rail.name != name)


def swapped(rail: Rail) -> tuple[Rail, ...]:
    return tuple(rail if known.name == rail.name else known for known in RAILS)


@pytest.mark.parametrize("persona", PERSONAS)
def test_every_limit_of_every_persona_is_enforced(persona: str) -> None:
    run(persona)


@pytest.mark.parametrize("rail", RAILS, ids=lambda rail: rail.name)
def test_a_rail_that_was_removed_is_missed_by_the_name_of_its_limits(rail: Rail) -> None:
    named = {limit.removeprefix("caps.") for limit in rail.limits} or {rail.name}
    assert named <= faulty_fields(without(rail.name))


def test_a_rail_that_never_denies_is_found() -> None:
    idle = flow_rail("plan_notional", "plan_notional_pct_equity", lambda case: Use(before=0.0, plan=0.0))
    assert faulty_fields(swapped(idle)) == {"plan_notional_pct_equity"}


def test_a_rail_with_a_looser_bound_of_its_own_is_found() -> None:
    def check(case: Case):
        looser = replace(case, flow=replace(case.flow, plan_notional_pct_equity=120.0))
        return plan_notional.RAIL.check(looser)

    assert faulty_fields(swapped(replace(plan_notional.RAIL, check=check))) == {"plan_notional_pct_equity"}


def test_a_rail_that_forgets_one_limit_of_its_many_is_found() -> None:
    def check(case: Case):
        forgotten = replace(case, state=replace(case.state, vega_point_pct_equity=1e9))
        return state_limits.RAIL.check(forgotten)

    assert faulty_fields(swapped(replace(state_limits.RAIL, check=check))) == {"vega_point_pct_equity"}


def test_a_limit_without_end_enforces_nothing() -> None:
    with pytest.raises(InputError, match="gross_leverage: `inf` — expected a finite number"):
        self_test(CAPS, replace(state_of("degen"), gross_leverage=math.inf), flow_of("degen"), RULES)


def test_every_configured_field_has_a_violating_plan() -> None:
    assert set(STATE) == set(STATE_LIMITS) == {item.name for item in fields(StateLimits)}
    assert set(FLOW) == set(FLOW_LIMITS) == {item.name for item in fields(FlowLimits)}
    assert set(DESK) == {item.name for item in fields(DeskRules)} | {"min_benefit_bps_equity"}


def test_the_self_test_costs_a_start_up_less_than_20_ms() -> None:
    took = []
    for _ in range(5):
        start = time.process_time()
        run()
        took.append(time.process_time() - start)
    assert min(took) < 0.020
