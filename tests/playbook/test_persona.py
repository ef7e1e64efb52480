"""Personas: the numbers of the decision record, nested limits, and no limit that is silently lost."""

from itertools import pairwise

import pytest

from oracle_core.domain.limits import FLOORS, FLOW_LIMITS, STATE_LIMITS
from oracle_core.playbook.load import list_personas, load_persona
from oracle_core.playbook.persona import PREFERENCES, TRIPS, Caps, Persona, check_against_caps

NAMES = ("cautious", "conservative", "balanced", "aggressive", "degen")
DECIDED = {  # typed from the decision record, cautious to degen
    "net_delta_pct_equity": (10, 20, 40, 80, 160),
    "gamma_1pct_pct_equity": (4, 8, 15, 30, 60),
    "vega_point_pct_equity": (0.1, 0.2, 0.4, 0.8, 1.6),
    "stress_loss_pct_equity": (10, 15, 25, 40, 60),
    "gross_leverage": (1, 2, 3, 5, 10),
    "margin_use_pct": (30, 40, 50, 65, 80),
    "liquidation_distance_pct_min": (40, 30, 20, 12, 6),
    "expiry_gamma_1pct_pct_equity": (2, 4, 8, 15, 30),
    "cross_hedge_pct_equity": (0, 5, 15, 30, 60),
    "venue_share_pct_max": (40, 50, 60, 80, 100),
    "order_notional_pct_equity": (5, 10, 20, 40, 80),
    "plan_notional_pct_equity": (15, 30, 60, 120, 240),
    "day_turnover_pct_equity": (50, 100, 200, 400, 800),
    "plan_cost_bps_equity": (5, 8, 12, 20, 35),
    "premium_week_bps_equity": (20, 35, 60, 100, 200),
    "funding_cost_week_bps_equity": (2, 5, 10, 20, 40),
    "trades_per_hour": (4, 6, 12, 30, 60),
    "hedge_bias_pct_max": (0, 0, 5, 10, 20),
    "daily_loss_pct_equity": (1, 2, 4, 8, 15),
    "drawdown_pct_equity": (4, 7, 12, 20, 35),
    "risk_aversion": (16, 8, 4, 2, 1),
    "stress_capital_rate_per_year": (1, 0.6, 0.3, 0.15, 0.05),
    "stress_soft_pct_of_limit": (50, 50, 50, 50, 50),
    "vol_forecast_trust": (0.1, 0.2, 0.35, 0.5, 0.7),
    "funding_income_haircut": (0.5, 0.4, 0.25, 0.1, 0),
    "min_benefit_bps_equity": (0.02, 0.05, 0.1, 0.2, 0.5),
}
LIMITS = (*STATE_LIMITS, *FLOW_LIMITS, *TRIPS)


@pytest.mark.parametrize("key", DECIDED)
def test_the_shipped_personas_have_the_decided_numbers(key):
    assert tuple(load_persona(name).value.number(key) for name in NAMES) == DECIDED[key]


def test_every_number_of_a_persona_is_decided():
    assert set(DECIDED) == set(LIMITS) | set(PREFERENCES)


def test_the_limits_of_the_domain_are_those_of_the_file():
    for found in list_personas():
        persona = found.value
        state, flow = persona.state_limits(), persona.flow_limits()
        assert {name: getattr(state, name) for name in STATE_LIMITS} == {
            name: persona.number(name) for name in STATE_LIMITS
        }
        assert {name: getattr(flow, name) for name in FLOW_LIMITS} == {
            name: persona.number(name) for name in FLOW_LIMITS
        }


@pytest.mark.requirement("PST-04")
def test_each_limit_of_a_more_cautious_persona_is_at_least_as_tight():
    ordered = [found.value for found in list_personas()]
    assert [(persona.name, persona.rank) for persona in ordered] == list(zip(NAMES, range(1, 6), strict=True))
    for tighter, wider in pairwise(ordered):
        for name in LIMITS:
            sign = -1.0 if name in FLOORS else 1.0
            assert sign * tighter.number(name) <= sign * wider.number(name), (tighter.name, name)


def test_a_persona_states_what_it_wants_not_only_what_it_forbids():
    objectives = {found.value.name: found.value.objective.value for found in list_personas()}
    assert set(objectives.values()) == {"variance", "carry", "convexity"}
    assert objectives["balanced"] == "variance"


