"""Imports of older files: each old key is accounted for, and nothing is dropped without a word."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oracle_core.errors import InputError
from oracle_core.playbook.legacy import word
from oracle_core.playbook.legacy_persona import import_persona
from oracle_core.playbook.legacy_strategy import import_strategy
from oracle_core.playbook.load import list_personas, list_strategies
from oracle_core.playbook.persona import Persona
from oracle_core.playbook.policies import Style
from oracle_core.playbook.schemas import file_text
from oracle_core.playbook.sentences import paragraph
from oracle_core.playbook.strategy import Strategy
from oracle_core.strict_json import parse_json

STRATEGIES = {found.value.name: found.value for found in list_strategies(deprecated=True)}
PERSONAS = {found.value.name: found.value for found in list_personas()}
DYNAMIC = {
    "name": "Dynamic Hedging",
    "description": "Adjust the hedge as the market moves.",
    "modifiers": {
        "hedging_frequency": "adaptive",
        "target_delta": 0,
        "rebalancing_trigger": ["volatility_spike", "price_jump", "delta_threshold_breach"],
        "trade_type_preference": "limit_when_possible",
        "volatility_indicators": ["IV", "RV", "FundingRates"],
    },
    "instructions": ["Watch delta.", "Explain each hedge."],
}
BOLD = {"name": "Maverick", "profile": "Aggressive", "strategy_weights": {"DELTA_NEUTRAL": 60, "Gamma Scalp": 40}}


def strategy(tree: object, *, accept: bool = False):
    return import_strategy(json.dumps(tree).encode(), "old.json", templates=STRATEGIES, accept_unmapped=accept)


def persona(tree: object, *, accept: bool = False):
    data = json.dumps(tree).encode()
    return import_persona(data, "old.json", templates=PERSONAS, strategies=STRATEGIES, accept_unmapped=accept)


def with_modifiers(**modifiers: object) -> dict[str, object]:
    return DYNAMIC | {"modifiers": modifiers}


def test_an_older_strategy_becomes_one_of_today_with_every_key_accounted_for():
    found = strategy(DYNAMIC)
    new = found.value
    assert (new.name, new.summary) == ("dynamic_hedging", "Adjust the hedge as the market moves.")
    assert new.guidance == "Watch delta.\nExplain each hedge."
    assert (new.triggers.interval_minutes, new.triggers.delta_band) == (None, True)
    assert (new.triggers.iv_move_points, new.triggers.price_move_sigma_1d) == (5.0, 1.0)
    assert (new.targets.net_delta_pct_equity, new.execution.style) == (0.0, Style.MAKER_THEN_TAKER)
    assert not new.advise_only
    told = {row.key.removeprefix("modifiers.") for row in found.report}
    assert told == {"name", "description", "instructions", *DYNAMIC["modifiers"], "(not in the old file)"}


def test_what_an_older_strategy_does_not_say_is_as_in_delta_neutral():
    new = strategy({"name": "MY-RULE", "modifiers": {"trade_type_preference": "market"}}).value
    template = STRATEGIES["delta_neutral"]
    assert (new.name, new.band, new.triggers) == ("my_rule", template.band, template.triggers)
    assert (new.execution.style, new.guidance) == (Style.TAKER, "")


def test_only_the_triggers_that_an_older_file_names_are_on():
    new = strategy(
        {"name": "x", "modifiers": {"rebalancing_trigger": "price_jump", "hedging_frequency": "hourly"}}
    ).value
    assert (new.triggers.price_move_sigma_1d, new.triggers.interval_minutes) == (1.0, 60)
    assert (new.triggers.price_move_pct, new.triggers.delta_band) == (None, False)


def test_an_empty_list_of_triggers_turns_them_off_and_the_report_says_so():
    found = strategy(with_modifiers(rebalancing_trigger=[]))
    assert not found.value.triggers.delta_band
    (told,) = [row.became for row in found.report if row.key == "modifiers.rebalancing_trigger"]
    assert told.startswith("off, as it does not name them: triggers.delta_band, triggers.iv_move_points")


@pytest.mark.parametrize("given", [None, {"price_jump": 0.02}, ["full_moon"]])
def test_triggers_that_nobody_can_read_leave_those_of_the_template_as_they_are(given):
    new = strategy({"name": "x", "modifiers": {"rebalancing_trigger": given}}, accept=True).value
    assert new.triggers == STRATEGIES["delta_neutral"].triggers


@pytest.mark.parametrize("name", STRATEGIES)
def test_an_older_file_of_any_shipped_name_can_leave_the_interval_to_the_band(name: str):
    found = strategy({"name": name, "modifiers": {"hedging_frequency": "adaptive"}})
    assert (found.value.triggers.interval_minutes, found.value.triggers.interval_steps) == (None, ())
    steps = bool(STRATEGIES[name].triggers.interval_steps)
    assert any("interval_steps off" in row.became for row in found.report) is steps


def test_keys_of_any_spelling_are_read_and_told_as_the_file_spells_them(faults_of):
    tree = {
        "Name": "deltaNeutral",
        "Modifiers": {
            "hedgingFrequency": ["Hourly"], "TARGET_DELTA": "0 %", "Rebalancing Triggers": "priceJump",
            "tradeType-Preference": "LIMIT", "volatilityIndicators": ["fundingRates", "IV"],
        },
    }  # fmt: skip
    found = strategy(tree)
    assert (found.value.triggers.interval_minutes, found.value.targets.net_delta_pct_equity) == (60, 0.0)
    assert (found.value.triggers.price_move_sigma_1d, found.value.triggers.delta_band) == (1.0, False)
    assert found.value.execution.style is Style.MAKER
    assert {row.key for row in found.report} >= {"Name", "Modifiers.hedgingFrequency", "Modifiers.Rebalancing Triggers"}
    tree["Modifiers"] = {"executionConstraints": {"slippageTolerance": 1}, "hedgeFrequency": 1}
    told = {found.field: found.expected for found in faults_of(lambda: strategy(tree))}
    assert set(told) == {"Modifiers.executionConstraints.slippageTolerance", "Modifiers.hedgeFrequency"}
    assert told["Modifiers.hedgeFrequency"] == "a known key, did you mean `hedging_frequency`?"


def test_a_modifier_given_twice_is_refused_whatever_its_spelling(faults_of):
    tree = with_modifiers(**{"hedging_frequency": "hourly", "Hedging Frequency": "daily"})
    (found,) = faults_of(lambda: strategy(tree, accept=True))
    assert (found.field, found.value) == ("modifiers.Hedging Frequency", "daily")


def test_a_name_keeps_its_letters_and_digits_and_the_report_says_what_it_became():
    found = strategy({"name": "🚀 Émile's BTC/ETH v2", "modifiers": {}})
    assert found.value.name == "emile_s_btc_eth_v2"
    assert found.report[0] == ("name", "🚀 Émile's BTC/ETH v2", "name emile_s_btc_eth_v2")


def test_a_text_too_long_for_a_summary_is_guidance_and_one_too_long_for_guidance_is_left_out(faults_of):
    long = {"name": "x", "description": "d" * 401, "instructions": "i"}
    new = strategy(long).value
    assert (new.summary, new.guidance) == (STRATEGIES["delta_neutral"].summary, "d" * 401 + "\ni")
    longer = long | {"instructions": ["i" * 3_000, "j" * 1_000]}
    assert {found.field for found in faults_of(lambda: strategy(longer))} == {"description", "instructions"}
    assert (strategy(longer, accept=True).value.guidance, strategy(longer, accept=True).value.advise_only) == ("", True)


def test_every_fault_of_an_older_file_comes_at_once(faults_of):
    tree = {"name": "🚀", "Name": "x", "author": "me", "modifiers": {"foo": 1, "target_delta": "5%"}}
    assert {found.field for found in faults_of(lambda: strategy(tree))} == {
        "Name", "author", "modifiers.foo", "modifiers.target_delta",
    }  # fmt: skip


LEFT_OUT = [
    ({"execution_constraints": {"slippage_tolerance": 0.5}}, "execution_constraints.slippage_tolerance", "0.5"),
    ({"execution_constraints": {"latency_max": 200}}, "execution_constraints.latency_max", "200"),
    ({"heat_thresholds": {"warning": 50}}, "heat_thresholds", '{"warning": 50}'),
    ({"persona_actions": {"degen": {"action": ["hold"]}}}, "persona_actions", '{"degen": {"action": ["hold"]}}'),
    ({"position_scan_flags": ["x"]}, "position_scan_flags", '["x"]'),
    ({"priority_metric": "heat"}, "priority_metric", "heat"),
    ({"risk_tolerance": 0.8}, "risk_tolerance", "0.8"),
    ({"leverage_bias": "high"}, "leverage_bias", "high"),
    ({"profit_focus": 0.9}, "profit_focus", "0.9"),
    ({"risk_level": "medium"}, "risk_level", "medium"),
    ({"target_delta": 0.1}, "target_delta", "0.1"),
    ({"target_delta": False}, "target_delta", "false"),
    ({"target_delta": "0.5"}, "target_delta", "0.5"),
    ({"hedging_frequency": "often"}, "hedging_frequency", "often"),
    ({"rebalancing_trigger": ["full_moon"]}, "rebalancing_trigger", "full_moon"),
    ({"trade_type_preference": 3}, "trade_type_preference", "3"),
    ({"volatility_indicators": ["VIX"]}, "volatility_indicators", "vix"),
]


@pytest.mark.parametrize(("modifiers", "key", "value"), LEFT_OUT)
def test_a_modifier_without_a_counterpart_is_an_error_or_makes_the_result_advise_only(faults_of, modifiers, key, value):
    tree = with_modifiers(**modifiers)
    (found,) = faults_of(lambda: strategy(tree))
    assert (found.source, found.field, found.value) == ("old.json", f"modifiers.{key}", value)
    accepted = strategy(tree, accept=True)
    assert accepted.value.advise_only
    assert "never executed" in paragraph(accepted.value)
    assert [row.became for row in accepted.report if row.key == f"modifiers.{key}"] == [
        "left out, so the result is for advice only"
    ]


@pytest.mark.parametrize(
    ("tree", "field", "expected"),
    [
        ({"description": "no name"}, "name", "the name of the strategy"),
        ({"name": 3}, "name", "the name of the strategy"),
        ({"name": "Стратегия"}, "name", "a letter from a to z"),
        ({"name": "3x"}, "name", "a letter from a to z"),
        ({"name": "x" * 65}, "name", "at most 63 letters"),
        ({"name": "x", "modifiers": []}, "modifiers", "an object"),
        ({"name": "x", "Name": "y"}, "Name", "`name` once, whatever its spelling"),
        ({"name": "x", "schema": "oracle.strategy/1"}, "schema", "needs no import"),
        ([], "", "an object"),
        ({"name": float("nan")}, "name", "a finite number"),
        (
            with_modifiers(heat_thresholds={"levels": [1, float("inf")]}),
            "modifiers.heat_thresholds.levels[1]",
            "a finite number",
        ),
    ],
)
def test_what_makes_no_sense_is_refused_even_when_leaving_out_is_accepted(faults_of, tree, field, expected):
    assert any(
        found.field == field and expected in found.expected for found in faults_of(lambda: strategy(tree, accept=True))
    )


def test_an_older_persona_takes_the_limits_of_the_persona_its_profile_names():
    found = persona(BOLD | {"description": "Bold.", "instructions": "Be brief."})
    new, template = found.value, PERSONAS["aggressive"]
    assert (new.name, new.rank, new.guidance) == ("maverick", 4, "Bold.\nBe brief.")
    assert (new.state_limits(), new.flow_limits()) == (template.state_limits(), template.flow_limits())
    assert new.strategy_weights == {"delta_neutral": 60.0, "gamma_scalp": 40.0}
    assert not new.advise_only


def test_a_profile_that_nobody_knows_gets_the_tightest_limits_and_only_when_that_is_accepted(faults_of):
    tree = BOLD | {"profile": "Experimental"}
    (found,) = faults_of(lambda: persona(tree))
    assert (found.field, found.value) == ("profile", "Experimental")
    new = persona(tree, accept=True).value
    assert (new.state_limits(), new.advise_only) == (PERSONAS["cautious"].state_limits(), True)


@pytest.mark.parametrize(
    ("weights", "key", "value", "kept"),
    [
        ({"delta_neutrl": 1}, "strategy_weights.delta_neutrl", "1", {"delta_neutral": 1.0}),
        ({"moonshot": 1, "heat_control": 2}, "strategy_weights.moonshot", "1", {"heat_control": 2.0}),
        ({}, "strategy_weights", "{}", {"delta_neutral": 1.0}),
        ({"heat_control": 0}, "strategy_weights", '{"heat_control": 0}', {"delta_neutral": 1.0}),
        ({"heat_control": True}, "strategy_weights.heat_control", "true", {"delta_neutral": 1.0}),
        ({"heat_control": "60%", "gamma_scalp": 0.4}, "strategy_weights.heat_control", "60%", {"gamma_scalp": 0.4}),
        ({"heat_control": "half", "gamma_scalp": 1}, "strategy_weights.heat_control", "half", {"gamma_scalp": 1.0}),
        ("all", "strategy_weights", "all", {"delta_neutral": 1.0}),
        (["heat_control"], "strategy_weights", '["heat_control"]', {"delta_neutral": 1.0}),
    ],
)
def test_a_weight_on_an_unknown_strategy_is_left_out_only_when_accepted(faults_of, weights, key, value, kept):
    tree = BOLD | {"strategy_weights": weights}
    assert (faults_of(lambda: persona(tree))[0].field, faults_of(lambda: persona(tree))[0].value) == (key, value)
    assert len(faults_of(lambda: persona(tree))) == 1
    found = persona(tree, accept=True)
    assert (found.value.strategy_weights, found.value.advise_only) == (kept, True)
    stands_in = any("strategy_weights.delta_neutral 1, as nothing else" in row.became for row in found.report)
    assert stands_in is (weights != {"delta_neutral": 1} and kept == {"delta_neutral": 1.0})


@pytest.mark.parametrize(
    ("weights", "read"),
    [
        ({"heat_control": "0.6", "gamma_scalp": "0.4"}, {"heat_control": 0.6, "gamma_scalp": 0.4}),
        ({"heat_control": "60%", "gamma_scalp": "40 %"}, {"heat_control": 60.0, "gamma_scalp": 40.0}),
        ({"oracle_core/strategies/dynamic_hedging.json": 1}, {"dynamic_hedging": 1.0}),
        ({"strategies\\Heat Control.json": 1, "gammaScalp": 2}, {"heat_control": 1.0, "gamma_scalp": 2.0}),
    ],
)
def test_weights_are_read_as_people_write_them_and_the_report_says_as_what(weights, read):
    found = persona(BOLD | {"strategy_weights": weights})
    assert (found.value.strategy_weights, found.value.advise_only) == (read, False)
    told = [row.became for row in found.report if row.key.startswith("strategy_weights.")]
    assert told == [f"strategy_weights.{name} {weight:g}" for name, weight in read.items()]


@pytest.mark.parametrize(
    ("weights", "key"),
    [
        ({"delta_neutral": -1}, "strategy_weights.delta_neutral"),
        ({"delta_neutral": "-0.5"}, "strategy_weights.delta_neutral"),
        ({"delta_neutral": 2e6}, "strategy_weights.delta_neutral"),
        ({"delta_neutral": 10**400}, "strategy_weights.delta_neutral"),
        ({"delta_neutral": 1, "Delta Neutral": 1}, "strategy_weights.Delta Neutral"),
    ],
)
def test_a_weight_that_makes_no_sense_is_refused_even_when_leaving_out_is_accepted(faults_of, weights, key):
    assert key in {
        found.field for found in faults_of(lambda: persona(BOLD | {"strategy_weights": weights}, accept=True))
    }


@pytest.mark.parametrize(("importer", "tree"), [(strategy, DYNAMIC), (persona, BOLD)])
def test_an_unknown_key_of_an_older_file_is_not_dropped(faults_of, importer, tree):
    (found,) = faults_of(lambda: importer(tree | {"max_loss": 5}))
    assert (found.field, found.value) == ("max_loss", "5")
    assert importer(tree | {"max_loss": 5}, accept=True).value.advise_only


leaves = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=12)
    | st.sampled_from(["hourly", "price_jump", "LIMIT", "0 %", "5%", "60%", "1e999", "Aggressive", "gamma_scalp"])
)  # fmt: skip
anything = st.recursive(
    leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)  # fmt: skip
known = st.sampled_from([
    "name", "Name", "description", "instructions", "modifiers", "profile", "strategyWeights", "hedging_frequency",
    "target_delta", "rebalancingTrigger", "trade_type_preference", "VOLATILITY_INDICATORS", "execution_constraints",
    "heat_thresholds", "gamma_scalp", "strategies\\delta_neutral.json",
])  # fmt: skip
objects = st.dictionaries(known | st.text(max_size=6), anything, max_size=5)


@pytest.mark.parametrize("importer", [strategy, persona])
@settings(max_examples=50)
@given(
    top=objects, modifiers=objects | anything, weights=st.dictionaries(known, leaves, max_size=3) | anything,
    accept=st.booleans(),
)  # fmt: skip
def test_whatever_an_older_file_says_is_told_key_by_key_or_refused_by_its_faults(
    importer, top: dict, modifiers: object, weights: object, accept: bool
) -> None:
    tree = {"name": "Mine", "modifiers": modifiers} if importer is strategy else {"name": "Mine", "weights": weights}
    tree |= top
    found, wrong = None, ()
    try:
        found = importer(tree, accept=accept)
    except InputError as error:
        wrong = error.faults
    if found is None:
        assert wrong
        assert all(item.source == "old.json" and item.expected for item in wrong)
        return
    told = {row.key for row in found.report}
    silent = {key for key in tree if not any(row == key or row.startswith((f"{key}.", f"{key}[")) for row in told)}
    assert {word(key) for key in silent} <= {
        "modifiers",
        "modifier",
        "description",
        "desc",
        "instructions",
        "instruction",
    }
    assert accept or not found.value.advise_only
    assert parse_json(file_text(found.value).encode(), "again", type(found.value)) == found.value


@pytest.mark.requirement("PST-01")
def test_the_text_of_every_shipped_file_reads_back_as_the_same_model():
    for model, shelf in ((Strategy, STRATEGIES), (Persona, PERSONAS)):
        for entry in shelf.values():
            assert parse_json(file_text(entry).encode(), "again", model) == entry