def test_balanced_follows_delta_neutral_alone():
    assert load_persona("balanced").value.strategy_weights == {"delta_neutral": 1.0}


@pytest.mark.parametrize(
    ("changes", "field", "value", "expected"),
    [
        ({"gros_leverage": 3}, "gros_leverage", "3", "did you mean `gross_leverage`?"),
        ({"gross_leverage": float("nan")}, "gross_leverage", "NaN", "a finite number"),
        ({"gross_leverage": float("inf")}, "gross_leverage", "Infinity", "a finite number"),
        ({"gross_leverage": -1}, "gross_leverage", "-1", "a number of at least 0"),
        ({"gross_leverage": "3"}, "gross_leverage", "3", "a number"),
        ({"gross_leverage": True}, "gross_leverage", "true", "a number"),
        ({"margin_use_pct": 101}, "margin_use_pct", "101", "a number of at most 100"),
        ({"risk_aversion": 0}, "risk_aversion", "0", "a number above 0"),
        ({"daily_loss_pct_equity": 13}, "daily_loss_pct_equity", "13.0", "at most `drawdown_pct_equity`, 12"),
        ({"vol_forecast_trust": 1.5}, "vol_forecast_trust", "1.5", "a number of at most 1"),
        ({"objective": "profit"}, "objective", "profit", "`variance`, `carry` or `convexity`"),
        ({"rank": 6}, "rank", "6", "a number of at most 5"),
        ({"name": "../balanced"}, "name", "../balanced", "text of the form"),
        ({"schema": "oracle.persona/2"}, "schema", "oracle.persona/2", "`oracle.persona/1`"),
        ({"strategy_weights": {"delta_neutral": 0}}, "strategy_weights", '{"delta_neutral": 0}', "a weight above 0"),
        ({"strategy_weights": {}}, "strategy_weights", "{}", "a weight above 0"),
        ({"strategy_weights": {"delta_neutral": -1}}, "strategy_weights.delta_neutral", "-1", "at least 0"),
        (
            {"strategy_weights": {"delta_neutrl": 1}},
            "strategy_weights.delta_neutrl",
            "1.0",
            "did you mean `delta_neutral`?",
        ),
    ],
)
def test_a_bad_value_is_a_fault_with_file_field_value_and_expectation(
    edited, faults_of, changes, field, value, expected
):
    path = edited("personas/balanced", changes)
    (found,) = faults_of(lambda: load_persona(path))
    assert (found.source, found.field, found.value) == (str(path), field, value)
    assert expected in found.expected


def test_a_missing_limit_is_a_fault(edited, faults_of, drop):
    for name in LIMITS:
        (found,) = faults_of(lambda name=name: load_persona(edited("personas/balanced", {name: drop})))
        assert (found.field, found.value) == (name, "absent")


def test_all_faults_of_a_persona_come_at_once(edited, faults_of):
    path = edited("personas/balanced", {"gros_leverage": 3, "rank": 0, "risk_aversion": float("nan")})
    assert {found.field for found in faults_of(lambda: load_persona(path))} == {
        "gros_leverage",
        "rank",
        "risk_aversion",
    }


def _caps() -> Caps:
    boldest = load_persona("degen").value
    return Caps(boldest.state_limits(), boldest.flow_limits())


def test_no_shipped_persona_is_above_the_caps_of_degen():
    assert [fault for found in list_personas() for fault in check_against_caps(found.value, _caps())] == []


@pytest.mark.parametrize("name", [*STATE_LIMITS, *FLOW_LIMITS])
def test_a_limit_looser_than_the_global_cap_is_a_fault(edited, name):
    bound = load_persona("degen").value.number(name)
    looser = bound - 1.0 if name in FLOORS else bound + 1.0
    persona: Persona = load_persona("balanced").value.model_copy(update={name: looser})
    (found,) = check_against_caps(persona, _caps(), "mine.json")
    side = "at least" if name in FLOORS else "at most"
    assert (found.source, found.field, found.value) == ("mine.json", name, repr(looser))
    assert found.expected.startswith(f"{side} {bound:g}, the global")


@pytest.mark.parametrize(("name", "left"), [("cautious", 0.0), ("balanced", 0.05), ("degen", 0.1)])
def test_a_persona_caps_the_bias_of_a_hedge_to_either_side(name, left):
    persona = load_persona(name).value
    assert (persona.capped_bias(0.1), persona.capped_bias(-0.1)) == (left, -left)
